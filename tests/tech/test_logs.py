"""Logs are JSON lines on Lambda, metrics CloudWatch's embedded format, and a trace is carried on."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest

from coworks.errors import CoWorksError
from coworks.tech import TechMicroService
from coworks.tech.logs import JsonFormatter, metric, quiet, set_up, trace_headers
from coworks.testing import client


@pytest.fixture
def in_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "shop-dev-mail")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-abc;Sampled=1")


def written(record: logging.LogRecord) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(JsonFormatter("mail").format(record))
    return told


def record(message: str, *arguments: object, **extra: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"msg": message, "args": arguments, "levelname": "INFO", "name": "mine"})
    vars(made).update(extra)
    return made


def test_a_record_is_one_json_object_with_its_extras() -> None:
    told = written(record("sent %d mails", 2, to="ü", odd=object))
    assert (told["message"], told["level"], told["logger"]) == ("sent 2 mails", "INFO", "mine")
    assert (told["service"], told["to"]) == ("mail", "ü")
    assert told["timestamp"].endswith("Z")


def test_an_exception_is_told_whole() -> None:
    try:
        raise KeyError("lost")
    except KeyError as error:
        told = written(record("failed", exc_info=(KeyError, error, error.__traceback__)))
    assert told["exception"].endswith("KeyError: 'lost'")
    assert "\n" not in JsonFormatter("mail").format(record("a\nb"))


def test_only_a_lambda_changes_the_logs_of_its_process() -> None:
    root = logging.Logger("root")
    set_up("mail", environment={}, root=root)
    assert root.handlers == []
    root.addHandler(logging.StreamHandler(io.StringIO()))
    on_lambda = {"AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_LOG_LEVEL": "WARNING"}
    set_up("mail", environment=on_lambda, root=root)
    assert root.level == logging.WARNING
    (handler,) = root.handlers
    assert isinstance(handler.formatter, JsonFormatter)


def test_a_service_that_uses_another_keeps_its_own_name() -> None:
    root, said = logging.Logger("root"), io.StringIO()
    root.addHandler(logging.StreamHandler(said))
    for service in ("approval", "mail"):
        set_up(service, environment={"AWS_LAMBDA_FUNCTION_NAME": "f"}, root=root)
    root.info("asked")
    assert json.loads(said.getvalue())["service"] == "approval"


@pytest.mark.parametrize(("level", "told"), [("DEBUG", "WARNING"), ("ERROR", "ERROR")])
def test_libraries_tell_from_warning_on_and_the_service_from_the_chosen_level(level: str, told: str) -> None:
    root = logging.RootLogger(logging.WARNING)
    root.manager = logging.Manager(root)  # a tree of loggers of its own
    root.manager.getLogger("boto3").setLevel("DEBUG")
    set_up("mail", environment={"AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_LOG_LEVEL": level}, root=root)
    quiet("httpx", root=root)
    levels = {
        name: logging.getLevelName(root.manager.getLogger(name).getEffectiveLevel())
        for name in ("botocore.credentials", "httpx", "boto3.session", "tech.mail", "audit")
    }
    assert levels == {
        "botocore.credentials": told,
        "httpx": told,
        "boto3.session": "DEBUG",
        "tech.mail": level,
        "audit": level,
    }


def test_a_record_of_a_call_tells_request_entry_and_trace(in_lambda: None) -> None:
    class Shop(TechMicroService):
        public = True

        def get(self) -> dict[str, Any]:
            return written(record("inside"))

    class Context:
        aws_request_id = "id-1"

    event = {
        "version": "2.0",
        "rawPath": "/",
        "rawQueryString": "",
        "headers": {},
        "requestContext": {"stage": "$default", "http": {"method": "GET", "path": "/"}},
    }
    told = json.loads(Shop()(event, Context())["body"])
    assert (told["requestId"], told["entry"]) == ("id-1", "Shop.get")
    assert told["traceId"] == "Root=1-abc;Sampled=1"


def test_a_metric_is_embedded_format_on_lambda(in_lambda: None, capsys: pytest.CaptureFixture[str]) -> None:
    metric("size", 12.5, "Bytes", kind="pdf")
    told = json.loads(capsys.readouterr().out)
    (directive,) = told["_aws"]["CloudWatchMetrics"]
    assert directive["Dimensions"] == [["function", "kind"]]
    assert directive["Metrics"] == [{"Name": "size", "Unit": "Bytes"}]
    assert (told["function"], told["kind"], told["size"]) == ("shop-dev-mail", "pdf", 12.5)


def test_a_metric_elsewhere_is_a_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "coworks.metrics"):
        metric("mails", 1)
    assert caplog.messages == ["mails 1 Count "]


def test_too_many_dimensions_are_refused() -> None:
    with pytest.raises(CoWorksError, match="dimensions"):
        metric("mails", 1, "Count", **{f"d{number}": "x" for number in range(30)})


def test_the_trace_of_a_call_is_carried_on(in_lambda: None) -> None:
    class Shop(TechMicroService):
        public = True

        def get(self) -> dict[str, str]:
            return trace_headers()

    told = client(Shop()).get("/", headers={"traceparent": "00-abc-def-01"}).json
    assert told == {"X-Amzn-Trace-Id": "Root=1-abc;Sampled=1", "traceparent": "00-abc-def-01"}
    assert trace_headers() == {"X-Amzn-Trace-Id": "Root=1-abc;Sampled=1"}


def test_a_call_is_one_line_with_status_and_milliseconds(caplog: pytest.LogCaptureFixture) -> None:
    class Shop(TechMicroService):
        public = True

        def get_item(self, key: str) -> str:
            return key

    with caplog.at_level(logging.INFO, "coworks.calls"):
        client(Shop()).get("/item/a")
        client(Shop()).get("/nothing")
    first, second = caplog.records
    assert first.getMessage().startswith("GET /item/a 200 ")
    assert (written(first)["status"], written(second)["status"]) == (200, 404)
    assert written(first)["milliseconds"] >= 0
