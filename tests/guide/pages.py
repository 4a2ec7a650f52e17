"""The code blocks of a page, with what the page says about each.

The file that a block is for is named before it: "Write `tech/stock.py`:". A block that cannot run says why in
a comment before it, which readers do not see: `<!-- not run: it is what you had before -->`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]

_BLOCK = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"`([\w./-]+\.(?:py|yml|yaml|toml|json|html|txt))`[^`]*:$")
_NOT_RUN = re.compile(r"<!-- not run: (.+) -->$")
_DIRECTIVE = re.compile(r"\{[\w-]+\}")


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its language, and the words before it where they name a file or a new folder."""

    page: Path
    line: int
    language: str
    text: str
    before: str

    @property
    def file(self) -> str | None:
        """The file that the words before the block say it is."""
        named = _FILE.search(self.before)
        return named[1] if named else None

    @property
    def begins_anew(self) -> bool:
        return "empty folder" in self.before

    @property
    def left_out(self) -> str | None:
        """Why it is not run."""
        why = _NOT_RUN.search(self.before)
        return why[1] if why else None

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page, in order, without the directives of the site."""
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        language, code = found.groups()
        if not _DIRECTIVE.fullmatch(language):
            before = text[: found.start()].rstrip().rpartition("\n\n")[2].replace("\n", " ")
            yield Block(page, text.count("\n", 0, found.start()) + 1, language, code, before)
