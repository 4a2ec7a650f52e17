"""The mail box offers STARTTLS under a certificate of its own, which stays the same."""

from __future__ import annotations

import smtplib
import ssl
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from coworks.local.mail import HOST, MailBox, MailServer

MAIL = "Subject: secret\r\n\r\nx"


@pytest.fixture
def box() -> Iterator[MailBox]:
    box = MailBox(":memory:")
    yield box
    box.close()


@pytest.fixture
def server(box: MailBox, tmp_path: Path) -> Iterator[MailServer]:
    server = MailServer(box, certificates=tmp_path)
    server.start()
    yield server
    server.stop()


def test_a_mail_comes_in_encrypted_and_logged_in_under_a_certificate_that_can_be_trusted(
    box: MailBox, server: MailServer, tmp_path: Path
) -> None:
    with smtplib.SMTP(HOST, server.port, timeout=60) as client:
        client.ehlo()
        assert client.has_extn("starttls")
        context = ssl.create_default_context(cafile=tmp_path / "mail_certificate.pem")
        client.starttls(context=context)
        client.login("me", "secret")
        client.sendmail("a@b.c", ["d@e.f"], MAIL)
    assert [kept["subject"] for kept in box.mails()] == ["secret"]


def test_who_does_not_know_the_certificate_is_told_by_tls(server: MailServer) -> None:
    with smtplib.SMTP(HOST, server.port, timeout=60) as client, pytest.raises(ssl.SSLCertVerificationError):
        client.starttls(context=ssl.create_default_context())


def test_a_mail_in_clear_comes_in_as_well(box: MailBox, server: MailServer) -> None:
    with smtplib.SMTP(HOST, server.port, timeout=60) as client:
        client.login("me", "secret")
        client.sendmail("a@b.c", ["d@e.f"], MAIL)
    assert len(box.mails()) == 1


def test_the_key_is_its_owners_alone_and_both_outlive_the_server(box: MailBox, tmp_path: Path) -> None:
    files = [tmp_path / "mail_certificate.pem", tmp_path / "mail_key.pem"]
    seen = []
    for _ in range(2):
        server = MailServer(box, certificates=tmp_path)
        server.start()
        with smtplib.SMTP(HOST, server.port, timeout=60) as client:
            client.ehlo()
        server.stop()
        seen.append([file.read_bytes() for file in files])
    assert seen[0] == seen[1]
    assert stat.S_IMODE(files[1].stat().st_mode) == 0o600


def test_without_a_place_for_a_certificate_starttls_is_not_offered(box: MailBox) -> None:
    server = MailServer(box)
    server.start()
    with smtplib.SMTP(HOST, server.port, timeout=60) as client:
        client.ehlo()
        assert not client.has_extn("starttls")
    server.stop()
