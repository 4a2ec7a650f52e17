"""Logs, traces and metrics of a service, without a library.

Users write to the standard `logging`. On Lambda each record becomes one JSON line with the request, the
service, the entry and the trace, and each call one line with its status and its milliseconds; what libraries
tell begins at WARNING. Elsewhere the process says what its logs look like. `metric` writes CloudWatch's
embedded format, which costs no call.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html,
https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader and
https://www.w3.org/TR/trace-context/
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time

from coworks.errors import CoWorksError
from coworks.tech.request import CURRENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Literal

    from coworks.tech.request import Request
    from coworks.tech.responses import Response

    Unit = Literal["Count", "Seconds", "Milliseconds", "Bytes", "Percent", "None"]

calls = logging.getLogger("coworks.calls")
metrics = logging.getLogger("coworks.metrics")

NAMESPACE = "CoWorks"

# Those of the Python runtimes of Lambda that log; the handler of a package tells which it brings besides.
_OF_LAMBDA = ("boto3", "botocore", "s3transfer", "urllib3")

_TRACE_VARIABLE = "_X_AMZN_TRACE_ID"
_MOST_DIMENSIONS = 30
# What every record has; anything else came by `extra` and is told.
_OWN_FIELDS = frozenset({*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"})


def on_lambda(environment: Mapping[str, str] = os.environ) -> bool:
    """True inside a Lambda function."""
    return "AWS_LAMBDA_FUNCTION_NAME" in environment


def set_up(
    service: str,
    *,
    environment: Mapping[str, str] = os.environ,
    root: logging.Logger = logging.root,
) -> None:
    """On Lambda, write what is logged as JSON lines, from `AWS_LAMBDA_LOG_LEVEL` (INFO) on.

    The service that does so first is the one that the function is: those that it uses keep its name.
    """
    if not on_lambda(environment) or any(isinstance(one.formatter, JsonFormatter) for one in root.handlers):
        return
    root.setLevel(environment.get("AWS_LAMBDA_LOG_LEVEL", "INFO"))
    quiet(*_OF_LAMBDA, root=root)
    if not root.handlers:
        root.addHandler(logging.StreamHandler(sys.stdout))
    for handler in root.handlers:
        handler.setFormatter(JsonFormatter(service))


def quiet(*libraries: str, root: logging.Logger = logging.root) -> None:
    """Let the loggers of libraries tell from WARNING on, or from the root's level if that is higher.

    One that has a level of its own keeps it.
    """
    level = max(root.level, logging.WARNING)
    for name in libraries:
        logger = root.manager.getLogger(name)
        if logger.level == logging.NOTSET:
            logger.setLevel(level)


class JsonFormatter(logging.Formatter):
    """One JSON object a record, with what is known of the call it belongs to."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "timestamp": _utc(record.created),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "service": self._service,
            **_call(CURRENT.get(None)),
        }
        told |= {name: value for name, value in vars(record).items() if name not in _OWN_FIELDS}
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, default=str, ensure_ascii=False)


def _utc(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds % 1 * 1000):03d}Z"


def _call(request: Request | None) -> dict[str, str]:
    """Request, entry and trace of the call under way."""
    told: dict[str, str | None] = {"traceId": os.environ.get(_TRACE_VARIABLE)}
    if request is not None:
        told["requestId"] = getattr(request.context, "aws_request_id", None)
        told["entry"] = request.entry.label if request.entry else None
    return {name: value for name, value in told.items() if value}


def log_call(request: Request, response: Response, seconds: float) -> None:
    """One line for a call that was answered."""
    milliseconds = round(seconds * 1000, 1)
    calls.info(
        "%s %s %d %.1f ms",
        request.method,
        request.path,
        response.status,
        milliseconds,
        extra={"status": response.status, "milliseconds": milliseconds},
    )


def metric(name: str, value: float, unit: Unit = "Count", **dimensions: str) -> None:
    """Count or measure something: `metric("mails", 1)`, `metric("size", 12, "Bytes", kind="pdf")`.

    On Lambda a line of CloudWatch's embedded metric format in the namespace `CoWorks`, with the function as
    a dimension; elsewhere a line of the log `coworks.metrics`. Raises `CoWorksError` for more dimensions
    than CloudWatch takes.
    """
    if len(dimensions) >= _MOST_DIMENSIONS:
        raise CoWorksError(
            f"the metric {name} has {len(dimensions)} dimensions",
            hint=f"CloudWatch takes {_MOST_DIMENSIONS - 1} besides the function",
        )
    if not on_lambda():
        metrics.info("%s %s %s %s", name, value, unit, dimensions or "")
        return
    known = {"function": os.environ["AWS_LAMBDA_FUNCTION_NAME"], **dimensions}
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [list(known)],
        "Metrics": [{"Name": name, "Unit": unit}],
    }
    told = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
        **known,
        name: value,
    }
    sys.stdout.write(json.dumps(told) + "\n")


def trace_headers() -> dict[str, str]:
    """The headers that carry this call's trace on to another service: X-Ray's and W3C's, where known."""
    told = {}
    if trace := os.environ.get(_TRACE_VARIABLE):
        told["X-Amzn-Trace-Id"] = trace
    request = CURRENT.get(None)
    if request is not None:
        for name in ("traceparent", "tracestate"):
            if value := request.headers.get(name):
                told[name] = value
    return told
