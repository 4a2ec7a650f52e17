"""The predefined approval service: asks people by mail, and takes their answer on a page.

The `approve` step of a workflow orders `POST /request`; each person gets a mail with a link of their own. A
link shows a page and answers nothing by being opened, since programs that look for viruses open links too;
the buttons of the page answer. The first answer counts: the task that waits for it is over then.

Configuration, from the environment: `APPROVAL_SECRET` (required, 16 characters or more) signs the links;
`APPROVAL_URL` is where people reach this service, `{CWS_URL}/approval` unless set; the rest is the mail
service's. `cws run` makes the secret; `cws deploy` sets the address, lets the function give the workflows of
the project their answers, and asks where the secret is kept.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from coworks.catalog.approval_links import ACCEPT_OR_REFUSE, SHORTEST_SECRET, Link, LinkError, read, sign
from coworks.catalog.mail import MailMicroService
from coworks.tech import BadRequestError, InternalServerError, Response, TechMicroService, entry
from coworks.tech.task_results import TaskOverError, send_result

if TYPE_CHECKING:
    from coworks.tech import AuthRequest

_MONTH = 30 * 86_400
_MAX_COMMENT = 2_000
_HEADERS: dict[str, str | list[str]] = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_STYLE = "body{font:18px sans-serif;max-width:36em;margin:3em auto;padding:0 1em}textarea{width:100%}"


class ApprovalMicroService(TechMicroService):
    """Asks for approvals. Workflows give it orders; by HTTP only the page of a signed link is open."""

    # What deploying does for it.
    answers_tasks = True
    own_address = "APPROVAL_URL"
    needs_variables = ("APPROVAL_SECRET",)

    def auth(self, auth_request: AuthRequest) -> bool:
        """Nobody, by HTTP, but for the page."""
        return False

    def post_request(
        self,
        *,
        token: str,
        to_addrs: Any,
        subject: str,
        message: str = "",
        answers: list[str] | None = None,
        expires_in: int = _MONTH,
    ) -> dict[str, Any]:
        """Send everybody a mail with a link of their own, good for `expires_in` seconds.

        `answers` are the words on the buttons, of which the first approves; "accept" and "refuse" by default.
        """
        people = [to_addrs] if isinstance(to_addrs, str) else list(to_addrs or ())
        if not people:
            raise BadRequestError("an approval needs at least one mail address to ask")
        secret, expires = _secret(), int(time.time()) + int(expires_in)
        words = tuple(answers or ACCEPT_OR_REFUSE)
        mails = MailMicroService()
        for who in people:
            link = sign(Link(token, who, subject, expires, words), secret)
            address = f"{_address()}/answer?{urlencode({'link': link})}"
            text = f"{message}\n\n{_invitation(words)}:\n{address}\n"
            mail = {"to_addrs": [who], "subject": subject, "body": text.lstrip()}
            mails({"coworks": 1, "method": "POST", "path": "/send", "body": mail})
        return {"asked": people}

    @entry(public=True)
    def get_answer(self, *, link: str = "") -> Response:
        """The page that asks; it answers nothing."""
        try:
            asked = read(link, _secret(), time.time())
        except LinkError as error:
            return _page("Sorry", f"<p>{escape(str(error))}</p>", 410)
        return _page(asked.subject, _form(asked.answers))

    @entry(public=True)
    def post_answer(self, *, link: str, decision: str, comment: str = "") -> Response:
        """A person's decision, one of the answers asked for, which is the result of the task that waits."""
        try:
            asked = read(link, _secret(), time.time())
            if decision not in asked.answers:
                known = " or ".join(f'"{one}"' for one in asked.answers)
                raise BadRequestError(f"the decision is {known}")
            send_result(asked.token, _result(asked, decision, comment))
        except LinkError as error:
            return _page("Sorry", f"<p>{escape(str(error))}</p>", 410)
        except TaskOverError:
            return _page(asked.subject, "<p>This was answered already, or a newer mail asks for it.</p>", 410)
        return _page(asked.subject, f"<p>Thank you: your answer is “{decision}”.</p>")


def _result(asked: Link, decision: str, comment: str) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    said = comment.strip()[:_MAX_COMMENT]
    approved = decision == asked.answers[0]
    return {"approved": approved, "answer": decision, "by": asked.who, "comment": said, "at": at}


def _invitation(answers: tuple[str, ...]) -> str:
    """The words before the link, which tell what the buttons of its page are."""
    return f"{' or '.join(answers)} here".capitalize()


def _secret() -> str:
    secret = os.environ.get("APPROVAL_SECRET", "")
    if len(secret) < SHORTEST_SECRET:
        raise InternalServerError(
            f"APPROVAL_SECRET must be set, to {SHORTEST_SECRET} characters or more: it signs the links"
        )
    return secret


def _address() -> str:
    if url := os.environ.get("APPROVAL_URL"):
        return url.rstrip("/")
    if url := os.environ.get("CWS_URL"):
        return f"{url.rstrip('/')}/approval"
    raise InternalServerError("APPROVAL_URL is not set: the links need the address of this service")


def _form(answers: tuple[str, ...]) -> str:
    """The form goes to the address of its page, which holds the link."""
    buttons = " ".join(
        f'<button name="decision" value="{escape(one)}">{escape(one[:1].upper() + one[1:])}</button>'
        for one in answers
    )
    return (
        f'<form method="post">'
        f'<p><label>Comment<br><textarea name="comment" rows="4" maxlength="{_MAX_COMMENT}">'
        "</textarea></label></p>"
        f"<p>{buttons}</p></form>"
    )


def _page(title: str, content: str, status: int = 200) -> Response:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}'
    head += f"</title><style>{_STYLE}</style>"
    body = f"<!doctype html><html lang=en>{head}<h1>{escape(title)}</h1>{content}</html>"
    return Response(body, status, dict(_HEADERS))
