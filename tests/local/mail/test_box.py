"""Mail goes over real SMTP into the box and comes out as it was."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from tests.local.conftest import Serve

from coworks.local.mail import HOST, MailBox, MailServer


@pytest.fixture
def box(tmp_path: Path) -> Iterator[MailBox]:
    box = MailBox(tmp_path / "mail.db")
    yield box
    box.close()


@pytest.fixture
def server(box: MailBox) -> Iterator[MailServer]:
    server = MailServer(box)
    server.start()
    yield server
    server.stop()


def mail(subject: str, text: str = "hello", html: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "me@example.com", "you@example.com", subject
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def send(server: MailServer, *messages: EmailMessage, to: str = "you@example.com") -> None:
    with smtplib.SMTP(HOST, server.port, timeout=10) as client:
        for message in messages:
            client.send_message(message, to_addrs=[to])


def test_a_mail_is_kept_with_its_envelope(box: MailBox, server: MailServer) -> None:
    send(server, mail("Grüße", "Où est-ce ?\nIci.", "<p>Ici.</p>"), to="blind@example.com")
    (kept,) = box.mails()
    assert (kept["from"], kept["to"], kept["subject"]) == ("me@example.com", ["blind@example.com"], "Grüße")
    assert (kept["text"], kept["html"]) == ("Où est-ce ?\nIci.", "<p>Ici.</p>")


def test_the_newest_comes_first(box: MailBox, server: MailServer) -> None:
    send(server, mail("one"), mail("two"))
    assert [kept["subject"] for kept in box.mails()] == ["two", "one"]


def test_a_mail_of_an_unknown_charset_is_shown_all_the_same(box: MailBox) -> None:
    box.add("a@b.c", ["d@e.f"], b"Subject: odd\r\nContent-Type: text/plain; charset=x-no\r\n\r\nh\xe9\r\n")
    (kept,) = box.mails()
    assert kept["subject"] == "odd"
    assert kept["text"].startswith("h")


def test_mails_outlive_the_box(box: MailBox, tmp_path: Path) -> None:
    box.add("a@b.c", ["d@e.f"], b"Subject: kept\r\n\r\nx")
    again = MailBox(tmp_path / "mail.db")
    assert [kept["subject"] for kept in again.mails()] == ["kept"]
    again.close()


def test_stopping_with_a_connection_open_is_quick_and_quiet(box: MailBox) -> None:
    server = MailServer(box)
    server.start()
    client = smtplib.SMTP(HOST, server.port, timeout=10)
    client.ehlo()
    server.stop()
    client.close()


def test_the_page_shows_mails_as_text_and_as_json_by_accept(serve_project: Serve) -> None:
    running = serve_project({"app.py": "", "biz/nap.yml": "states:\n  - name: Nap\n    wait: 1\n"})
    running.system.mailbox.add("a@b.c", ["d@e.f"], b"Subject: <script>alert(1)</script>\r\n\r\n<b>x</b>")
    told = running.ask("GET", "/_mail").json
    assert told["mails"][0]["subject"] == "<script>alert(1)</script>"
    page = running.ask("GET", "/_mail", headers={"Accept": "text/html,*/*"})
    assert "script-src" not in page.headers["content-security-policy"]
    assert b"&lt;script&gt;" in page.content
    assert b"<script>" not in page.content
