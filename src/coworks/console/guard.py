"""Whose request it is: another site's is refused, and what is answered cannot be framed or scripted.

Browsers say where a request comes from: `Origin` (RFC 6454) and `Sec-Fetch-Site` (Fetch Metadata,
https://www.w3.org/TR/fetch-metadata/). Together with the session cookie, which is never sent by another
site, they keep forged requests out (OWASP, Cross-Site Request Forgery Prevention).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from coworks.engine.listening import names_this_machine

if TYPE_CHECKING:
    from collections.abc import Mapping

_OWN: Final = frozenset({"", "same-origin", "none"})

# Vue compiles the templates of NiceGUI's components in the browser, which CSP calls eval. Scripts need the
# nonce of their answer or a file of this server; styles are set on elements everywhere.
_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def refusal(method: str, headers: Mapping[str, str], *, only_local: bool) -> str | None:
    """Why a request is refused; None when it may go on. A socket is asked for with the method `SOCKET`.

    With `only_local` the server must be asked for by a name of this machine: a name that somebody else lets
    point here (DNS rebinding) is none.
    """
    host = headers.get("host", "")
    if only_local and not names_this_machine(_name_of(host)):
        return f"{host} is not an address of this server"
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return f"a page of {origin} may not do this"
    if headers.get("sec-fetch-site", "") not in _OWN and not _is_link(method, headers):
        return "a page of another site may not do this"
    return None


def policy(nonce: str) -> str:
    """The Content-Security-Policy of a page whose own scripts carry the nonce."""
    return _POLICY.format(nonce=nonce)


def _is_link(method: str, headers: Mapping[str, str]) -> bool:
    """True when a person followed a link: that may come from anywhere, and changes nothing."""
    is_page = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return method == "GET" and is_page


def _name_of(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
