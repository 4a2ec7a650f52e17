"""The operations on versions and aliases of state machines.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_PublishStateMachineVersion.html,
API_CreateStateMachineAlias.html, ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coworks.engine.api import shapes
from coworks.engine.api.arns import alias_names, machine_name, qualified_names, version_names
from coworks.engine.api.errors import validation
from coworks.engine.api.machines import current_machine
from coworks.engine.api.operation import Operation, Parameters
from coworks.engine.page_tokens import read_token, write_token

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coworks.engine.engine import Engine
    from coworks.engine.records import Alias, Version
    from coworks.engine.versions import Routes


def publish(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    machine = current_machine(engine, parameters["stateMachineArn"])
    version = engine.versions.publish(
        machine, parameters.get("description", ""), only=parameters.get("revisionId")
    )
    return _told_version(engine, version)


def list_versions(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    name = machine_name(engine.arns, parameters["stateMachineArn"])
    return _page(
        "stateMachineVersions",
        [name, "versions"],
        [(one.number, _told_version(engine, one)) for one in engine.versions.list(name)],
        parameters,
    )


def delete_version(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    engine.versions.delete(*version_names(engine.arns, parameters["stateMachineVersionArn"]))
    return {}


def create_alias(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    machine, routes = _routes(engine, parameters["routingConfiguration"])
    alias = engine.versions.create_alias(
        machine, parameters["name"], parameters.get("description", ""), routes
    )
    return _listed_alias(engine, alias)


def update_alias(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    machine, name = alias_names(engine.arns, parameters["stateMachineAliasArn"])
    if not parameters.keys() & {"description", "routingConfiguration"}:
        raise validation("Either the description or the routing configuration must be specified")
    routes = None
    if "routingConfiguration" in parameters:
        owner, routes = _routes(engine, parameters["routingConfiguration"])
        if owner != machine:
            raise validation("Routing configuration must contain versions of the alias's state machine.")
    changed = engine.versions.update_alias(machine, name, parameters.get("description"), routes)
    return {"updateDate": changed.updated}


def describe_alias(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    alias = engine.versions.alias(*alias_names(engine.arns, parameters["stateMachineAliasArn"]))
    told = {
        **_listed_alias(engine, alias),
        "name": alias.name,
        "routingConfiguration": [
            {"stateMachineVersionArn": engine.arns.qualified(alias.machine, number), "weight": weight}
            for number, weight in alias.routes
        ],
        "updateDate": alias.updated,
    }
    return told | ({"description": alias.description} if alias.description else {})


def delete_alias(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    engine.versions.delete_alias(*alias_names(engine.arns, parameters["stateMachineAliasArn"]))
    return {}


def list_aliases(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    """The aliases of a machine, or those that lead to a version."""
    arn = parameters["stateMachineArn"]
    number = None
    if qualified_names(engine.arns, arn):
        name, number = version_names(engine.arns, arn)
    else:
        name = current_machine(engine, arn).name
    return _page(
        "stateMachineAliases",
        [name, number, "aliases"],
        [(one.name, _listed_alias(engine, one)) for one in engine.versions.aliases(name, number)],
        parameters,
    )


def _routes(engine: Engine, configuration: list[dict[str, Any]]) -> tuple[str, Routes]:
    """The machine and the routes of a routing configuration. Raises AWS's ValidationException."""
    arns = [one["stateMachineVersionArn"] for one in configuration]
    weights = [one["weight"] for one in configuration]
    if len(set(arns)) < len(arns):
        raise _wrong("contain distinct state machine version ARNs", arns)
    named = [engine.arns.qualified_of(arn) for arn in arns]
    versions = [(names[0], int(names[1])) for names in named if names and names[1].isdecimal()]
    if len(versions) < len(arns):
        raise _wrong("contain state machine version ARNs", arns)
    if len({machine for machine, _ in versions}) > 1:
        raise _wrong("contain versions of one state machine", arns)
    if sum(weights) != 100:
        raise validation(f"Sum of routing configuration weights must equal 100. Received: {weights}")
    return versions[0][0], tuple(
        (number, weight) for (_, number), weight in zip(versions, weights, strict=True)
    )


def _wrong(must: str, arns: list[str]) -> Exception:
    return validation(f"Routing configuration must {must}. Received: [{', '.join(arns)}]")


def _told_version(engine: Engine, version: Version) -> dict[str, Any]:
    arn = engine.arns.qualified(version.machine, version.number)
    return {"stateMachineVersionArn": arn, "creationDate": version.created}


def _listed_alias(engine: Engine, alias: Alias) -> dict[str, Any]:
    return {
        "stateMachineAliasArn": engine.arns.qualified(alias.machine, alias.name),
        "creationDate": alias.created,
    }


def _page(
    member: str, query: list[Any], found: Sequence[tuple[Any, dict[str, Any]]], parameters: Parameters
) -> dict[str, Any]:
    """A page of a list; each entry has the key by which the next page goes on after it."""
    after = read_token(query, parameters.get("nextToken"))
    keys = [key for key, _ in found]
    start = keys.index(after) + 1 if after in keys else 0
    end = start + (parameters.get("maxResults") or 100)
    answer: dict[str, Any] = {member: [told for _, told in found[start:end]]}
    return answer | ({"nextToken": write_token(query, keys[end - 1])} if end < len(found) else {})


_NAME: Final = shapes.Text(1, 80, pattern=r"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$")
_DESCRIPTION: Final = shapes.Text(0, 256, secret=True)
_ROUTING: Final = shapes.ListOf(
    shapes.Structure(
        {"stateMachineVersionArn": shapes.ARN, "weight": shapes.Integer(0, 100)},
        ("stateMachineVersionArn", "weight"),
    ),
    1,
    2,
    "RoutingConfigurationListItem",
)


def _operation(
    perform: Callable[[Engine, Parameters], dict[str, Any]],
    required: Sequence[str],
    **members: shapes.Rule,
) -> Operation:
    return Operation(perform, shapes.Structure(members, tuple(required)))


OPERATIONS = {
    "PublishStateMachineVersion": _operation(
        publish,
        ["stateMachineArn"],
        stateMachineArn=shapes.ARN,
        revisionId=shapes.Text(),
        description=_DESCRIPTION,
    ),
    "ListStateMachineVersions": _operation(
        list_versions,
        ["stateMachineArn"],
        stateMachineArn=shapes.ARN,
        maxResults=shapes.PAGE,
        nextToken=shapes.TOKEN,
    ),
    "DeleteStateMachineVersion": _operation(
        delete_version, ["stateMachineVersionArn"], stateMachineVersionArn=shapes.LONG_ARN
    ),
    "CreateStateMachineAlias": _operation(
        create_alias,
        ["name", "routingConfiguration"],
        name=_NAME,
        description=_DESCRIPTION,
        routingConfiguration=_ROUTING,
    ),
    "UpdateStateMachineAlias": _operation(
        update_alias,
        ["stateMachineAliasArn"],
        stateMachineAliasArn=shapes.ARN,
        description=_DESCRIPTION,
        routingConfiguration=_ROUTING,
    ),
    "DescribeStateMachineAlias": _operation(
        describe_alias, ["stateMachineAliasArn"], stateMachineAliasArn=shapes.ARN
    ),
    "DeleteStateMachineAlias": _operation(
        delete_alias, ["stateMachineAliasArn"], stateMachineAliasArn=shapes.ARN
    ),
    "ListStateMachineAliases": _operation(
        list_aliases,
        ["stateMachineArn"],
        stateMachineArn=shapes.ARN,
        maxResults=shapes.PAGE,
        nextToken=shapes.TOKEN,
    ),
}
