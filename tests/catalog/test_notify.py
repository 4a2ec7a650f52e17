"""The predefined service that tells people, each in the way that the address says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from tests.catalog.conftest import Webhook
from tests.catalog.post import Post

from coworks.catalog.notify import NotifyMicroService, NotTakenError, NotToldError
from coworks.tech import BadRequestError
from coworks.tech.topics import publish_by

Told = tuple[str, str, str | None]


@pytest.fixture
def topics() -> Iterator[list[Told]]:
    told: list[Told] = []

    def publish(topic: str, message: str, subject: str | None) -> str:
        told.append((topic, message, subject))
        return "id"

    stop = publish_by(publish)
    yield told
    stop()


def test_a_mail_address_gets_a_mail(monkeypatch: pytest.MonkeyPatch, unused_port: int) -> None:
    post = Post()
    server = Controller(post, hostname="127.0.0.1", port=unused_port)
    server.start()
    for name, value in {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(unused_port),
        "MAIL_FROM": "a@b.c",
    }.items():
        monkeypatch.setenv(name, value)
    answer = NotifyMicroService().post_send(to="ops@example.com", subject="It is down", text="Look.")
    server.stop()
    ((recipients, mail),) = post.taken
    assert answer == {"to": "ops@example.com", "by": "mail"}
    assert (recipients, mail["Subject"], mail.get_content()) == (
        ["ops@example.com"],
        "It is down",
        "Look.\r\n",
    )


@pytest.mark.parametrize(
    ("to", "topic"), [("topic:ops", "ops"), ("arn:aws:sns:eu:1:ops", "arn:aws:sns:eu:1:ops")]
)
def test_a_topic_gets_a_message(topics: list[Told], to: str, topic: str) -> None:
    answer = NotifyMicroService().post_send(to=to, subject="Überall\n" + "x" * 200, text="Look.")
    assert answer == {"to": to, "by": "topic"}
    ((name, message, subject),) = topics
    assert (name, message) == (topic, "Look.")
    assert subject == "berall " + "x" * 92


def test_a_webhook_is_posted_to(webhook: Webhook) -> None:
    assert NotifyMicroService().post_send(to=webhook.url, subject="Down", text="Look.")["by"] == "webhook"
    assert webhook.told == [{"subject": "Down", "text": "Down\nLook."}]


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, NotTakenError), (302, NotTakenError), (429, NotToldError), (503, NotToldError)],
)
def test_what_a_webhook_answers_says_whether_to_try_again(
    webhook: Webhook, status: int, error: type[Exception]
) -> None:
    webhook.status = status
    with pytest.raises(error, match=str(status)) as raised:
        NotifyMicroService().post_send(to=webhook.url, subject="Down")
    # The address of a webhook is its password.
    assert "/hook" not in str(raised.value)


def test_a_webhook_that_is_not_there_is_worth_a_retry(unused_port: int) -> None:
    with pytest.raises(NotToldError, match="does not answer"):
        NotifyMicroService().post_send(to=f"http://127.0.0.1:{unused_port}/x", subject="Down")


@pytest.mark.parametrize(
    "to", ["http://example.com/x", "file:///etc/passwd", "ftp://example.com", "https://"]
)
def test_other_addresses_are_refused(to: str) -> None:
    with pytest.raises(BadRequestError, match="https"):
        NotifyMicroService().post_send(to=to, subject="Down")
