"""The operations on state machines.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html,
API_UpdateStateMachine.html, API_DescribeStateMachine.html, API_ListStateMachines.html, ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.engine.api import shapes
from coworks.engine.api.arns import execution_names, machine_name, new_name, qualified_names
from coworks.engine.api.definitions import check_definition
from coworks.engine.api.errors import ApiError, no_execution, no_machine, validation
from coworks.engine.api.operation import Operation, Parameters
from coworks.engine.api.references import variable_references
from coworks.engine.api.tags import tags_of
from coworks.engine.errors import (
    ExecutionDoesNotExistError,
    StateMachineAlreadyExistsError,
    StateMachineDoesNotExistError,
)
from coworks.engine.machines import Revision, Settings
from coworks.engine.page_tokens import read_token, write_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.engine.engine import Engine

_SETTINGS = {
    "roleArn": "role",
    "loggingConfiguration": "logging",
    "tracingConfiguration": "tracing",
    "encryptionConfiguration": "encryption",
}
"""The members of requests and answers, and what the engine calls them."""


def current_machine(engine: Engine, arn: str) -> Revision:
    """The state machine of an ARN. Raises AWS's StateMachineDoesNotExist."""
    try:
        return engine.machines.current(machine_name(engine.arns, arn))
    except StateMachineDoesNotExistError:
        raise no_machine(arn) from None


