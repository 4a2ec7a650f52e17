"""An entry of a service asked by hand: what a form holds -> a request over HTTP, and its answer.

It goes through the front door, as any caller's does, so that authorisation counts here too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request

from coworks.console import texts
from coworks.local.direct import OPENER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.console.forms.entries import EntryChoice

_WITHIN: Final = 35
_LONGEST: Final = 200_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered; `body` is what its JSON says, or its text. A status of 0 is no answer."""

    status: int
    body: Any

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 400


def request_of(url: str, service: str, entry: EntryChoice, values: Mapping[str, Any]) -> Request:
    """The request of a form; the service without a name is the one at the root.

    Raises `FormError` for what is no value.
    """
    path, query, body = entry.path, dict[str, Any](), dict[str, Any]()
    whole: Any = None
    for one in entry.fields:
        place, _, name = one.key.partition(":")
        given = one.read(values.get(one.key))
        if place == "path":
            path = path.replace(f"{{{name}}}", quote(str(given), safe=""))
        elif given is not None and not name:
            whole = given
        elif given is not None:
            (query if place == "query" else body)[name] = given
    own = f"/{quote(service, safe='')}" if service else ""
    address = f"{url}{own}{path if path != '/' or not own else ''}"
    if query:
        address += f"?{urlencode({name: _text(value) for name, value in query.items()}, doseq=True)}"
    sent = whole if whole is not None else body or None
    data = None if sent is None else json.dumps(sent, ensure_ascii=False).encode()
    return Request(address, data, {"Content-Type": "application/json"}, method=entry.method)  # noqa: S310


def ask(request: Request) -> Answer:
    """The answer to a request. Waits: call it in a worker thread."""
    try:
        with OPENER.open(request, timeout=_WITHIN) as answer:
            return Answer(answer.status, _read(answer.read(_LONGEST)))
    except HTTPError as error:
        with error:
            return Answer(error.code, _read(error.read(_LONGEST)))
    except (URLError, OSError, HTTPException) as error:
        return Answer(0, texts.NO_ANSWER.format(error))


def _text(value: Any) -> Any:
    """A value of a query: lists are repeated, the rest is text."""
    if isinstance(value, list):
        return [_text(one) for one in value]
    return value if isinstance(value, str) else json.dumps(value)


def _read(content: bytes) -> Any:
    text = content.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
