"""Choice: the first rule whose condition is true tells the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from coworks.asl.conditions import OPERATORS
from coworks.asl.failures import NO_CHOICE_MATCHED, StateFailure
from coworks.asl.fields import vocabulary
from coworks.asl.states.base import State, state_fields

if TYPE_CHECKING:
    from coworks.asl.fields import Fields
    from coworks.asl.flow import Entry, Exit, Flow
    from coworks.asl.outcomes import GoTo
    from coworks.asl.scope import Scope
    from coworks.asl.templates import Template


@dataclass(frozen=True, slots=True)
class Rule:
    condition: Template
    exit: Exit

    FIELDS = vocabulary(
        *("Next", "Assign", "Comment"),
        jsonpath=" ".join(sorted({"Variable", *OPERATORS})),
        jsonata="Condition Output",
    )

    @classmethod
    def read(cls, fields: Fields, state: Fields, flow: Flow) -> Self:
        fields.only(cls.FIELDS, flow.language)
        return cls(flow.condition(fields), flow.rule_exit(fields, state))


@dataclass(frozen=True, slots=True)
class Choice(State):
    rules: tuple[Rule, ...]
    entry: Entry
    default: Exit

    kind: ClassVar[str] = "Choice"
    FIELDS = state_fields(
        *("Choices", "Default", "Assign"),
        jsonpath="InputPath OutputPath",
        jsonata="Output",
    )

    @classmethod
    def read(cls, fields: Fields, flow: Flow) -> Self:
        rules = tuple(Rule.read(one, fields, flow) for one in fields.objects("Choices"))
        if not rules:
            fields.report("A Choice state needs at least one rule in 'Choices'")
        return cls(rules, flow.entry(fields), flow.exit(fields, fields.string("Default")))

    def enter(self, scope: Scope) -> GoTo:
        seen = self.entry.take(scope)
        for rule in self.rules:
            if rule.condition.evaluate(seen):
                return rule.exit.leave(seen, seen.input)
        if self.default.next is None:
            raise StateFailure(
                NO_CHOICE_MATCHED,
                "Failed to transition out of the state. The state does not point to a next state.",
                placed=True,
            )
        return self.default.leave(seen, seen.input)

    def targets(self) -> tuple[str, ...]:
        ways = [*(rule.exit.next for rule in self.rules), self.default.next]
        return tuple(way for way in ways if way)
