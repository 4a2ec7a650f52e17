"""A service calls another one with its own methods, wherever that one runs."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from coworks.errors import CoWorksError, UsageError
from coworks.tech import HTTPError, NotFoundError, TechMicroService, entry
from coworks.tech.clients import Client, LambdaCarrier, RemoteError, carry_by, connect


class Shop(TechMicroService):
    public = True

    def get_item(self, key: str, *, lang: str = "en") -> dict[str, str]:
        return {"key": key, "lang": lang}

    def post_shelf(self, shelf: str, *, name: str) -> dict[str, str]:
        return {"shelf": shelf, "name": name}

    def get_missing(self) -> None:
        raise NotFoundError("sold out")


def carry(service: str, order: Any) -> Any:
    assert service == "shop"
    return Shop()(json.loads(json.dumps(order)))["body"]


@pytest.mark.parametrize("service", ["shop", Shop])
def test_a_method_is_called_by_its_name(service: Any) -> None:
    stop = carry_by(carry)
    shop = connect(service)
    assert shop.get_item("a/b c", lang="fr") == {"key": "a/b c", "lang": "fr"}
    assert shop.post_shelf("top", name="tea") == {"shelf": "top", "name": "tea"}
    stop()


class Bank(TechMicroService):
    public = True
    payments = 0

    @entry(idempotent=True)
    def post_payment(self, *, amount: int) -> int:
        Bank.payments += 1
        return Bank.payments


def test_a_call_that_is_sent_again_with_its_key_is_done_once() -> None:
    bank = Bank()
    stop = carry_by(lambda service, order: bank(json.loads(json.dumps(order)))["body"])
    first, other = (connect(Bank, idempotency_key=key) for key in ("transfer-12", "transfer-13"))
    assert [each.post_payment(amount=5) for each in (first, first, other)] == [1, 1, 2]
    stop()


@pytest.mark.parametrize("key", ["", "a b", "x" * 300, 'a"b', "é", "a\r\nX: y", 3])
def test_a_key_that_no_header_can_hold_is_refused(key: Any) -> None:
    with pytest.raises(UsageError, match="no idempotency key"):
        connect("shop", idempotency_key=key)


def test_what_it_raises_is_raised_here() -> None:
    with pytest.raises(NotFoundError, match="sold out"):
        Client("shop", carry).get_missing()


def test_a_name_that_is_no_route_is_no_method() -> None:
    with pytest.raises(AttributeError, match="names begin with get, post"):
        Client("shop", carry).fetch_item("x")


class Moved(BaseHTTPRequestHandler):
    """A server that names another address, and hears what comes there."""

    def do_GET(self) -> None:
        self.server.heard.append(self.path)  # type: ignore[attr-defined] # the test's own list
        self.send_response(302)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def moved() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Moved) as server:
        server.heard = []  # type: ignore[attr-defined] # the test's own list
        serving = Thread(target=server.serve_forever)
        serving.start()
        yield server
        server.shutdown()
        serving.join()


def test_a_token_goes_to_no_other_address_than_the_one_that_was_named(moved: Any) -> None:
    shop = connect("shop", url=f"http://127.0.0.1:{moved.server_port}", token="secret")
    with pytest.raises(HTTPError, match="names /elsewhere: connect to that one"):
        shop.get_item("tea")
    assert moved.heard == ["/item/tea"]


class Lambda:
    """What boto3's Lambda client answers, recorded by how it was asked."""

    def __init__(self, answer: Any, **extra: str) -> None:
        self._answer, self._extra = answer, extra
        self.asked: dict[str, Any] = {}

    def invoke(self, **asked: Any) -> dict[str, Any]:
        self.asked = asked
        return {"Payload": io.BytesIO(json.dumps(self._answer).encode()), **self._extra}


ON_AWS = {"CWS_PROJECT": "corner", "CWS_STAGE": "dev"}


def test_on_aws_it_is_an_order_to_the_function_of_the_stage() -> None:
    function = Lambda({"statusCode": 200, "headers": {}, "body": {"a": 1}})
    shop = Client("shop", LambdaCarrier(lambda: function, ON_AWS))
    assert shop.delete_item("x", force=1) == {"a": 1}
    assert function.asked["FunctionName"] == "corner-dev-shop"
    assert json.loads(function.asked["Payload"]) == {
        "coworks": 1,
        "method": "DELETE",
        "path": "/item/x",
        "headers": {},
        "query": {"force": 1},
    }


@pytest.mark.parametrize(("name", "kind"), [("NotFoundError", NotFoundError), ("KeyError", RemoteError)])
def test_on_aws_an_error_comes_back_under_its_class(name: str, kind: type[Exception]) -> None:
    function = Lambda({"errorType": name, "errorMessage": "sold out"}, FunctionError="Unhandled")
    with pytest.raises(kind, match="sold out"):
        Client("shop", LambdaCarrier(lambda: function, ON_AWS)).get_item("x")


def test_on_aws_a_service_that_nobody_named_is_told_with_the_fix() -> None:
    function = Lambda({"body": 1})
    with pytest.raises(CoWorksError) as refused:
        Client("my-shop", LambdaCarrier(lambda: function, {})).get()
    assert "CWS_FUNCTION_MY_SHOP" in (refused.value.hint or "")
    named = {"CWS_FUNCTION_MY_SHOP": "arn:of:it"}
    assert Client("my-shop", LambdaCarrier(lambda: function, named)).get() == 1
    assert function.asked["FunctionName"] == "arn:of:it"
