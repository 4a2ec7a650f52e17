"""Links that only we can have written: what they say, signed by HMAC-SHA256 (RFC 2104), until they expire."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, field

SHORTEST_SECRET = 16
ACCEPT_OR_REFUSE = ("accept", "refuse")


class LinkError(Exception):
    """A link that we did not write, or that is over; the text says which, for its reader."""


@dataclass(frozen=True, slots=True)
class Link:
    """Who is asked, about what, the task that waits, until when (seconds since 1970), and the answers."""

    token: str = field(repr=False)
    who: str
    subject: str
    expires: int
    answers: tuple[str, ...] = ACCEPT_OR_REFUSE


def sign(link: Link, secret: str) -> str:
    """The link as the text of a parameter of an address."""
    body = base64.urlsafe_b64encode(json.dumps(asdict(link)).encode()).rstrip(b"=").decode()
    return f"{body}.{_signature(body, secret)}"


def read(text: str, secret: str, now: float) -> Link:
    """The link of such a text. Raises `LinkError`."""
    body, _, signature = text.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(body, secret).encode()):
        raise LinkError("This link is not valid. Was it copied as a whole?")
    try:
        told = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        link = Link(**{**told, "answers": tuple(told.get("answers", ACCEPT_OR_REFUSE))})
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise LinkError("This link is not valid.") from None
    if now > link.expires:
        raise LinkError("This link has expired: the time to answer is over.")
    return link


def _signature(body: str, secret: str) -> str:
    return hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
