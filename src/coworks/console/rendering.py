"""What pages show, as HTML: the templates in `views/`, in which every value is escaped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from coworks.console import texts, words
from coworks.local.runs import message_of

LONGEST: Final = 20_000
_SHORT: Final = 160
_views: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "views"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(view: str, /, **values: Any) -> str:
    """The HTML of a view."""
    return _views.get_template(f"{view}.html").render(values)


def data_in_words(value: Any) -> str:
    """Data as JSON that people read, cut where nobody reads on."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n{texts.CUT}"


def short(text: str) -> str:
    """A text on one line, cut where the eye has enough."""
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 1]}…"


def _segment(name: str) -> str:
    """A name as one segment of an address."""
    return quote(name, safe="")


_views.globals |= {"t": texts, "base": "/_console"}
_views.filters |= {
    "cause": message_of,
    "data": data_in_words,
    "duration": words.duration_in_words,
    "iso": words.iso,
    "moment": words.moment_in_words,
    "short": short,
    "segment": _segment,
    "status": words.status_in_words,
}
