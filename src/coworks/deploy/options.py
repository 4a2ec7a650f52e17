"""What the project file says about deploying, as frozen values: for a stage, a service, a workflow.

    [tool.coworks]                              holds for all
    [tool.coworks.services.mail]                for one service (workflows alike)
    [tool.coworks.stages.prod]                  for one stage
    [tool.coworks.stages.prod.services.mail]    for one service in one stage

The one that says more goes before the one that says less. `environment` and `secrets` are joined, the rest is
replaced.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from coworks.deploy.checks import (
    check_account,
    check_permissions,
    check_secrets,
    check_text,
    check_topics,
    check_variables,
    one_of,
    texts,
    true_or_false,
    whole,
)
from coworks.deploy.errors import OptionError
from coworks.errors import did_you_mean
from coworks.project.settings import MAX_RECEIVES, MOST_RECEIVES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coworks.deploy.checks import Check
    from coworks.project import Settings

PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
ARCHITECTURES: Final = ("x86_64", "arm64")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
RETENTIONS: Final = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip

_SHARED: Final[dict[str, Check]] = {
    "alarms": true_or_false,
    "alarms_topic": check_text,
    "log_retention_days": one_of(*RETENTIONS),
    "permissions": check_permissions,
    "tracing": true_or_false,
}
_OF_SERVICE: Final[dict[str, Check]] = _SHARED | {
    "api": one_of("http", "rest", "none"),
    "architecture": one_of(*ARCHITECTURES),
    "certificate": check_text,
    "domain": check_text,
    "environment": check_variables,
    "fifo": true_or_false,
    "identity": texts,
    "include": texts,
    "max_receives": whole(1, MOST_RECEIVES, "receives"),
    "memory": whole(128, 10_240, "MB"),
    "publish": check_topics,
    "python": one_of(*PYTHONS),
    "queue": true_or_false,
    "secrets": check_secrets,
    "timeout": whole(1, 900, "seconds"),
}
_OF_WORKFLOW: Final[dict[str, Check]] = _SHARED | {"type": one_of("standard", "express")}
_OF_STAGE: Final[dict[str, Check]] = {
    "account": check_account,
    "bucket": check_text,
    "profile": check_text,
    "region": check_text,
}
_JOINED: Final = frozenset({"environment", "secrets"})


@dataclass(frozen=True, slots=True)
class StageOptions:
    """Where a stage is: None leaves it to the environment and the AWS files of the user.

    `account` is the twelve digits that the credentials must be of; `bucket` keeps packages and templates.
    """

    stage: str
    region: str | None = None
    profile: str | None = None
    account: str | None = None
    bucket: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """How a service is deployed. `memory` is in MB, `timeout` in seconds. A message that was received
    `max_receives` times goes to the dead letters.

    `secrets` maps variables to `ssm:NAME` or `secretsmanager:NAME[:KEY]`; `permissions` are statements of
    IAM; `publish` are the topics of SNS that it may publish to, by name or ARN; `identity` are the parts of a
    request that the authorizer of an HTTP API cannot do without; `include` are patterns of files of the
    project that are packed beside its modules.
    """

    alarms: bool = True
    alarms_topic: str | None = None
    api: Literal["http", "rest", "none"] = "http"
    architecture: str = "x86_64"
    certificate: str | None = None
    domain: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    fifo: bool = False
    identity: Sequence[str] = ("$request.header.Authorization",)
    include: Sequence[str] = ()
    log_retention_days: int = 30
    max_receives: int = MAX_RECEIVES
    memory: int = 256
    permissions: Sequence[Mapping[str, Any]] = ()
    publish: Sequence[str] = ()
    python: str = "3.13"
    queue: bool = True
    secrets: Mapping[str, str] = field(default_factory=dict)
    timeout: int = 30
    tracing: bool = True


@dataclass(frozen=True, slots=True)
class WorkflowOptions:
    """How a workflow is deployed; `permissions` are statements of IAM beside those its steps need."""

    alarms: bool = True
    alarms_topic: str | None = None
    log_retention_days: int = 30
    permissions: Sequence[Mapping[str, Any]] = ()
    tracing: bool = True
    type: Literal["standard", "express"] = "standard"


def stage_options(settings: Settings) -> StageOptions:
    """Where the stage is. Raises `OptionError` when the project declares stages and this one is none."""
    stages = _tables(settings.table, "stages", "tool.coworks")
    if stages and settings.stage not in stages:
        raise OptionError(
            f'the project has no stage "{settings.stage}"', hint=did_you_mean(settings.stage, stages)
        )
    found: dict[str, Any] = {}
    for where, table in _levels(settings):
        _check_keys(where, table)
        found |= {key: _checked(where, key, table[key], _OF_STAGE[key]) for key in _OF_STAGE if key in table}
    return StageOptions(settings.stage, **found)


def service_options(settings: Settings, name: str) -> ServiceOptions:
    """How the service of this name is deployed. Raises `OptionError`."""
    return ServiceOptions(**_merged(settings, "services", name, _OF_SERVICE))


def workflow_options(settings: Settings, name: str) -> WorkflowOptions:
    """How the workflow of this name is deployed. Raises `OptionError`."""
    return WorkflowOptions(**_merged(settings, "workflows", name, _OF_WORKFLOW))


def check_names(settings: Settings, services: Sequence[str], workflows: Sequence[str]) -> None:
    """Raises `OptionError` when a table of the project file is for what the project does not have."""
    for where, table in _levels(settings):
        for kind, known in (("services", services), ("workflows", workflows)):
            for name in _tables(table, kind, where):
                if name not in known:
                    raise OptionError(
                        f"[{where}.{kind}.{name}] is for no {kind.removesuffix('s')} of this project",
                        hint=did_you_mean(name, known),
                    )


def _merged(settings: Settings, kind: str, name: str, checks: Mapping[str, Check]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    levels = _levels(settings)
    own = [(f"{where}.{kind}.{name}", _tables(table, kind, where).get(name, {})) for where, table in levels]
    for where, table in _by_weight(levels, own):
        is_own = where.endswith(f".{kind}.{name}")
        for key, value in table.items():
            if key in checks:
                checked = _checked(where, key, value, checks[key])
                found[key] = {**found.get(key, {}), **checked} if key in _JOINED else checked
            elif is_own:
                raise _unknown(where, key, checks)
    return found


def _by_weight(levels: Sequence[Any], own: Sequence[Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """For all, for the service, for the stage, for the service in the stage."""
    return [pair for level in zip(levels, own, strict=True) for pair in level]


def _levels(settings: Settings) -> list[tuple[str, Mapping[str, Any]]]:
    stages = _tables(settings.table, "stages", "tool.coworks")
    where = f"tool.coworks.stages.{settings.stage}"
    return [("tool.coworks", settings.table), (where, stages.get(settings.stage, {}))]


def _tables(table: Mapping[str, Any], key: str, where: str) -> Mapping[str, Mapping[str, Any]]:
    value = table.get(key, {})
    if not isinstance(value, dict) or not all(isinstance(one, dict) for one in value.values()):
        raise OptionError(f"[{where}] {key} is no table of tables", hint=f"write [{where}.{key}.NAME]")
    return value


def _check_keys(where: str, table: Mapping[str, Any]) -> None:
    known = {*_OF_STAGE, *_OF_SERVICE, *_OF_WORKFLOW, "name", "predefined", "stages", "services", "workflows"}
    for key in table:
        if key not in known:
            raise _unknown(where, key, known)


def _checked(where: str, key: str, value: Any, check: Check) -> Any:
    if problem := check(value):
        raise OptionError(f"[{where}] {key} = {value!r}: {problem.what}", hint=problem.fix)
    return value


def _unknown(where: str, key: str, known: Any) -> OptionError:
    return OptionError(f'[{where}] has no setting "{key}"', hint=did_you_mean(key, known))
