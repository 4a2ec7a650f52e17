"""Choice: the first rule whose condition is true tells the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from coworks.asl.failures import NO_CHOICE_MATCHED, StateFailure
from coworks.asl.states.base import COMMON_FIELDS, State
from coworks.asl.templates import Constant, Query, Template
from coworks.asl.transition import Transition

if TYPE_CHECKING:
    from coworks.asl.fields import Fields
    from coworks.asl.outcomes import GoTo
    from coworks.asl.scope import Scope


@dataclass(frozen=True, slots=True)
class Rule:
    condition: Template
    transition: Transition

    FIELDS: ClassVar[frozenset[str]] = frozenset({"Condition", "Next", "Output", "Assign", "Comment"})

    @classmethod
    def read(cls, fields: Fields) -> Self:
        fields.only(cls.FIELDS)
        condition = fields.template("Condition")
        if "Condition" not in fields:
            fields.report("The field 'Condition' is required but was missing")
        elif isinstance(condition, Constant) and not isinstance(condition.value, bool):
            fields.report("Expected a JSONata expression or Boolean for field 'Condition'", at="/Condition")
        return cls(condition or Constant(False), Transition.read_jump(fields))

    def applies(self, scope: Scope) -> bool:
        value = self.condition.evaluate(scope)
        if not isinstance(value, bool) and isinstance(self.condition, Query):
            raise self.condition.unexpected("boolean", value)
        return value is True


@dataclass(frozen=True, slots=True)
class Choice(State):
    rules: tuple[Rule, ...]
    default: Transition

    kind: ClassVar[str] = "Choice"
    FIELDS: ClassVar[frozenset[str]] = COMMON_FIELDS | {"Choices", "Default", "Output", "Assign"}

    @classmethod
    def read(cls, fields: Fields) -> Self:
        rules = tuple(Rule.read(one) for one in fields.objects("Choices"))
        if not rules:
            fields.report("A Choice state needs at least one rule in 'Choices'")
        default = Transition(
            fields.string("Default"), fields.template("Output"), fields.mapping_template("Assign")
        )
        return cls(rules, default)

    def enter(self, scope: Scope) -> GoTo:
        for rule in self.rules:
            if rule.applies(scope):
                return rule.transition.leave(scope, scope.input)
        if self.default.next is None:
            raise StateFailure(
                NO_CHOICE_MATCHED,
                "Failed to transition out of the state. The state does not point to a next state.",
            )
        return self.default.leave(scope, scope.input)

    def targets(self) -> tuple[str, ...]:
        ways = [*(rule.transition.next for rule in self.rules), self.default.next]
        return tuple(way for way in ways if way)
