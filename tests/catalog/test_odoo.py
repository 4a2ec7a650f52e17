"""The predefined Odoo service against a server that speaks both of Odoo's protocols."""

from __future__ import annotations

import base64
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from tests.catalog.odoo_server import SLOW, Odoo

from coworks.catalog.odoo import (
    OdooAccessError,
    OdooFaultError,
    OdooMicroService,
    OdooMissingError,
    OdooRefusedError,
    OdooUnavailableError,
)
from coworks.tech import BadRequestError, ConflictError, HTTPError, InternalServerError
from coworks.testing import client

Ask = Callable[..., Any]


@pytest.fixture(params=[18, 19], ids=["xmlrpc", "json2"])
def odoo(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Odoo]:
    """An Odoo of version 18, then 19: the service finds out which protocol it speaks."""
    server = Odoo(request.param)
    for name, value in settings_of(server).items():
        monkeypatch.setenv(name, value)
    yield server
    server.stop()


def settings_of(server: Odoo) -> dict[str, str]:
    told = {"URL": server.url, "DATABASE": "shop", "USER": "ada", "API_KEY": "key", "PASSWORD": "secret"}
    return {f"ODOO_{name}": value for name, value in told.items()} | {"ODOO_PROTOCOL": "auto"}


class Impatient(OdooMicroService):
    pause = 0.01


def call(service: OdooMicroService, method: str, path: str, **body: Any) -> Any:
    """The body of the answer to an order."""
    place = "query" if method == "GET" else "body"
    return service({"coworks": 1, "method": method, "path": path, place: body})["body"]


@pytest.fixture
def ask(odoo: Odoo) -> Ask:
    """Gives an order to one service, which lives as long as the test, and gives the body of the answer."""
    return partial(call, Impatient())


def names(answer: Any) -> list[str]:
    return [record["name"] for record in answer["records"]]


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ([], ["Ada", "Bob", "Zoë ✓"]),
        ([["name", "=", "Bob"]], ["Bob"]),
        (["|", ["name", "=", "Bob"], ["id", "in", [3]]], ["Bob", "Zoë ✓"]),
        (["!", ["name", "ilike", "A"]], ["Bob", "Zoë ✓"]),
        ([["id", ">", 1], ["id", "<", 3]], ["Bob"]),
    ],
)
def test_a_domain_finds_records(ask: Ask, domain: list[Any], found: list[str]) -> None:
    assert names(ask("POST", "/search/res.partner", domain=domain)) == found
    assert ask("POST", "/count/res.partner", domain=domain) == {"count": len(found)}


def test_pages_follow_each_other_in_order(ask: Ask) -> None:
    options = {"order": "name desc", "fields": ["name"], "limit": 2}
    first = ask("POST", "/search/res.partner", **options)
    assert (names(first), first["next_offset"]) == (["Zoë ✓", "Bob"], 2)
    last = ask("POST", "/search/res.partner", **options, offset=2)
    assert last == {"records": [{"id": 1, "name": "Ada"}], "next_offset": None}


def test_exactly_one_record_is_found_or_it_is_an_error(ask: Ask) -> None:
    def one(domain: list[Any]) -> Any:
        return ask("POST", "/search/res.partner", domain=domain, ensure_one=True)

    assert one([["name", "=", "Ada"]])["record"]["id"] == 1
    with pytest.raises(OdooMissingError):
        one([["name", "=", "Eve"]])
    with pytest.raises(ConflictError):
        one([])


def test_records_are_created_read_written_and_deleted(ask: Ask) -> None:
    (key,) = ask("POST", "/record/res.partner", values={"name": "Eve"})["ids"]
    assert ask("PATCH", "/record/res.partner", ids=[key], values={"name": "Eva"}) == {"done": True}
    assert ask("GET", f"/record/res.partner/{key}", fields=["name"]) == {"id": key, "name": "Eva"}
    assert ask("DELETE", "/record/res.partner", ids=[key]) == {"done": True}
    with pytest.raises(OdooMissingError, match="does not exist"):
        ask("GET", f"/record/res.partner/{key}")


def test_any_public_method_is_called_with_its_context_and_may_answer_nothing(ask: Ask) -> None:
    assert ask("POST", "/call/res.partner/notify", ids=[1]) == {"result": None}
    told = ask("POST", "/call/res.partner/told_context", context={"lang": "fr_FR"})
    assert told == {"result": {"lang": "fr_FR"}}
    assert ask("GET", "/fields/res.partner")["name"]["type"] == "char"


