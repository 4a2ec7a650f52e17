"""What a service does around its entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from coworks.tech import NotFoundError, Request, Response, TechMicroService

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.tech.hooks import CallNext


class Logged(TechMicroService):
    public = True

    def __init__(self) -> None:
        self.seen: list[str] = []

    def before_first_request(self) -> None:
        self.seen.append("first")

    def before_request(self, request: Request) -> object:
        self.seen.append(f"before {request.entry and request.entry.name}")
        return "short" if "short" in request.headers else None

    def after_request(self, request: Request, response: Response) -> Response | None:
        self.seen.append(f"after {response.status}")
        response.headers["X-After"] = "yes"
        return None

    def get(self) -> str:
        self.seen.append("entry")
        return "ok"

    def get_broken(self) -> None:
        raise KeyError("broken")


def test_hooks_run_in_their_order(call: Callable[..., Any]) -> None:
    app = Logged()
    answers = [call(app, "GET", "/"), call(app, "GET", "/")]
    assert app.seen == ["first", *["before get", "entry", "after 200"] * 2]
    assert [answer["headers"]["X-After"] for answer in answers] == ["yes", "yes"]


def test_what_before_request_returns_is_the_answer(call: Callable[..., Any]) -> None:
    app = Logged()
    assert call(app, "GET", "/", headers={"Short": "1"})["body"] == "short"
    assert app.seen == ["first", "before get", "after 200"]


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/broken", 500)])
def test_after_request_sees_errors_too(call: Callable[..., Any], path: str, status: int) -> None:
    app = Logged()
    assert call(app, "GET", path)["headers"]["X-After"] == "yes"
    assert app.seen[-1] == f"after {status}"


def test_handle_exception_may_answer_or_raise_a_better_error(call: Callable[..., Any]) -> None:
    class Handled(TechMicroService):
        public = True

        def handle_exception(self, request: Request, error: Exception) -> object:
            if isinstance(error, KeyError):
                raise NotFoundError(f"no {error.args[0]}") from error
            return ("later", 202) if isinstance(error, TimeoutError) else None

        def get(self, key: str) -> None:
            raise {"key": KeyError(key), "slow": TimeoutError()}.get(key, RuntimeError())

    answers = [call(Handled(), "GET", f"/{key}") for key in ("key", "slow", "else")]
    assert [answer["statusCode"] for answer in answers] == [404, 202, 500]
    assert answers[0]["body"]["detail"] == "no key"


def test_before_first_request_is_tried_again_after_it_failed(call: Callable[..., Any]) -> None:
    class Slow(TechMicroService):
        public = True
        failures = 2

        def before_first_request(self) -> None:
            if self.failures:
                self.failures -= 1
                raise ConnectionError

        def get(self) -> str:
            return "ok"

    app = Slow()
    assert [call(app, "GET", "/")["statusCode"] for _ in range(4)] == [500, 500, 200, 200]


def test_middleware_is_around_everything_first_one_outermost(call: Callable[..., Any]) -> None:
    def named(name: str) -> Callable[[Request, CallNext], Response]:
        def middleware(request: Request, call_next: CallNext) -> Response:
            response = call_next(request)
            response.headers["X-Way"] = f"{response.headers.get('X-Way', '')}{name}{response.status}"
            return response

        return middleware

    class Around(TechMicroService):
        public = True
        middleware = (named("a"), named("b"))

        def get(self) -> dict[str, int]:
            return {"n": 1}

    app = Around()
    app.register_middleware(named("c"))
    assert call(app, "GET", "/")["headers"]["X-Way"] == "c200b200a200"
    assert call(app, "GET", "/nowhere")["headers"]["X-Way"] == "c404b404a404"


def test_a_middleware_may_answer_itself_and_its_errors_are_answers(call: Callable[..., Any]) -> None:
    def closed(request: Request, call_next: CallNext) -> Response:
        if "fail" in request.query:
            raise ZeroDivisionError
        return Response("closed", 503) if "closed" in request.query else None  # type: ignore[return-value]

    class Shop(TechMicroService):
        public = True
        middleware = (closed,)

    assert call(Shop(), "GET", "/", query="closed=1")["statusCode"] == 503
    assert call(Shop(), "GET", "/", query="fail=1")["statusCode"] == 500
    assert call(Shop(), "GET", "/")["statusCode"] == 500
