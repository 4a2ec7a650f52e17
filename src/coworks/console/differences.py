"""Two texts compared, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

_AROUND: Final = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line that both have, that only one has, or the place of lines that both have and nobody needs."""

    whose: Literal["both", "theirs", "mine", "gap"]
    text: str = ""


def differences(theirs: str, mine: str) -> list[Line]:
    """What differs, with a few lines around it."""
    old, new = theirs.split("\n"), mine.split("\n")
    return [
        line
        for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_AROUND)
        for line in (Line("gap"), *_group(group, old, new))
    ][1:]


def _group(group: list[tuple[str, int, int, int, int]], old: list[str], new: list[str]) -> Iterator[Line]:
    for tag, old_start, old_end, new_start, new_end in group:
        if tag == "equal":
            yield from (Line("both", text) for text in old[old_start:old_end])
            continue
        yield from (Line("theirs", text) for text in old[old_start:old_end])
        yield from (Line("mine", text) for text in new[new_start:new_end])