@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "words"),
    [
        ("POST", "/record/res.partner", {"values": {}}, OdooRefusedError, "A name is required"),
        ("DELETE", "/record/res.partner", {"ids": [1]}, OdooAccessError, "not allowed to delete"),
        ("PATCH", "/record/res.partner", {"ids": [9], "values": {}}, OdooMissingError, "does not exist"),
        ("POST", "/call/res.partner/crash", {}, OdooFaultError, "division by zero"),
        ("POST", "/call/res.partner/_private", {}, BadRequestError, "_private"),
        ("POST", "/search/res.partner%2F..", {}, BadRequestError, "no name of a model"),
    ],
)
def test_what_odoo_refuses_has_its_class_and_its_message(
    ask: Ask, method: str, path: str, body: dict[str, Any], kind: type[HTTPError], words: str
) -> None:
    with pytest.raises(kind, match=words) as raised:
        ask(method, path, **body)
    assert "Traceback" not in str(raised.value)


def test_a_read_is_tried_again_and_a_write_is_not(ask: Ask, odoo: Odoo) -> None:
    ask("POST", "/count/res.partner")
    odoo.plan = [502, 503]
    assert ask("POST", "/count/res.partner") == {"count": 3}
    odoo.plan = [502]
    with pytest.raises(OdooUnavailableError):
        ask("POST", "/record/res.partner", values={"name": "Eve"})
    assert ask("POST", "/count/res.partner") == {"count": 3}


def test_the_user_logs_in_once_and_again_when_odoo_has_forgotten(ask: Ask, odoo: Odoo) -> None:
    ask("POST", "/count/res.partner")
    ask("POST", "/count/res.partner")
    expected = 1 if odoo.version < 19 else 0
    assert odoo.logins == expected
    odoo.uid = 7
    assert ask("POST", "/count/res.partner") == {"count": 3}
    assert odoo.logins == 2 * expected


