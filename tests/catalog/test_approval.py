"""The predefined approval service: mails with links, a page that decides nothing, one answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller

from coworks.catalog.approval import ApprovalMicroService
from coworks.catalog.approval_links import Link, LinkError, read, sign
from coworks.tech import InternalServerError
from coworks.tech.task_results import TaskOverError, send_results_by
from coworks.testing import client

SECRET = "s" * 20


class Post:
    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.texts[envelope.rcpt_tos[0]] = message.get_content()
        return "250 OK"

    def link(self, who: str) -> str:
        (address,) = re.findall(r"http\S+", self.texts[who])
        assert address.startswith("https://shop.example.com/approval/answer?")
        return str(parse_qs(urlsplit(address).query)["link"][0])


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch, unused_port: int) -> Iterator[Post]:
    post = Post()
    server = Controller(post, hostname="127.0.0.1", port=unused_port)
    server.start()
    for name, value in {
        "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(unused_port), "MAIL_FROM": "shop@example.com",
        "APPROVAL_SECRET": SECRET, "APPROVAL_URL": "https://shop.example.com/approval",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    yield post
    server.stop()


@pytest.fixture
def results() -> Iterator[list[tuple[str, Any]]]:
    """The results that tasks were given; a second one of a task is refused."""
    given: list[tuple[str, Any]] = []

    def send(token: str, output: str) -> None:
        if token in dict(given):
            raise TaskOverError
        given.append((token, json.loads(output)))

    stop = send_results_by(send)
    yield given
    stop()


def ask(people: Any) -> None:
    service = ApprovalMicroService()
    service.post_request(token="token-1", to_addrs=people, subject="Order <7>", message="Shall we?")


def test_everybody_gets_a_link_of_their_own(post: Post) -> None:
    ask(["a@example.com", "b@example.com"])
    assert "Shall we?" in post.texts["a@example.com"]
    assert post.link("a@example.com") != post.link("b@example.com")


def test_opening_a_link_shows_a_page_and_decides_nothing(post: Post, results: list[Any]) -> None:
    ask("a@example.com")
    answer = client(ApprovalMicroService()).get("/answer", query={"link": post.link("a@example.com")})
    assert answer.status == 200
    assert "Order &lt;7&gt;" in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert results == []


def test_the_first_answer_counts(post: Post, results: list[Any]) -> None:
    ask(["a@example.com", "b@example.com"])
    web = client(ApprovalMicroService())
    first = {"link": post.link("a@example.com"), "decision": "accept", "comment": " fine "}
    assert web.post("/answer", form=first).status == 200
    second = {"link": post.link("b@example.com"), "decision": "refuse"}
    assert web.post("/answer", form=second).status == 410
    ((token, result),) = results
    assert token == "token-1"
    said = {"approved": True, "answer": "accept", "by": "a@example.com", "comment": "fine"}
    assert {**result, "at": ""} == said | {"at": ""}


def test_a_link_that_was_changed_is_refused(post: Post, results: list[Any]) -> None:
    ask("a@example.com")
    link = post.link("a@example.com")
    for wrong in ("A" + link, link[:-1] + ("0" if link[-1] != "0" else "1"), "", "é.é"):
        answer = client(ApprovalMicroService()).post("/answer", form={"link": wrong, "decision": "accept"})
        assert answer.status == 410
    assert results == []


def test_a_link_expires() -> None:
    link = sign(Link("t", "a@example.com", "It", 100), SECRET)
    assert read(link, SECRET, 100).who == "a@example.com"
    with pytest.raises(LinkError, match="expired"):
        read(link, SECRET, 101)


def test_nobody_asks_by_http(post: Post) -> None:
    answer = client(ApprovalMicroService()).post("/request", json={"token": "t"})
    assert answer.status in (401, 403)


def test_a_missing_secret_is_told(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPROVAL_SECRET", "short")
    with pytest.raises(InternalServerError, match="APPROVAL_SECRET"):
        ask("a@example.com")


def test_people_may_be_asked_for_other_answers(post: Post, results: list[tuple[str, Any]]) -> None:
    service = ApprovalMicroService()
    service.post_request(token="t", to_addrs="a@example.com", subject="Tax", answers=["Done", "Not <mine>"])
    assert "Done or not <mine> here:" in post.texts["a@example.com"]
    link, web = post.link("a@example.com"), client(ApprovalMicroService())
    page = web.get("/answer", query={"link": link}).text
    assert 'value="Done"' in page and "Not &lt;mine&gt;" in page and "Refuse" not in page
    assert web.post("/answer", form={"link": link, "decision": "accept"}).status == 400
    assert web.post("/answer", form={"link": link, "decision": "Done"}).status == 200
    assert (results[0][1]["approved"], results[0][1]["answer"]) == (True, "Done")


def test_links_of_before_there_were_answers_are_good(post: Post, results: list[tuple[str, Any]]) -> None:
    link = sign(Link("t", "a@example.com", "Tax", 4_000_000_000), SECRET)
    body = json.loads(base64.urlsafe_b64decode(link.partition(".")[0] + "=="))
    del body["answers"]
    old = base64.urlsafe_b64encode(json.dumps(body).encode()).rstrip(b"=").decode()
    signed = f"{old}.{hmac.new(SECRET.encode(), old.encode(), hashlib.sha256).hexdigest()}"
    assert read(signed, SECRET, 0).answers == ("accept", "refuse")
