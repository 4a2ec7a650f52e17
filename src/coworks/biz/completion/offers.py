"""What is offered at the cursor in the YAML of a workflow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from coworks.asl.jsonata import CLOSING, OPENING
from coworks.biz.completion.keywords import Keywords
from coworks.biz.completion.place import spot_at
from coworks.biz.completion.values import FUNCTIONS, Values, values_at
from coworks.biz.names import END
from coworks.biz.nodes import Scalar
from coworks.biz.problems import Place
from coworks.biz.steps.tech import VERBS
from coworks.biz.templates import template_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coworks.biz.completion.known import Surroundings
    from coworks.biz.completion.place import Spot

Sort = Literal["variable", "property", "function", "keyword", "constant"]

_VALUE: Final = re.compile(r"\$[\w.]*$")
_TO_KEY: Final = re.compile(r"\s*(?:-\s+)*[\w-]+:(?=\s|$)")
_NOWHERE: Final = Place(1, 1)
_JUMPS: Final = frozenset({"goto", "default", "catch"})
_BARE: Final = frozenset({"when", "items"})
"""The keys whose values are expressions without any marks."""


@dataclass(frozen=True, slots=True)
class Offer:
    """`label` is what is shown and matched, `text` what is written, `about` what it is for."""

    label: str
    text: str
    sort: Sort
    about: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """The offers at a place; `start` is the column, from 0, of what they take the place of."""

    start: int
    offers: tuple[Offer, ...]


def completion_at(text: str, line: int, column: int, around: Surroundings) -> Completion | None:
    """What may be written at a line, from 1, and a column, from 0; None when nothing is known there."""
    before = text.split("\n")[line - 1][:column]
    if before.lstrip().startswith("#"):
        return None
    spot = spot_at(text, line, column)
    if value := _VALUE.search(before):
        offers = tuple(_values(text, line, before, spot, around))
        start = value.start()
    else:
        offers = tuple(_words(text, line, spot, around))
        start = column - len(spot.typed)
    return Completion(start, offers) if offers else None


def _values(text: str, line: int, before: str, spot: Spot, around: Surroundings) -> Iterator[Offer]:
    """Variables with their fields, and functions; marked as an expression where they would be words."""
    is_marked = before.rfind(OPENING) > before.rfind(CLOSING) or spot.key in _BARE
    is_whole = _VALUE.fullmatch(spot.typed) is not None
    quote = '"' if is_whole else ""
    begin, end = ("", "") if is_marked else (f"{quote}{OPENING} ", f" {CLOSING}{quote}")
    for one in _known(text, line, spot, around).variables:
        yield Offer(one, f"{begin}{one}{end}", "property" if "." in one else "variable")
    if is_marked:
        yield from (Offer(one, f"{one}(", "function") for one in FUNCTIONS)


def _known(text: str, line: int, spot: Spot, around: Surroundings) -> Values:
    """What is known there; of a text that cannot be read, without the line that is being written."""
    known = values_at(text, spot.step, around)
    if known != Values():
        return known
    lines = text.split("\n")
    key = _TO_KEY.match(lines[line - 1])
    lines[line - 1] = key[0] if key else ""
    return values_at("\n".join(lines), spot.step, around)


def _words(text: str, line: int, spot: Spot, around: Surroundings) -> Iterator[Offer]:
    keywords = Keywords(around.library)
    if spot.key is None:
        yield from _keys(spot, keywords, around)
    elif spot.key in _JUMPS:
        yield from _constants((*_known(text, line, spot, around).jumps, END))
    elif spot.key == "service":
        yield from _constants(around.services)
    elif spot.key in ("workflow", "biz"):
        yield from _constants(around.workflows)
    elif spot.key in VERBS and "service" in spot.siblings:
        entries = around.entries(spot.siblings["service"], spot.key)
        yield from (Offer(one.path, one.path, "constant", one.about) for one in entries)
    else:
        yield from _constants(keywords.words((*spot.path, spot.key)))


def _constants(words: Iterable[str]) -> Iterator[Offer]:
    return (Offer(one, one, "constant") for one in words)


def _keys(spot: Spot, keywords: Keywords, around: Surroundings) -> Iterator[Offer]:
    known = keywords.keys(spot.path) | _parameters(spot, around)
    for key, about in known.items():
        if key not in spot.siblings:
            yield Offer(key, f"{key}: ", "keyword", about)


def _parameters(spot: Spot, around: Surroundings) -> dict[str, str]:
    """Those of the entry that an order is for, in its query and its body."""
    verb = next((one for one in VERBS if one in spot.around), None)
    if verb is None or not spot.path:
        return {}
    path = spot.around[verb]
    template = template_of(Scalar(path, path, _NOWHERE, _NOWHERE))
    entry = around.entry(spot.around.get("service", ""), verb, template)
    return dict.fromkeys(entry.takes.get(spot.path[-1], ()), "") if entry else {}
