"""The predefined mail service: sends mail over SMTP (RFC 5321).

    settings.py (environment)  addresses.py, attachments.py -> message.py -> delivery.py

Configuration, from the environment: `SMTP_HOST` (required), `SMTP_SECURITY` ("none", "starttls" or "tls"),
`SMTP_PORT` (25, 587 or 465 by the security), `SMTP_USER` and `SMTP_PASSWORD`, `SMTP_TIMEOUT` (10 seconds),
`MAIL_MAX_SIZE` (10,000,000 bytes), and `MAIL_FROM`, the sender of mails that name none. `cws run` sets host,
port and sender to its own mail box unless they are set. Standard library only; attachments in S3 need boto3,
which Lambda has.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, ClassVar

from coworks.catalog.mail.addresses import read_addresses
from coworks.catalog.mail.attachments import AttachmentFields, described, uploaded
from coworks.catalog.mail.delivery import deliver, probe
from coworks.catalog.mail.errors import MailLoginError, MailNotSentError, MailRefusedError
from coworks.catalog.mail.message import Mail, compose
from coworks.catalog.mail.settings import Smtp
from coworks.tech import BadRequestError, FileParam, TechMicroService
from coworks.tech.clients import connect

if TYPE_CHECKING:
    from email.headerregistry import Address

    from coworks.tech import AuthRequest

__all__ = ["MailLoginError", "MailMicroService", "MailNotSentError", "MailRefusedError"]

REQUIRES: tuple[str, ...] = ()


class MailMicroService(TechMicroService):
    """Sends mail. Workflows and other services may give it orders; HTTP is closed.

    An open one would be a relay for everybody. To open it, inherit and say in `auth` who may send.
    """

    templates: ClassVar[str] = "jinja"
    """The service that renders the templates of mails."""

    def auth(self, auth_request: AuthRequest) -> bool:
        """Nobody, by HTTP."""
        return False

    def post_send(
        self,
        *,
        to_addrs: list[str] | str | None = None,
        subject: str,
        body: str = "",
        html: str = "",
        from_addr: str = "",
        cc_addrs: list[str] | str | None = None,
        bcc_addrs: list[str] | str | None = None,
        reply_to: list[str] | str | None = None,
        headers: dict[str, str] | None = None,
        attachments: list[AttachmentFields] | None = None,
        files: list[FileParam] | None = None,
        template: str = "",
        context: dict[str, Any] | str | None = None,
    ) -> dict[str, Any]:
        """Send one mail to all its recipients: a text, an HTML form of it, or both.

        Addresses are a list or one string. `attachments` are `{"filename", "content"}` with base64 content,
        or `{"s3": "s3://bucket/key"}`, each with a `content_type` if the name does not tell it, and a `cid`
        when the HTML shows it; `files` are those of a form. `template`, rendered by the jinja service with
        `context`, gives the HTML when its name ends as HTML, else the text.

        With an `Idempotency-Key`, the mail has the same Message-ID each time that it is sent. Answers the
        message id and the recipients that the server refused while it took others.

        Raises MailRefusedError, MailNotSentError, MailLoginError, PayloadTooLargeError.
        """
        smtp = Smtp.from_environment(os.environ)
        text, page = self._contents(template, context, body, html)
        mail = Mail(
            sender=_sender(from_addr),
            to=read_addresses(to_addrs),
            cc=read_addresses(cc_addrs),
            bcc=read_addresses(bcc_addrs),
            reply_to=read_addresses(reply_to),
            subject=subject,
            text=text,
            html=page,
            headers=headers or {},
            attachments=(*described(attachments or [], smtp.max_size), *uploaded(files or [])),
            key=self.current_request.headers.get("idempotency-key"),
        )
        return _sent(mail, smtp)

    def post_check(self) -> dict[str, Any]:
        """Try the settings: connect to the mail server, encrypt, log in. No mail is sent.

        Answers host, port, security, whether it logged in, whether the server takes addresses in Unicode
        (`smtputf8`), and the largest mail in bytes (`max_size`).

        Raises MailNotSentError, MailLoginError, MailRefusedError.
        """
        return probe(Smtp.from_environment(os.environ))

    def _contents(
        self, template: str, context: dict[str, Any] | str | None, body: str, html: str
    ) -> tuple[str, str]:
        """The text and the HTML of a mail, one of them rendered when a template is named."""
        if not template:
            return body, html
        rendered = connect(self.templates).post_render(template=template, context=_read(context))
        is_html = template.removesuffix(".j2").removesuffix(".jinja").endswith((".html", ".htm"))
        if html if is_html else body:
            raise BadRequestError(f'the template "{template}" and {"html" if is_html else "body"}: give one')
        return (body, rendered) if is_html else (rendered, html)


def _sent(mail: Mail, smtp: Smtp) -> dict[str, Any]:
    """What is answered once the server has the mail."""
    if not mail.recipients:
        raise BadRequestError("a mail needs at least one recipient in to_addrs, cc_addrs or bcc_addrs")
    message = compose(mail)
    refused = deliver(smtp, message, mail.sender.addr_spec, mail.recipients)
    return {"message_id": message["Message-ID"], "refused": refused}


def _read(context: dict[str, Any] | str | None) -> Any:
    """A form gives the context as JSON."""
    try:
        return json.loads(context or "{}") if isinstance(context, str) else context or {}
    except ValueError as error:
        raise BadRequestError(f"context is no JSON: {error}") from None


def _sender(from_addr: str) -> Address:
    said = from_addr or os.environ.get("MAIL_FROM", "")
    if not said:
        raise BadRequestError("a mail needs a sender: give from_addr, or set MAIL_FROM")
    senders = read_addresses(said)
    if len(senders) != 1:
        raise BadRequestError(f"{said!r} is not one mail address")
    return senders[0]
