"""The predefined service that tells people: by mail, on a topic, by a webhook, as their address says.

    ops@example.com                      a mail, by the settings of the mail service
    topic:NAME, arn:aws:sns:...          a topic (SNS)
    https://hooks.example.com/...        a webhook: POST of {"text", "subject"}, as many chats take

Configuration, from the environment: that of the mail service, and `NOTIFY_TIMEOUT` (10 seconds) for webhooks.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from coworks.catalog.environment import positive_number
from coworks.catalog.mail import MailMicroService
from coworks.catalog.web import NoAnswerError, ask
from coworks.tech import BadRequestError, ServiceUnavailableError, TechMicroService
from coworks.tech.topics import publish

if TYPE_CHECKING:
    from coworks.tech import AuthRequest

_TOPIC = "topic:"
_TOPIC_ARN = "arn:aws:sns:"
_LONGEST_SUBJECT = 99  # characters, https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
_OF_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_ASK_LATER = frozenset({408, 425, 429})


class NotToldError(ServiceUnavailableError):
    """Nobody was told: the other side does not answer, or asks to come back later. Worth a retry."""


class NotTakenError(BadRequestError):
    """The webhook refused what it was told: telling it again will not help."""


class NotifyMicroService(TechMicroService):
    """Tells people. Workflows and other services may give it orders; HTTP is closed.

    On AWS it may publish to the topics that the setting `publish` of the service names, and to no other.
    """

    def auth(self, auth_request: AuthRequest) -> bool:
        """Nobody, by HTTP."""
        return False

    def post_send(self, *, to: str, subject: str, text: str = "") -> dict[str, str]:
        """Tell one: `to` is a mail address, a topic, or the https address of a webhook.

        Answers how: `{"to": ..., "by": "mail"}`, or `topic`, or `webhook`.

        Raises NotToldError, NotTakenError, TopicClosedError, MailNotSentError, MailRefusedError.
        """
        if to.startswith((_TOPIC, _TOPIC_ARN)):
            publish(to.removeprefix(_TOPIC), text or subject, subject=_short(subject))
            return {"to": to, "by": "topic"}
        if "://" in to:
            _call_webhook(to, subject, text)
            return {"to": to, "by": "webhook"}
        mail = {"to_addrs": [to], "subject": subject, "body": text}
        MailMicroService()({"coworks": 1, "method": "POST", "path": "/send", "body": mail})
        return {"to": to, "by": "mail"}


def _short(subject: str) -> str | None:
    """A subject as SNS takes it: one line of ASCII, not too long; None when nothing is left."""
    plain = "".join(one for one in " ".join(subject.split()) if " " <= one <= "~")
    return plain[:_LONGEST_SUBJECT].strip() or None


def _call_webhook(url: str, subject: str, text: str) -> None:
    address = urlsplit(url)
    is_here = address.scheme == "http" and address.hostname in _OF_THIS_MACHINE
    if not address.hostname or not (address.scheme == "https" or is_here):
        raise BadRequestError("a webhook is an https address")
    told = {"subject": subject, "text": f"{subject}\n{text}".strip()}
    timeout = positive_number(os.environ, "NOTIFY_TIMEOUT", 10)
    try:
        answer = ask(url, json.dumps(told).encode(), {"Content-Type": "application/json"}, timeout)
    except NoAnswerError as error:
        raise NotToldError(f"the webhook at {address.hostname} does not answer: {error}") from None
    if answer.status >= 500 or answer.status in _ASK_LATER:
        raise NotToldError(f"the webhook at {address.hostname} answers {answer.status}")
    if answer.status >= 300:
        raise NotTakenError(f"the webhook at {address.hostname} answers {answer.status}")
