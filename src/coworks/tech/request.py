"""A request, whatever door it came through, and the one being answered now.

The current request lives in a `ContextVar`, never on the service: with 100 threads, an attribute gives most
requests somebody else's data.
"""

from __future__ import annotations

from contextvars import ContextVar

from coworks.errors import CoWorksError
from coworks.tech.http_errors import BadRequestError, NotFoundError
from coworks.tech.percent import percent_decode, percent_encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from coworks.tech.entries import Entry
    from coworks.tech.grants import AuthResponse


_ONLY_TEXT = {str}


class Headers(dict[str, str]):
    """Request headers: names in lower case, looked up without regard to case, repeated ones joined.

    Raises `BadRequestError` when the event holds what is no header.
    """

    def __init__(self, headers: Mapping[str, str | list[str]]) -> None:
        if not isinstance(headers, dict):
            raise BadRequestError("the headers are not an object")
        if {*map(type, headers), *map(type, headers.values())} == _ONLY_TEXT:
            super().__init__(zip(map(str.lower, headers), headers.values(), strict=True))
        else:
            super().__init__(map(_header, headers, headers.values()))

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


def _header(name: object, value: object) -> tuple[str, str]:
    if isinstance(name, str) and isinstance(value, str):
        return name.lower(), value
    if isinstance(name, str) and isinstance(value, list) and all(isinstance(each, str) for each in value):
        # RFC 9110 section 5.3 joins repeated headers by commas, RFC 6265 section 5.4 cookies by semicolons.
        return name.lower(), ("; " if name.lower() == "cookie" else ", ").join(value)
    raise BadRequestError("the headers are not all texts")


class Request:
    """What an entry, a hook or a middleware may know of the call.

    `path` is the address below the service, without stage and query, in canonical form: each segment
    percent-coded only where it must be, no trailing slash. `query` has a list where a name was repeated.
    `body` is the raw body (str or bytes), or for an order (`is_order`) the JSON value itself. `entry` and
    `variables` (their names and places among the segments) are set once a route is found, `auth` once
    somebody has authorised the call. `event` and `context` are AWS's own.
    """

    __slots__ = (
        "_headers",
        "_path",
        "auth",
        "body",
        "context",
        "entry",
        "event",
        "is_order",
        "method",
        "query",
        "segments",
        "variables",
    )

    def __init__(
        self,
        method: str,
        path: str,
        query: dict[str, str | list[str]] | None = None,
        headers: Mapping[str, str | list[str]] | None = None,
        body: Any = None,
        event: Mapping[str, Any] | None = None,
        context: Any = None,
        auth: AuthResponse | None = None,
        is_order: bool = False,
    ) -> None:
        self.method = method
        self.segments = segments_of(path)
        self._path = path
        self.query = {} if query is None else query
        self._headers = headers or {}
        self.body = body
        self.event = event
        self.context = context
        self.auth = auth
        self.is_order = is_order
        self.entry: Entry | None = None
        self.variables: tuple[tuple[str, int], ...] = ()

    @property
    def path_parameters(self) -> dict[str, str]:
        """The values of the route's variables, by name, as texts; none before a route is found."""
        return {name: self.segments[index] for name, index in self.variables}

    @property
    def path(self) -> str:
        """The address below the service, in canonical form."""
        return _canonical(self.segments) if "%" in self._path else self._path.rstrip("/") or "/"

    @property
    def headers(self) -> Headers:
        """The headers, put in order when they are first asked for: most entries never do."""
        if not isinstance(self._headers, Headers):
            self._headers = Headers(self._headers)
        return self._headers

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.path}>"


def segments_of(path: str) -> list[str]:
    """The decoded segments of a path: `/a%2Fb/c` is `["a/b", "c"]`. One trailing slash is tolerated.

    Split first, decoded after: a coded slash is part of a value and never a way to another route. An empty
    segment (`//admin`) is an address of nothing.
    """
    segments = path.split("/")
    if segments.pop(0) or not segments:
        raise BadRequestError("the path must begin with /")
    if not segments[-1]:
        segments.pop()
    if "" in segments:
        raise NotFoundError("the path has an empty segment")
    return [percent_decode(segment) for segment in segments] if "%" in path else segments


def _canonical(segments: list[str]) -> str:
    return "/" + "/".join(map(percent_encode, segments))


CURRENT: ContextVar[Request] = ContextVar("coworks_current_request")


def current_request() -> Request:
    """The request being answered in this thread; raises `CoWorksError` when there is none."""
    try:
        return CURRENT.get()
    except LookupError:
        raise CoWorksError(
            "no request is being answered here",
            hint="use current_request in an entry or a hook, and hand what another thread needs to it",
        ) from None
