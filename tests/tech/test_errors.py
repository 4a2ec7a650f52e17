"""Errors become problem details; what was not raised on purpose stays inside."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from coworks.tech import HTTPError, NotFoundError, TechMicroService, UnauthorizedError, http_errors

if TYPE_CHECKING:
    from collections.abc import Callable


class ChaliceViewError(Exception):
    """As Chalice defines it: told by its name and by STATUS_CODE."""

    STATUS_CODE = 500

    def __init__(self, msg: str = "") -> None:
        super().__init__(f"{type(self).__name__}: {msg}")


class ConflictError(ChaliceViewError):
    STATUS_CODE = 409


class NoSuchMailError(NotFoundError):
    title = "No such mail"


def service(error: Exception) -> TechMicroService:
    class Failing(TechMicroService):
        public = True

        def get(self) -> None:
            raise error

    return Failing()


@pytest.mark.parametrize("status", sorted(http_errors.ERROR_OF_STATUS))
def test_each_class_answers_with_its_status(call: Callable[..., Any], status: int) -> None:
    error = http_errors.ERROR_OF_STATUS[status]
    answer = call(service(error("what happened")), "GET", "/")
    assert answer["statusCode"] == status
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert answer["body"] == {
        "type": "about:blank",
        "title": error.title,
        "status": status,
        "detail": "what happened",
    }


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (NoSuchMailError("mail 7"), {"title": "No such mail", "status": 404, "detail": "mail 7"}),
        (NotFoundError(), {"title": "Not Found", "status": 404, "detail": "Not Found"}),
        (HTTPError("short", status=418), {"title": "Client Error", "status": 418, "detail": "short"}),
        (HTTPError("x", hint="y", more=[1]), {"status": 500, "detail": "x", "hint": "y", "more": [1]}),
        (ConflictError("already there"), {"title": "Conflict", "status": 409, "detail": "already there"}),
    ],
)
def test_problems_say_what_the_error_says(
    call: Callable[..., Any], error: Exception, problem: dict[str, Any]
) -> None:
    answer = call(service(error), "GET", "/")
    assert answer["statusCode"] == problem["status"]
    assert problem.items() <= answer["body"].items()


def test_any_other_error_tells_the_caller_nothing_and_the_log_everything(
    call: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "coworks.tech"):
        answer = call(service(ValueError("the password is 1234")), "GET", "/")
    assert answer["statusCode"] == 500
    assert "1234" not in str(answer)
    assert "ValueError" not in str(answer)
    assert "GET / failed" in caplog.text
    assert "ValueError: the password is 1234" in caplog.text


def test_an_error_on_purpose_is_not_logged(
    call: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    call(service(NotFoundError("nothing")), "GET", "/")
    assert not caplog.records


def test_a_401_says_how_to_authenticate(call: Callable[..., Any]) -> None:
    assert call(service(UnauthorizedError()), "GET", "/")["headers"]["WWW-Authenticate"] == "Bearer"
    basic = UnauthorizedError(headers={"www-authenticate": "Basic"})
    headers = call(service(basic), "GET", "/")["headers"]
    assert headers == {"Content-Type": "application/problem+json", "www-authenticate": "Basic"}
