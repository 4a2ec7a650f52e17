"""A mail is shown with all that it holds, and nothing of it runs."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest
from tests.local.conftest import Running, Serve

from coworks.local.mail import HOST, MailBox, MailServer

PAGE = {"Accept": "text/html,*/*"}
HTML = '<script>document.title = "run"</script><img src="https://example.com/x.png"><p>Hello</p>'


@pytest.fixture
def running(serve_project: Serve) -> Running:
    running = serve_project({"biz/nap.yml": "states:\n  - name: Nap\n    wait: 1\n"})
    message = EmailMessage()
    message["Subject"] = "<b>Approve</b>"
    message.set_content("Approve: http://127.0.0.1:8000/_approve/x?a=1&b=2.\n<script>")
    message.add_alternative(HTML, subtype="html")
    message.add_attachment(b"\x00\x01", maintype="image", subtype="svg+xml", filename='../é"x.svg')
    running.system.mailbox.add("a@b.c", ["d@e.f"], message.as_bytes())
    return running


def test_the_page_of_a_mail_frames_its_html_and_forbids_scripts(running: Running) -> None:
    page = running.ask("GET", "/_mail/1", headers=PAGE)
    text, policy = page.content.decode(), page.headers["content-security-policy"]
    assert 'src="/_mail/1/html"' in text
    assert "allow-scripts" not in text
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "<script>" not in text
    assert "&lt;b&gt;Approve&lt;/b&gt;" in text


def test_addresses_in_the_text_are_links(running: Running) -> None:
    text = running.ask("GET", "/_mail/1", headers=PAGE).content.decode()
    assert 'href="http://127.0.0.1:8000/_approve/x?a=1&amp;b=2"' in text


def test_the_html_alone_is_in_a_sandbox_that_fetches_nothing(running: Running) -> None:
    answer = running.ask("GET", "/_mail/1/html")
    policy = answer.headers["content-security-policy"]
    assert HTML.encode() in answer.content
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy


def test_source_and_attachments_come_as_files_that_do_nothing(running: Running) -> None:
    raw = running.ask("GET", "/_mail/1/raw")
    assert raw.headers["content-type"].startswith("text/plain")
    assert raw.content.startswith(b"Subject: <b>Approve</b>")
    file = running.ask("GET", "/_mail/1/attachments/0")
    assert (file.content, file.headers["content-type"]) == (b"\x00\x01", "application/octet-stream")
    assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''..%2F%C3%A9%22x.svg"
    for answer in (raw, file):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("sandbox")


def test_a_program_gets_a_mail_as_json(running: Running) -> None:
    told = running.ask("GET", "/_mail/1").json
    assert told["attachments"] == [{"name": '../é"x.svg', "type": "image/svg+xml", "size": 2}]
    assert told["html"].strip() == HTML


@pytest.mark.parametrize(
    "path",
    ["/_mail/2", "/_mail/x", "/_mail/-1", "/_mail/1/none", "/_mail/1/attachments/1", "/_mail/1/attachments/"],
)
def test_what_is_not_there_is_404(running: Running, path: str) -> None:
    assert running.ask("GET", path).status == 404


def test_other_methods_are_refused(running: Running) -> None:
    assert running.ask("POST", "/_mail").status == 405


def test_a_sender_may_say_who_he_is() -> None:
    box = MailBox(":memory:")
    server = MailServer(box)
    server.start()
    with smtplib.SMTP(HOST, server.port, timeout=10) as client:
        client.login("me", "secret")
        client.sendmail("a@b.c", ["d@e.f"], "Subject: in\r\n\r\nx")
    server.stop()
    assert [kept["subject"] for kept in box.mails()] == ["in"]
    box.close()
