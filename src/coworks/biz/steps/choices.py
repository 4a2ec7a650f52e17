"""`choices`: go one way or another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from coworks.biz.names import END
from coworks.biz.reading import Shape, check_shape, item, read_expression, read_list, read_map, read_scalar
from coworks.biz.steps.jump import Jump
from coworks.biz.steps.kind import Kind
from coworks.biz.templates import Template, render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.biz.nodes import Entry, MapNode
    from coworks.biz.problems import Report
    from coworks.biz.steps.kind import Position

_RULE = Shape("a choice", required=("when", "goto"), moved=(("if", 'write "when"'), ("then", 'write "goto"')))
_DEFAULT = Shape("the default choice", required=("default",))
_HINT = 'write a list of "- when: ..." with "goto: ..."'


@dataclass(frozen=True, slots=True)
class Choice:
    when: Template
    jump: Jump


@dataclass(frozen=True, slots=True)
class Choices(Kind):
    """The first `when` that is true decides; `default`, or else the next step, is for when none is."""

    decides: ClassVar[bool] = True

    rules: tuple[Choice, ...]
    default: Jump | None

    @classmethod
    def read(cls, entry: Entry, report: Report) -> Choices | None:
        found = read_list(entry, report, _HINT)
        if found is None:
            return None
        items = [read_map(item(node, "choice"), report, _HINT) for node in found.items]
        defaults = [(one, position) for position, one in enumerate(items) if one and one.get("default")]
        rules = [_read_rule(one, report) for one in items if one and not one.get("default")]
        default = None
        for one, position in defaults:
            default = _read_default(one, report, is_last=position == len(items) - 1)
        if not rules:
            report.add("B102", entry.place, '"choices" needs at least one "when"', _HINT)
        return cls(tuple(rule for rule in rules if rule), default)

    def templates(self) -> Iterator[Template]:
        return (rule.when for rule in self.rules)

    def jumps(self) -> tuple[Jump, ...]:
        jumps = tuple(rule.jump for rule in self.rules)
        return (*jumps, self.default) if self.default else jumps

    def falls_through(self) -> bool:
        return self.default is None

    def state(self, at: Position) -> dict[str, Any]:
        rules = [{"Condition": render(rule.when), "Next": rule.jump.target} for rule in self.rules]
        default = self.default.target if self.default else at.following
        return {"Type": "Choice", "Choices": rules, "Default": default or END}


def _read_rule(rule: MapNode, report: Report) -> Choice | None:
    found = check_shape(rule, _RULE, report)
    when = read_scalar(found["when"], report, "write a condition") if "when" in found else None
    goto = read_scalar(found["goto"], report, "write the name of a step") if "goto" in found else None
    if when is None or goto is None:
        return None
    template = read_expression(when, "when", report)
    return Choice(template, Jump.to(goto)) if template else None


def _read_default(found: MapNode, report: Report, *, is_last: bool) -> Jump | None:
    default = check_shape(found, _DEFAULT, report)["default"]
    if not is_last:
        report.add(
            "B116", default.key_place, '"default" must be the last choice', "move it to the end", length=7
        )
    target = read_scalar(default, report, "write the name of a step")
    return Jump.to(target) if target else None
