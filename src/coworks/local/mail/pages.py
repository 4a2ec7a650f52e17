"""The mail box over HTTP. Nothing of a mail runs, and nothing is fetched for it from elsewhere.

`/_mail` lists the mails, as JSON `{"mails": [...]}` or as a page; `/_mail/{id}` is one of them;
`/_mail/{id}/html` its HTML alone, which the page shows in a frame; `/_mail/{id}/raw` its source, and
`/_mail/{id}/attachments/{place}` a file in it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.responses import HTMLResponse, JSONResponse, Response

from coworks.local.pages import POLICY, page
from coworks.local.problems import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.local.mail.box import MailBox

_LINK: Final = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]}]")
# A link opens a page of its own, free of the frame: an approval is a link. All else is forbidden.
_FRAME: Final = "allow-popups allow-popups-to-escape-sandbox"
_OF_FRAME: Final = (
    f"sandbox {_FRAME}; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
_OF_FILES: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
_LISTED: Final = 200


class MailPages:
    """What there is below `/_mail`. The methods read the disk: call them in a worker thread."""

    def __init__(self, box: MailBox) -> None:
        self._box = box

    def answer(self, method: str, rest: str, wants_page: bool) -> Response:
        """The answer to a request; `rest` is what follows `/_mail/`."""
        if method not in ("GET", "HEAD"):
            return problem(405, "use GET", headers={"Allow": "GET"})
        if not rest:
            mails = self._box.mails(_LISTED)
            return page("Mail box", _list(mails)) if wants_page else JSONResponse({"mails": mails})
        first, _, part = rest.partition("/")
        found = self._box.mail(int(first)) if _is_number(first) else None
        if found is None:
            return problem(404, f"there is no mail {first}")
        return self._part(found, part, wants_page)

    def _part(self, mail: dict[str, Any], part: str, wants_page: bool) -> Response:
        if not part:
            policy = f"{POLICY}; frame-src 'self'"
            return page(_subject(mail), _whole(mail), policy) if wants_page else JSONResponse(mail)
        parts: dict[str, Callable[[], Response]] = {
            "html": lambda: HTMLResponse(
                f'<base target="_blank">{self._box.html(mail["id"])}',
                headers={**_OF_FILES, "Content-Security-Policy": _OF_FRAME, "Referrer-Policy": "no-referrer"},
            ),
            "raw": lambda: Response(
                self._box.raw(mail["id"]), headers=_OF_FILES, media_type="text/plain; charset=utf-8"
            ),
        }
        return parts[part]() if part in parts else self._file(mail["id"], part)

    def _file(self, identity: int, part: str) -> Response:
        kind, _, place = part.partition("/")
        is_one = kind == "attachments" and _is_number(place)
        file = self._box.attachment(identity, int(place)) if is_one else None
        if file is None:
            return problem(404, f"there is nothing at {part} of the mail {identity}")
        named = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        return Response(
            file.content,
            headers={**_OF_FILES, "Content-Disposition": named},
            media_type="application/octet-stream",
        )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def _subject(mail: dict[str, Any]) -> str:
    return mail["subject"] or "(no subject)"


def _list(mails: list[dict[str, Any]]) -> str:
    shown = "".join(
        f'<article><h2><a href="/_mail/{mail["id"]}">{escape(_subject(mail))}</a></h2>{_about(mail)}'
        f"<pre>{_with_links(mail['text'] or '')}</pre>{_files(mail)}</article>"
        for mail in mails
    )
    return shown or "<p>No mail yet. What the services send shows up here.</p>"


def _whole(mail: dict[str, Any]) -> str:
    at = f"/_mail/{mail['id']}"
    frame = f'<iframe sandbox="{_FRAME}" src="{at}/html" title="The mail as HTML"></iframe>'
    return (
        f'<p><a href="/_mail">All mails</a> · <a href="{at}/raw">Source</a></p>{_about(mail)}{_files(mail)}'
        f"{frame if mail['html'] else ''}<pre>{_with_links(mail['text'])}</pre>"
    )


def _about(mail: dict[str, Any]) -> str:
    received = datetime.fromtimestamp(mail["received"], UTC)
    about = f"{mail['from']} to {', '.join(mail['to'])}, {received:%Y-%m-%d %H:%M:%S} UTC"
    return f'<div class="about">{escape(about)}</div>'


def _files(mail: dict[str, Any]) -> str:
    items = "".join(
        f'<li><a href="/_mail/{mail["id"]}/attachments/{place}">{escape(file["name"])}</a>'
        f' <span class="about">{escape(file["type"])}, {file["size"]:,} bytes</span></li>'
        for place, file in enumerate(mail["attachments"])
    )
    return f"<ul>{items}</ul>" if items else ""


def _with_links(text: str) -> str:
    """The text, escaped, with its addresses as links."""
    shown, end = [], 0
    for link in _LINK.finditer(text):
        address = escape(link[0])
        shown += [
            escape(text[end : link.start()]),
            f'<a href="{address}" rel="noopener noreferrer">{address}</a>',
        ]
        end = link.end()
    return "".join([*shown, escape(text[end:])])
