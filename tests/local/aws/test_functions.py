"""Lambda's Invoke in its corners: what is logged, what is refused, what did not load."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.local.conftest import Answer, Running, Serve

FILES = {
    "tech/stock.py": """
        import logging
        from coworks import TechMicroService
        class Stock(TechMicroService):
            public = True
            def get(self):
                logging.getLogger("stock").warning("looked at by %s", "somebody")
                return "here"
    """,
    "tech/broken.py": "import nothing_of_this_name",
}
ORDER = json.dumps({"coworks": 1, "method": "GET", "path": "/"})


@pytest.fixture
def running(serve_project: Serve) -> Iterator[Running]:
    yield serve_project(FILES)


def invoke(running: Running, function: str, body: str = ORDER, **headers: str) -> Answer:
    named = {f"X-Amz-{name.replace('_', '-')}": text for name, text in headers.items()}
    return running.ask("POST", f"/_aws/2015-03-31/functions/{function}/invocations", body, named)


def test_the_end_of_the_log_comes_with_the_answer(running: Running) -> None:
    answer = invoke(running, "stock", Log_Type="Tail")
    lines = base64.b64decode(answer.headers["x-amz-log-result"]).decode().splitlines()
    assert lines[0].startswith("START RequestId: ")
    assert any(line.endswith("looked at by somebody") for line in lines)
    assert [line.split()[0] for line in lines[-2:]] == ["END", "REPORT"]
    assert "x-amz-log-result" not in invoke(running, "stock").headers


def test_a_service_that_did_not_load_fails_as_a_function(running: Running) -> None:
    answer = invoke(running, "broken")
    assert (answer.status, answer.headers["x-amz-function-error"]) == (200, "Unhandled")
    assert "did not import" in answer.json["errorMessage"]


@pytest.mark.parametrize(
    ("function", "body", "headers", "expected"),
    [
        ("stok", ORDER, {}, (404, "ResourceNotFoundException")),
        ("stock", "{", {}, (400, "InvalidRequestContentException")),
        ("stock", ORDER, {"Invocation_Type": "Later"}, (400, "InvalidParameterValueException")),
        ("stock", f'"{"x" * 6_300_000}"', {}, (413, "RequestTooLargeException")),
        ("stock", f'"{"x" * 1_050_000}"', {"Invocation_Type": "Event"}, (413, "RequestTooLargeException")),
    ],
)
def test_a_wrong_call_is_refused_in_lambdas_words(
    running: Running, function: str, body: str, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    refused = invoke(running, function, body, **headers)
    assert (refused.status, refused.headers["x-amzn-errortype"]) == expected


def test_services_are_listed_as_functions(running: Running) -> None:
    told: Any = running.ask("GET", "/_aws/2015-03-31/functions/").json
    assert [one["FunctionName"] for one in told["Functions"]] == ["broken", "stock"]
    arn = "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Astock"
    assert running.ask("GET", f"/_aws/2015-03-31/functions/{arn}/configuration").json["State"] == "Active"
