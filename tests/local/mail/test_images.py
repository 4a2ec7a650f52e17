"""Images that a mail brings are shown in its HTML; nothing else comes in with them."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from tests.local.conftest import Serve

from coworks.local.mail.content import html_with_images

PIXEL = b"\x89PNG\r\n"


def mail(html: str, kind: str = "png", cid: str = "<logo@shop>") -> EmailMessage:
    message = EmailMessage()
    message.set_content("text")
    message.add_alternative(html, subtype="html")
    parts = message.get_payload()
    assert isinstance(parts, list)
    page = parts[1]
    assert isinstance(page, EmailMessage)
    page.add_related(PIXEL, maintype="image", subtype=kind, cid=cid)
    return message


@pytest.mark.parametrize(
    ("html", "cid"),
    [
        ('<img src="cid:logo@shop">', "<logo@shop>"),
        ("<td style=\"background: url('CID:logo@shop')\">", "<logo@shop>"),
        ('<img src="cid:logo%201">', "<logo 1>"),
    ],
)
def test_an_image_is_in_the_place_of_its_name(html: str, cid: str) -> None:
    shown = html_with_images(mail(html, cid=cid))
    assert "data:image/png;base64,iVBORw0K" in shown
    assert "cid:" not in shown.lower()


@pytest.mark.parametrize("kind", ["svg+xml", "x-unknown"])
def test_what_is_no_picture_is_not_shown(kind: str) -> None:
    assert html_with_images(mail('<img src="cid:logo@shop">', kind)).strip() == '<img src="cid:logo@shop">'


def test_a_name_that_the_mail_does_not_have_stays() -> None:
    assert html_with_images(mail('<img src="cid:other">')).strip() == '<img src="cid:other">'


def test_a_mail_without_html_has_none() -> None:
    message = EmailMessage()
    message.set_content("text")
    assert html_with_images(message) == ""


def test_the_mail_box_shows_the_image_and_lists_what_came(serve_project: Serve) -> None:
    running = serve_project({"biz/nap.yml": "states:\n  - name: Nap\n    wait: 1\n"})
    running.system.mailbox.add("a@b.c", ["d@e.f"], mail('<img src="cid:logo@shop">').as_bytes())
    answer = running.ask("GET", "/_mail/1/html")
    assert b"data:image/png;base64," in answer.content
    assert "img-src data:" in answer.headers["content-security-policy"]
    assert running.ask("GET", "/_mail/1").json["html"].strip() == '<img src="cid:logo@shop">'
