"""Rules that were made by the AWS API: which events they want, and what their targets are given.

Those of the project, which its triggers and classes name, stand beside them, managed by CoWorks.
Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.patterns import compile_pattern
from coworks.biz.triggers import OnEvent
from coworks.engine.names import Arns
from coworks.local.aws.events.transform import input_for
from coworks.local.aws.targets import delivery_to
from coworks.local.calls import function_arn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from coworks.local.aws.kept import Kept
    from coworks.local.bus.envelopes import Publication
    from coworks.local.bus.receivers import Delivery
    from coworks.project import Project

RULE: Final = "rule"
_ARNS: Final = Arns()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `told` has the members of PutRule, `targets` those of PutTargets by their ids."""

    name: str
    told: Mapping[str, Any]
    targets: Mapping[str, Mapping[str, Any]]
    managed: bool = False

    @property
    def arn(self) -> str:
        return f"arn:aws:events:{_ARNS.region}:{_ARNS.account}:rule/{self.name}"

    @property
    def is_enabled(self) -> bool:
        return bool(self.told.get("State") != "DISABLED")


class Rules:
    """The rules, those of the project among them."""

    def __init__(self, kept: Kept, project: Callable[[], Project]) -> None:
        self._kept = kept
        self._project = project
        self._compiled: dict[str, Callable[[Any], bool]] = {}

    def all(self) -> dict[str, Rule]:
        """All rules by their names."""
        return {**dict(_of_project(self._project())), **self._made()}

    def put(self, rule: Rule) -> None:
        self._kept.put(RULE, rule.name, {"told": dict(rule.told), "targets": dict(rule.targets)})

    def remove(self, name: str) -> None:
        self._kept.remove(RULE, name)

    def of_event(self, event: Mapping[str, Any]) -> list[Delivery]:
        """The deliveries of an event by the rules that were made; the bus knows those of the project."""
        return [
            _delivery(rule, identity, target, event)
            for rule in self._made().values()
            if rule.is_enabled and self._fits(rule, event)
            for identity, target in rule.targets.items()
        ]

    def of_publication(self, publication: Publication, identity: str, moment: float) -> list[Delivery]:
        return []

    def _fits(self, rule: Rule, event: Mapping[str, Any]) -> bool:
        text = rule.told.get("EventPattern")
        if text is None:
            return False
        if text not in self._compiled:
            self._compiled = {**self._compiled, text: compile_pattern(json.loads(text))}
        fits = self._compiled[text]
        return fits(event)

    def _made(self) -> dict[str, Rule]:
        return {name: Rule(name, one["told"], one["targets"]) for name, one in self._kept.all(RULE).items()}


def _delivery(rule: Rule, identity: str, target: Mapping[str, Any], event: Mapping[str, Any]) -> Delivery:
    text = input_for(target, event, rule.name, rule.arn)
    group = (target.get("SqsParameters") or {}).get("MessageGroupId")
    return delivery_to(target["Arn"], event["id"], f"{rule.name} {identity}", text, group)


def _of_project(project: Project) -> Iterator[tuple[str, Rule]]:
    wanting = [(one.name, one.triggers, _ARNS.machine(one.name)) for one in project.workflows]
    wanting += [(one.name, one.subscriptions, function_arn(one.name)) for one in project.services]
    for name, triggers, arn in wanting:
        for place, trigger in enumerate(triggers, 1):
            if isinstance(trigger, OnEvent):
                rule = f"{name}-{place}"
                told = {"EventPattern": json.dumps(dict(trigger.pattern)), "Description": trigger.describe()}
                yield rule, Rule(rule, told, {name: {"Id": name, "Arn": arn}}, managed=True)
