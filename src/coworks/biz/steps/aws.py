"""`aws`: any call of AWS, by its plain name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from coworks.biz.payloads import check_payload
from coworks.biz.reading import Shape, read_map, read_scalar, read_shape
from coworks.biz.steps.kind import Kind
from coworks.biz.templates import Template, mark, templates_in, to_states_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.biz.nodes import Entry, MapNode, Scalar
    from coworks.biz.problems import Report
    from coworks.biz.steps.kind import Position

_SHAPE: Final = Shape(
    "an aws step",
    required=("call",),
    optional=("with",),
    moved=(("arguments", 'write "with"'), ("resource", 'write "call"')),
)
_CALL: Final = re.compile(
    r"(?P<service>[a-z][a-z0-9-]*):(?P<action>[a-z][A-Za-z0-9]*)(?P<way>\.sync(?::2)?|\.waitForTaskToken)?"
)
_EXAMPLE: Final = "write SERVICE:ACTION, for example dynamodb:putItem, s3:getObject or ecs:runTask.sync"

INTEGRATION: Final = "arn:aws:states:::"
# What AWS has an integration of its own for; the rest goes through its SDK.
# https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
OPTIMIZED: Final = {
    "apigateway": {"invoke"},
    "athena": {"startQueryExecution", "stopQueryExecution", "getQueryExecution", "getQueryResults"},
    "batch": {"submitJob"},
    "bedrock": {"invokeModel"},
    "codebuild": {"startBuild", "stopBuild", "batchDeleteBuilds", "batchGetReports", "startBuildBatch"},
    "dynamodb": {"getItem", "putItem", "updateItem", "deleteItem"},
    "ecs": {"runTask"},
    "events": {"putEvents"},
    "glue": {"startJobRun"},
    "http": {"invoke"},
    "lambda": {"invoke"},
    "mediaconvert": {"createJob"},
    "sns": {"publish"},
    "sqs": {"sendMessage"},
    "states": {"startExecution"},
}


@dataclass(frozen=True, slots=True)
class Aws(Kind):
    """A call and its arguments, as AWS names them; what AWS answers is the result."""

    can_fail: ClassVar[bool] = True
    recovery: ClassVar[tuple[str, ...]] = ("retry", "catch", "timeout", "heartbeat")

    call: Scalar
    arguments: MapNode | None = None

    @classmethod
    def read(cls, entry: Entry, report: Report) -> Aws | None:
        found = read_shape(entry, _SHAPE, report, "write {call: SERVICE:ACTION, with: {...}}")
        if found is None:
            return None
        call = read_scalar(found["call"], report, _EXAMPLE) if "call" in found else None
        arguments = read_map(found["with"], report, "write {Name: value}") if "with" in found else None
        check_payload([found.get("with")], report)
        if call and not _CALL.fullmatch(call.text.removeprefix("aws-sdk:")):
            message = f'"{call.text}" is not a call of AWS'
            report.add("B212", call.place, message, _EXAMPLE, length=len(call.text))
            return None
        return cls(call, arguments) if call else None

    def templates(self) -> Iterator[Template]:
        if self.arguments:
            yield from templates_in(self.arguments)

    def state(self, at: Position) -> dict[str, Any]:
        result = mark("$states.result")
        return {
            "Type": "Task",
            "Resource": resource_of(self.call.text),
            "Arguments": to_states_language(self.arguments) if self.arguments else {},
            "Output": result,
            "Assign": {at.variable: result},
        }


def resource_of(call: str) -> str:
    """The ARN of the integration that a call goes through."""
    match = _CALL.fullmatch(call)
    is_plain = match and match["action"] not in OPTIMIZED.get(match["service"], ())
    return f"{INTEGRATION}{'aws-sdk:' if is_plain else ''}{call}"