def test_a_wrong_key_is_an_access_that_is_denied(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODOO_API_KEY", "wrong-key")
    with pytest.raises(OdooAccessError) as raised:
        ask("POST", "/count/res.partner")
    assert "wrong-key" not in str(raised.value)


def test_a_report_is_printed_in_a_session_that_is_renewed(odoo: Odoo) -> None:
    service = OdooMicroService()
    order = {"coworks": 1, "method": "GET", "path": "/report/sale.report_saleorder", "query": {"ids": [1, 2]}}
    answer = service(order)
    assert answer["headers"]["content-type"] == "application/pdf"
    assert base64.b64decode(answer["body"]) == b"%PDF /report/pdf/sale.report_saleorder/1,2"
    odoo.sessions.clear()
    service(order)
    assert odoo.logins == 2
    with pytest.raises(OdooMissingError, match=r"x\.y"):
        service({**order, "path": "/report/x.y"})


def test_a_server_that_is_not_there_is_worth_a_retry(
    monkeypatch: pytest.MonkeyPatch, unused_port: int, ask: Ask
) -> None:
    monkeypatch.setenv("ODOO_URL", f"http://127.0.0.1:{unused_port}")
    with pytest.raises(OdooUnavailableError):
        ask("POST", "/count/res.partner")


@pytest.mark.parametrize(
    ("name", "value"),
    [("ODOO_URL", "odoo"), ("ODOO_PROTOCOL", "soap"), ("ODOO_TIMEOUT", "soon"), ("ODOO_TIMEOUT", "-1")],
)
def test_a_wrong_setting_is_told_by_its_name(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InternalServerError, match=name):
        ask("POST", "/count/res.partner")


def test_nobody_reads_by_http(odoo: Odoo) -> None:
    answer = client(OdooMicroService(), headers={"Authorization": "x"}).post("/count/res.partner", json={})
    assert (answer.status, odoo.asked) == (403, [])


def test_a_number_over_32_bits_is_carried_and_one_that_odoo_cannot_write_is_its_fault(
    odoo: Odoo, ask: Ask
) -> None:
    for number in (2**31 - 1, -(2**31) + 1, 7):
        told = ask("POST", "/call/res.partner/told_number", params={"number": number})
        assert told == {"result": number}
    ids = ask("POST", "/record/res.partner", values={"name": "Eve", "big": 2**40})["ids"]
    assert odoo.partners.records[ids[0]]["big"] == 2**40
    if odoo.version >= 19:
        assert ask("GET", f"/record/res.partner/{ids[0]}")["big"] == 2**40
    else:
        with pytest.raises(OdooFaultError, match="int exceeds XML-RPC limits"):
            ask("GET", f"/record/res.partner/{ids[0]}")
        with pytest.raises(BadRequestError, match="64 bits"):
            ask("POST", "/record/res.partner", values={"name": "Eve", "big": 2**70})


def test_a_slow_answer_is_waited_for_a_while_and_reads_are_tried_again(
    odoo: Odoo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODOO_TIMEOUT", "1")
    service = Impatient()
    assert call(service, "POST", "/count/res.partner")["count"] == 3
    odoo.plan = [SLOW]
    assert call(service, "POST", "/count/res.partner")["count"] == 3
    odoo.plan = [SLOW]
    with pytest.raises(OdooUnavailableError, match="does not answer: timed out"):
        call(service, "POST", "/record/res.partner", values={"name": "Eve"})
    # It may have been done: what writes is not tried again.
    assert odoo.plan == []


def test_a_login_for_reports_that_is_no_json_is_told(odoo: Odoo, ask: Ask) -> None:
    odoo.has_maintenance = True
    with pytest.raises(OdooFaultError, match="text/html that is no JSON"):
        ask("GET", "/report/sale.report_saleorder", ids=[1])


@dataclass
class Kept:
    """Partners that a test made in an Odoo, its own or another: their names begin with `tag`."""

    ask: Ask
    tag: str
    ids: list[int]

    @property
    def domain(self) -> list[Any]:
        return [["name", "ilike", self.tag]]


@pytest.fixture(params=["xmlrpc", "json2", "own"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """Three partners in each of the servers of these tests, and in the Odoo of `ODOO_URL` when it is set."""
    if request.param == "own":
        if "ODOO_URL" not in os.environ:
            pytest.skip("needs an Odoo to try: set ODOO_URL and its user")
        server = None
    else:
        server = Odoo({"xmlrpc": 18, "json2": 19}[request.param])
        for name, value in settings_of(server).items():
            monkeypatch.setenv(name, value)
    service = OdooMicroService()
    tag = f"CoWorks {uuid.uuid4().hex}"
    values = [{"name": f"{tag} {name}"} for name in ("Ada", "Bob", "Zoë ✓")]
    ids = call(service, "POST", "/record/res.partner", values=values)["ids"]
    yield Kept(partial(call, service), tag, ids)
    found = call(service, "POST", "/search/res.partner", domain=[["id", "in", ids]], fields=["name"])
    if left := [one["id"] for one in found["records"]]:
        call(service, "DELETE", "/record/res.partner", ids=left)
    if server:
        server.stop()


def test_any_odoo_finds_by_a_domain_in_order_and_in_pages(kept: Kept) -> None:
    options = {"domain": kept.domain, "order": "name desc", "fields": ["name"], "limit": 2}
    first = kept.ask("POST", "/search/res.partner", **options)
    last = kept.ask("POST", "/search/res.partner", **options, offset=2)
    assert [one.removeprefix(kept.tag) for one in names(first) + names(last)] == [" Zoë ✓", " Bob", " Ada"]
    assert (first["next_offset"], last["next_offset"]) == (2, None)
    either = ["|", ["id", "=", kept.ids[0]], ["name", "=", f"{kept.tag} Bob"]]
    assert kept.ask("POST", "/count/res.partner", domain=either) == {"count": 2}
    assert kept.ask("POST", "/count/res.partner", domain=["!", *either, *kept.domain]) == {"count": 1}


def test_any_odoo_changes_and_deletes(kept: Kept) -> None:
    one, other, _ = kept.ids
    changed = {"ids": [one, other], "values": {"name": f"{kept.tag} Ann"}}
    assert kept.ask("PATCH", "/record/res.partner", **changed) == {"done": True}
    record = kept.ask(
        "POST", "/search/res.partner", domain=[["id", "=", one]], fields=["name"], ensure_one=True
    )
    assert record == {"record": {"id": one, "name": f"{kept.tag} Ann"}}
    assert kept.ask("DELETE", "/record/res.partner", ids=[other]) == {"done": True}
    with pytest.raises(OdooMissingError):
        kept.ask("PATCH", "/record/res.partner", ids=[other], values={"name": "gone"})
    with pytest.raises(ConflictError):
        kept.ask("POST", "/search/res.partner", domain=kept.domain, ensure_one=True)


def test_any_odoo_tells_its_fields_and_refuses_what_is_wrong(kept: Kept) -> None:
    fields = kept.ask("GET", "/fields/res.partner", attributes=["type", "string"])
    assert fields["name"]["type"] == "char"
    with pytest.raises(OdooRefusedError):
        kept.ask("POST", "/record/res.partner", values={"name": False})
