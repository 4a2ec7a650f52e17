"""What services find in the environment of a test, and a mail box that takes what they send."""

from __future__ import annotations

import os
import secrets
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from coworks.catalog.approval import ApprovalMicroService
from coworks.catalog.mail import MailMicroService
from coworks.catalog.notify import NotifyMicroService
from coworks.local.environment import environment_with, unless_set
from coworks.local.mail import HOST, MailBox, MailServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.project import Project

_SENDING: Final = (MailMicroService, ApprovalMicroService, NotifyMicroService)
# Where the links of mails lead: nobody opens them in a test.
_NOWHERE: Final = "http://localhost"


@contextmanager
def mails_of(project: Project) -> Iterator[MailBox | None]:
    """A mail box, when the project sends mail and no server is set."""
    sends = any(isinstance(service.app, _SENDING) for service in project.services)
    if not sends or "SMTP_HOST" in os.environ:
        yield None
        return
    with ExitStack() as parts:
        box = MailBox(":memory:")
        parts.callback(box.close)
        server = MailServer(box)
        server.start()
        parts.callback(server.stop)
        known = {"SMTP_HOST": HOST, "SMTP_PORT": str(server.port)}
        sender = f"{project.settings.name}@localhost"
        asking = {"MAIL_FROM": sender, "CWS_URL": _NOWHERE, "APPROVAL_SECRET": secrets.token_urlsafe()}
        parts.enter_context(environment_with(known | unless_set(asking)))
        yield box
