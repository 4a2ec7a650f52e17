"""Tables on the terminal. rich takes a tenth of a second to load: only who prints a table pays for it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WIDE = 500
_STYLES = {"SUCCEEDED": "green", "RUNNING": "cyan", "CAUGHT": "yellow", "ABORTED": "yellow"}


def print_table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Aligned columns; never cut off when the output goes to a file or another program."""
    console = Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False)
    table = Table(*titles, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(cell, style=_STYLES.get(cell, "red" if _is_bad(cell) else "")) for cell in row))
    console.print(table)


def _is_bad(cell: str) -> bool:
    return cell in {"FAILED", "TIMED_OUT"}
