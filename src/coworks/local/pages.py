"""The plain pages that `cws run` serves itself: how they look, and the index.

Every text that comes from outside is escaped, and the pages forbid scripts.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.responses import Response

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_HEADERS = {"X-Content-Type-Options": "nosniff"}
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
article { border: 1px solid #8886; border-radius: 6px; padding: .75rem 1rem; margin: 1rem 0; }
article h2 { font-size: 1.05rem; margin: 0; } pre { white-space: pre-wrap; margin: .5rem 0 0; }
iframe { width: 100%; height: 60vh; border: 0; background: #fff; border-radius: 6px; }
.about { opacity: .75; font-size: .9rem; } nav a { margin-right: 1rem; } li { margin: .25rem 0; }
"""

_NAVIGATION = '<nav><a href="/_console/">Console</a> <a href="/_mail">Mail box</a></nav>'


def index_page(
    name: str, services: Iterable[tuple[str, str]], workflows: Iterable[tuple[str, str]]
) -> Response:
    """What there is: addresses, each with a remark."""
    parts = [f"<h2>Services</h2>{_list(services)}", f"<h2>Workflows</h2>{_list(workflows)}"]
    return page(name, "".join(parts))


def _list(addresses: Iterable[tuple[str, str]]) -> str:
    items = [
        f'<li><a href="{escape(path)}">{escape(path)}</a> <span class="about">{escape(remark)}</span></li>'
        for path, remark in addresses
    ]
    return f"<ul>{''.join(items)}</ul>" if items else "<p>None.</p>"


def page(title: str, body: str, policy: str = POLICY) -> Response:
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"{_NAVIGATION}<h1>{escape(title)}</h1>{body}</html>"
    )
    return HTMLResponse(text, headers={**_HEADERS, "Content-Security-Policy": policy})