def create(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    _check_publishing(parameters)
    name = new_name(parameters["name"], "a state machine", engine.quotas.name)
    check_definition(parameters["definition"], parameters.get("type", "STANDARD"))
    settings = Settings(type=parameters.get("type", "STANDARD"), **_settings(parameters))
    tags = tags_of(parameters.get("tags", []))
    try:
        created = engine.machines.create(name, parameters["definition"], settings, tags)
    except StateMachineAlreadyExistsError:
        arn = engine.arns.machine(name)
        raise ApiError("StateMachineAlreadyExists", f"State Machine Already Exists: '{arn}'") from None
    answer = {"stateMachineArn": engine.arns.machine(name), "creationDate": created.created}
    return answer | _published(engine, created, parameters)


def update(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    machine = current_machine(engine, parameters["stateMachineArn"])
    if not parameters.keys() & {"definition", *_SETTINGS}:
        raise ApiError(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration"
            " must be specified",
        )
    _check_publishing(parameters)
    definition = parameters.get("definition")
    if definition is not None:
        check_definition(definition, machine.settings.type)
    updated = engine.machines.update(machine.name, definition, **_settings(parameters))
    answer: dict[str, Any] = {"updateDate": updated.updated}
    if updated.settings.revision:
        answer["revisionId"] = updated.settings.revision
    return answer | _published(engine, updated, parameters)


def delete(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    engine.machines.delete(machine_name(engine.arns, parameters["stateMachineArn"]))
    return {}


def describe(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    if names := qualified_names(engine.arns, parameters["stateMachineArn"]):
        return _describe_version(engine, *names, parameters)
    machine = current_machine(engine, parameters["stateMachineArn"])
    return {
        **_described(engine, machine, parameters),
        "status": "ACTIVE",
        "type": machine.settings.type,
        "creationDate": machine.created,
    }


def _describe_version(engine: Engine, name: str, qualifier: str, parameters: Parameters) -> dict[str, Any]:
    version = engine.versions.find(name, int(qualifier)) if qualifier.isdecimal() else None
    if version is None:
        raise no_machine(parameters["stateMachineArn"])
    machine = engine.machines.revision(version.revision)
    told = {
        **_described(engine, machine, parameters),
        "stateMachineArn": engine.arns.qualified(name, version.number),
        "status": "ACTIVE",
        "type": machine.settings.type,
        "creationDate": version.created,
    }
    return told | ({"description": version.description} if version.description else {})


def describe_for_execution(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    arn = parameters["executionArn"]
    try:
        execution = engine.describe_execution(*execution_names(engine.arns, arn))
    except ExecutionDoesNotExistError:
        raise no_execution(arn) from None
    machine = engine.machines.revision(execution.machine_id)
    return {**_described(engine, machine, parameters), "updateDate": machine.updated}


def list_machines(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    after = read_token("machines", parameters.get("nextToken"))
    limit = parameters.get("maxResults") or 100
    names = [name for name in engine.machines.names() if after is None or name > after]
    listed = [_listed(engine, engine.machines.current(name)) for name in names[:limit]]
    if len(names) > limit:
        return {"stateMachines": listed, "nextToken": write_token("machines", names[limit - 1])}
    return {"stateMachines": listed}


def _listed(engine: Engine, machine: Revision) -> dict[str, Any]:
    return {
        "stateMachineArn": engine.arns.machine(machine.name),
        "name": machine.name,
        "type": machine.settings.type,
        "creationDate": machine.created,
    }


def _described(engine: Engine, machine: Revision, parameters: Parameters) -> dict[str, Any]:
    """What both descriptions tell of a revision."""
    settings = machine.settings
    told: dict[str, Any] = {
        "stateMachineArn": engine.arns.machine(machine.name),
        "name": machine.name,
        "roleArn": settings.role or engine.arns.role(machine.name),
        "loggingConfiguration": settings.logging,
        "tracingConfiguration": settings.tracing,
    }
    known: dict[str, Any] = {
        "encryptionConfiguration": settings.encryption,
        "revisionId": settings.revision,
    }
    if parameters.get("includedData") != "METADATA_ONLY":
        known["definition"] = machine.definition
        known["variableReferences"] = variable_references(machine.definition) or None
    return told | {name: value for name, value in known.items() if value is not None}


def _settings(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The given settings, completed with AWS's defaults, under the engine's names."""
    given = {ours: parameters[theirs] for theirs, ours in _SETTINGS.items() if theirs in parameters}
    if "logging" in given:
        logging = {"level": "OFF", "includeExecutionData": False, **_without_nulls(given["logging"])}
        if logging["level"] != "OFF" and len(logging.get("destinations", [])) != 1:
            raise ApiError(
                "InvalidLoggingConfiguration",
                "Invalid Logging Configuration: Must specify exactly one Log Destination.",
            )
        given["logging"] = logging
    if "tracing" in given:
        given["tracing"] = {"enabled": False, **_without_nulls(given["tracing"])}
    return given


def _without_nulls(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _check_publishing(parameters: Parameters) -> None:
    if "versionDescription" in parameters and not parameters.get("publish"):
        raise validation("Version description can only be set when publish is true")


def _published(engine: Engine, machine: Revision, parameters: Parameters) -> dict[str, Any]:
    """The version that a creation or an update publishes, when it is asked to."""
    if not parameters.get("publish"):
        return {}
    version = engine.versions.publish(machine, parameters.get("versionDescription", ""))
    return {"stateMachineVersionArn": engine.arns.qualified(machine.name, version.number)}


_CONFIGURATION: dict[str, shapes.Rule] = {
    "roleArn": shapes.ARN,
    "loggingConfiguration": shapes.LOGGING,
    "tracingConfiguration": shapes.TRACING,
    "encryptionConfiguration": shapes.ENCRYPTION,
    "publish": shapes.Flag(),
    "versionDescription": shapes.Text(0, 256, secret=True),
}
_MACHINE = shapes.Structure({"stateMachineArn": shapes.ARN}, ("stateMachineArn",))

OPERATIONS = {
    "CreateStateMachine": Operation(
        create,
        shapes.Structure(
            {
                "name": shapes.NAME,
                "definition": shapes.DEFINITION,
                "type": shapes.MACHINE_TYPE,
                "tags": shapes.TAGS,
                **_CONFIGURATION,
            },
            ("name", "definition", "roleArn"),
        ),
    ),
    "UpdateStateMachine": Operation(
        update,
        shapes.Structure(
            {"stateMachineArn": shapes.ARN, "definition": shapes.DEFINITION, **_CONFIGURATION},
            ("stateMachineArn",),
        ),
    ),
    "DeleteStateMachine": Operation(delete, _MACHINE),
    "DescribeStateMachine": Operation(
        describe,
        shapes.Structure(
            {"stateMachineArn": shapes.ARN, "includedData": shapes.INCLUDED_DATA}, ("stateMachineArn",)
        ),
    ),
    "DescribeStateMachineForExecution": Operation(
        describe_for_execution,
        shapes.Structure(
            {"executionArn": shapes.ARN, "includedData": shapes.INCLUDED_DATA}, ("executionArn",)
        ),
    ),
    "ListStateMachines": Operation(
        list_machines, shapes.Structure({"maxResults": shapes.PAGE, "nextToken": shapes.TOKEN})
    ),
}
