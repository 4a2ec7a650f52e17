"""How the mail box speaks SMTP: to everybody, encrypted for who wants it, logged in as whoever it says.

Loaded by the first connection: aiosmtpd takes a tenth of a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, AuthResult

if TYPE_CHECKING:
    import ssl

    from aiosmtpd.smtp import Envelope, Session

    from coworks.local.mail.box import MailBox

MAX_SIZE = 40 * 1024 * 1024


class _Receiver:
    """What aiosmtpd asks for every mail that came in whole."""

    def __init__(self, box: MailBox) -> None:
        self._box = box

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self._box.add(envelope.mail_from or "", list(envelope.rcpt_tos), content)
        return "250 Message accepted for delivery"


def connection(box: MailBox, context: ssl.SSLContext | None) -> SMTP:
    """One connection, which puts what it receives into the box. STARTTLS is offered with a `context`."""
    options: dict[str, Any] = {"auth_require_tls": False, "authenticator": _let_in}
    return SMTP(
        _Receiver(box),
        data_size_limit=MAX_SIZE,
        enable_SMTPUTF8=True,
        hostname="localhost",
        tls_context=context,
        **options,
    )


def _let_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    """Whoever says who he is, is let in: services send here as they send elsewhere. Nothing of it is kept."""
    return AuthResult(success=True)
