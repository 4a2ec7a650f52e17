"""A workflow tells by the class of the error whether a mail is worth another try."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from tests.catalog.post import Post

from coworks.testing import run

SEND = """\
states:
  - name: Tell them
    tech:
      service: mail
      post: /send
      body: {to_addrs: [ops@example.com], subject: Hello, body: How are you?}
    timeout: 1 minute
    retry:
      - {on: MailNotSentError, attempts: 5, delay: 10 minutes, backoff: 1}
    catch:
      - {on: MailRefusedError, goto: Refused}
    goto: End
  - name: Refused
    success: {output: refused}
"""


class Greylisting(Post):
    """Answers DATA with these replies, one after the other, then takes mails."""

    def __init__(self, replies: list[str]) -> None:
        super().__init__()
        self._replies = replies

    async def handle_DATA(self, *given: Any) -> str:  # noqa: N802
        return self._replies.pop(0) if self._replies else await super().handle_DATA(*given)


Start = Callable[[list[str]], Post]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, unused_port: int) -> Iterator[Start]:
    servers: list[Controller] = []

    def start(replies: list[str]) -> Post:
        post = Greylisting(replies)
        servers.append(Controller(post, hostname="127.0.0.1", port=unused_port))
        servers[-1].start()
        monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("SMTP_PORT", str(unused_port))
        monkeypatch.setenv("MAIL_FROM", "a@example.com")
        return post

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / "tech").mkdir()
    (tmp_path / "biz").mkdir()
    line = "from coworks.catalog.mail import MailMicroService as service\n"
    (tmp_path / "tech" / "mail.py").write_text(line)
    (tmp_path / "biz" / "send.yml").write_text(SEND)
    return tmp_path


def test_a_server_that_greylists_gets_the_mail_again_later(office: Path, start: Start) -> None:
    post = start(["451 4.7.1 greylisted, come back later"] * 2)
    ran = run("send", project=office)
    (step,) = ran.steps
    assert (step["status"], step["tries"], len(post.taken)) == ("SUCCEEDED", 3, 1)
    waited = datetime.fromisoformat(step["ended"]) - datetime.fromisoformat(step["started"])
    assert waited.total_seconds() == 1_200


def test_a_mail_that_is_refused_for_good_is_not_sent_again(office: Path, start: Start) -> None:
    post = start(["554 5.7.1 no spam here"] * 9)
    ran = run("send", project=office)
    assert (ran.output, ran.steps[0]["tries"], post.taken) == ("refused", 1, [])
