"""What is in a mail: its texts, its files, and the images that its HTML shows."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from email.message import EmailMessage, Message

_CID: Final = re.compile(r"\bcid:([^\s\"'<>()]+)", re.IGNORECASE)

_SHOWN: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
"""Images that are shown in a page: pictures alone, not documents such as SVG."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail. Its name and type are what the sender says."""

    name: str
    media_type: str
    content: bytes


def describe(identity: int, received: float, sender: str, recipients: str, content: bytes) -> dict[str, Any]:
    message = parsed(content)
    return {
        "id": identity,
        "received": received,
        "from": sender,
        "to": recipients.split("\n"),
        "subject": str(message["Subject"] or ""),
        "text": _part(message, "plain"),
        "html": _part(message, "html"),
        "attachments": [
            {"name": one.name, "type": one.media_type, "size": len(one.content)}
            for one in attachments(message)
        ],
    }


def parsed(content: bytes) -> EmailMessage:
    message: EmailMessage = message_from_bytes(content, policy=policy.default)
    return message


def attachments(message: EmailMessage) -> list[Attachment]:
    """What is attached, or shown inside; a mail in one part has nothing attached."""
    parts = message.walk() if message.is_multipart() else ()
    named = [part for part in parts if part.get_filename() or part.get_content_disposition() == "attachment"]
    return [_attachment(part) for part in named if not part.is_multipart()]


def _attachment(part: Message) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        part.get_filename() or "attachment",
        part.get_content_type(),
        content if isinstance(content, bytes) else b"",
    )


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body(preferencelist=(subtype,))
    if part is None:
        return ""
    try:
        return str(part.get_content()).replace("\r\n", "\n").removesuffix("\n")
    except (LookupError, ValueError):  # an unknown charset or transfer encoding: show what came
        return str(part.get_payload())


def html_with_images(message: EmailMessage) -> str:
    """The HTML, with what it names by `cid:` (RFC 2392) as `data:` in its place: nothing is fetched for it.

    A name that the mail has no image for stays as it is.
    """
    images = {name: part for part in message.walk() if (name := str(part["Content-ID"] or "").strip("<> "))}

    def shown(found: re.Match[str]) -> str:
        part = images.get(unquote(found[1]))
        kind = part.get_content_type() if part else ""
        if part is None or kind not in _SHOWN:
            return found[0]
        return f"data:{kind};base64,{base64.b64encode(_attachment(part).content).decode()}"

    return _CID.sub(shown, _part(message, "html"))
