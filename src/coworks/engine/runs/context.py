"""What an execution is told of itself: the parts of the context object that stay the same, and its ARNs.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.asl.timestamps import format_timestamp

if TYPE_CHECKING:
    from coworks.engine.names import Arns
    from coworks.engine.records import Execution


def started_through(record: Execution, arns: Arns) -> dict[str, str]:
    """The ARNs of the version and the alias that an execution was started by, as AWS names them."""
    qualifiers = {"stateMachineAliasArn": record.alias, "stateMachineVersionArn": record.version}
    return {
        name: arns.qualified(record.machine, qualifier)
        for name, qualifier in qualifiers.items()
        if qualifier is not None
    }


def role_of(record: Execution, arns: Arns) -> str:
    """The role of an execution's state machine; that of a child execution is its parent's."""
    return arns.role(record.machine.partition("/")[0])


def context_object(record: Execution, given: Any, arns: Arns) -> dict[str, Any]:
    """The parts of the context object that stay the same."""
    write_arn = arns.express if record.express else arns.execution
    return {
        "Execution": {
            "Id": write_arn(record.machine, record.name),
            "Input": given,
            "Name": record.name.partition(":")[0],
            "RoleArn": role_of(record, arns),
            "StartTime": format_timestamp(record.started),
            "RedriveCount": record.redrives,
            **({} if record.redriven is None else {"RedriveTime": format_timestamp(record.redriven)}),
        },
        "StateMachine": {"Id": arns.machine(record.machine), "Name": record.machine},
    }
