"""EventBridge's operations on rules and their targets.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from coworks.engine.names import Arns
from coworks.local.aws.events.members import MEMBERS
from coworks.local.aws.events.putting import check_bus, pattern_in
from coworks.local.aws.events.rules import Rule, Rules
from coworks.local.aws.events.transform import check_input
from coworks.local.aws.paging import page_of
from coworks.local.aws.targets import target_of
from coworks.local.aws.wire import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from coworks.local.aws.protocols import Told

_NAME: Final = re.compile(r"[\w.-]{1,64}", re.ASCII)
_ID: Final = _NAME
_MOST_TARGETS: Final = 5
_OF_RULE: Final = ("Description", "EventPattern", "RoleArn", "State")
_ARNS: Final = Arns()
_BUS_ARN: Final = f"arn:aws:events:{_ARNS.region}:{_ARNS.account}:event-bus/default"


class RulesApi:
    """The operations. There is one bus: default."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def operations(self) -> dict[str, Callable[[Told, str], Told]]:
        return {
            "DeleteRule": self._delete,
            "DescribeEventBus": self._describe_bus,
            "DescribeRule": lambda told, base: _told(self._named(told, "Name"), whole=True),
            "DisableRule": lambda told, base: self._switch(told, "DISABLED"),
            "EnableRule": lambda told, base: self._switch(told, "ENABLED"),
            "ListEventBuses": lambda told, base: {"EventBuses": [{"Name": "default", "Arn": _BUS_ARN}]},
            "ListRuleNamesByTarget": self._list_names,
            "ListRules": self._list,
            "ListTargetsByRule": self._list_targets,
            "PutRule": self._put,
            "PutTargets": self._put_targets,
            "RemoveTargets": self._remove_targets,
        }

    def _put(self, told: Told, base: str) -> Told:
        check_bus(told)
        name = MEMBERS.text(told, "Name")
        if not _NAME.fullmatch(name):
            raise AwsError("ValidationException", f"{name} is no name: use up to 64 letters, digits, . - _")
        if told.get("ScheduleExpression"):
            said = "rules of times are not run here: give the workflow a trigger, or make a schedule"
            raise AwsError("ValidationException", said)
        pattern_in(told)
        if told.get("State", "ENABLED") not in ("ENABLED", "DISABLED"):
            raise AwsError("ValidationException", "State is ENABLED or DISABLED")
        known = self._rules.all().get(name)
        rule = Rule(
            name,
            {key: MEMBERS.text(told, key) for key in _OF_RULE if told.get(key)},
            known.targets if known else {},
        )
        if known:
            _refuse_managed(known)
        self._rules.put(rule)
        return {"RuleArn": rule.arn}

    def _delete(self, told: Told, base: str) -> Told:
        """A rule that is not there is deleted already."""
        check_bus(told)
        rule = self._rules.all().get(MEMBERS.text(told, "Name"))
        if rule is not None:
            _refuse_managed(rule)
            if rule.targets:
                raise AwsError("ValidationException", "Rule can't be deleted since it has targets.")
            self._rules.remove(rule.name)
        return {}

    def _describe_bus(self, told: Told, base: str) -> Told:
        check_bus({"EventBusName": told.get("Name")})
        return {"Name": "default", "Arn": _BUS_ARN}

    def _switch(self, told: Told, state: str) -> Told:
        rule = self._own(told, "Name")
        self._rules.put(replace(rule, told={**rule.told, "State": state}))
        return {}

    def _list(self, told: Told, base: str) -> Told:
        check_bus(told)
        prefix = MEMBERS.optional_text(told, "NamePrefix") or ""
        found = {name: rule for name, rule in self._rules.all().items() if name.startswith(prefix)}
        names, more = _page(told, found)
        return {"Rules": [_told(found[name]) for name in names], **more}

    def _list_names(self, told: Told, base: str) -> Told:
        check_bus(told)
        arn = MEMBERS.text(told, "TargetArn")
        found = [
            name
            for name, rule in self._rules.all().items()
            if any(target["Arn"] == arn for target in rule.targets.values())
        ]
        names, more = _page(told, found)
        return {"RuleNames": names, **more}

    def _list_targets(self, told: Told, base: str) -> Told:
        targets = self._named(told, "Rule").targets
        names, more = _page(told, targets)
        return {"Targets": [targets[name] for name in names], **more}

    def _put_targets(self, told: Told, base: str) -> Told:
        rule, targets = self._own(told, "Rule"), dict(self._own(told, "Rule").targets)
        for target in MEMBERS.objects(told, "Targets"):
            identity = MEMBERS.text(target, "Id")
            if not _ID.fullmatch(identity):
                raise AwsError("ValidationException", f"{identity} is no id of a target")
            _check_target(target)
            targets[identity] = target
        if len(targets) > _MOST_TARGETS:
            said = (
                f"The requested resource exceeds the maximum number allowed: {_MOST_TARGETS} targets a rule."
            )
            raise AwsError("LimitExceededException", said)
        self._rules.put(replace(rule, targets=targets))
        return {"FailedEntryCount": 0, "FailedEntries": []}

    def _remove_targets(self, told: Told, base: str) -> Told:
        rule, gone = self._own(told, "Rule"), MEMBERS.texts(told, "Ids")
        kept = {identity: target for identity, target in rule.targets.items() if identity not in gone}
        self._rules.put(replace(rule, targets=kept))
        failed = [
            {"TargetId": one, "ErrorCode": "ResourceNotFoundException", "ErrorMessage": "no such target"}
            for one in gone
            if one not in rule.targets
        ]
        return {"FailedEntryCount": len(failed), "FailedEntries": failed}

    def _named(self, told: Told, member: str) -> Rule:
        check_bus(told)
        name = MEMBERS.text(told, member)
        rule = self._rules.all().get(name)
        if rule is None:
            raise AwsError("ResourceNotFoundException", f"Rule {name} does not exist on EventBus default.")
        return rule

    def _own(self, told: Told, member: str) -> Rule:
        rule = self._named(told, member)
        _refuse_managed(rule)
        return rule


def _check_target(target: Mapping[str, Any]) -> None:
    kind, name = target_of(MEMBERS.text(target, "Arn"))
    check_input(target)
    group = MEMBERS.optional_text(MEMBERS.table(target, "SqsParameters"), "MessageGroupId")
    if kind == "queue" and name.endswith(".fifo") and not group:
        raise AwsError("ValidationException", f"{name} is a FIFO queue: SqsParameters needs a MessageGroupId")


def _refuse_managed(rule: Rule) -> None:
    if rule.managed:
        said = (
            f"{rule.name} comes from the project: change the trigger of its workflow, or its service's class"
        )
        raise AwsError("ManagedRuleException", said)


def _told(rule: Rule, *, whole: bool = False) -> Told:
    managed = {"ManagedBy": "coworks"} if rule.managed else {}
    names = {"Name": rule.name, "Arn": rule.arn, "EventBusName": "default", "State": "ENABLED"}
    return {**names, **rule.told, **managed, **({"CreatedBy": _ARNS.account} if whole else {})}


def _page(told: Told, names: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    size = MEMBERS.number(told, "Limit", 1, 100, 100)
    return page_of(names, MEMBERS.optional_text(told, "NextToken"), size)
