"""The way out of a state: what it gives on, what it assigns, where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coworks.asl.outcomes import GoTo

if TYPE_CHECKING:
    from coworks.asl.fields import Fields
    from coworks.asl.scope import Scope
    from coworks.asl.templates import Template

VARIABLE_FIELDS = frozenset({"Output", "Assign"})


@dataclass(frozen=True, slots=True)
class Transition:
    """`Output`, `Assign` and `Next` of a state, a choice rule or a catcher; `next` None is the end."""

    next: str | None
    output: Template | None = None
    assign: Template | None = None

    @classmethod
    def read(cls, fields: Fields) -> Transition:
        """The way out of a state, which has either `Next` or `End`."""
        target = fields.string("Next")
        ends = fields.boolean("End")
        if (target is None) == (not ends):
            fields.report("Exactly one of 'Next' and 'End: true' is required")
        return cls(target, fields.template("Output"), fields.mapping_template("Assign"))

    @classmethod
    def read_jump(cls, fields: Fields) -> Transition:
        """The way out of a choice rule or a catcher, which always has `Next`."""
        target = fields.string("Next", required=True)
        return cls(target, fields.template("Output"), fields.mapping_template("Assign"))

    def leave(self, scope: Scope, output: Any) -> GoTo:
        """The outcome of leaving by this way; `output` is the output unless `Output` says otherwise."""
        assigned = self.assign.evaluate(scope) if self.assign else {}
        return GoTo(self.next, self.output.evaluate(scope) if self.output else output, assigned)
