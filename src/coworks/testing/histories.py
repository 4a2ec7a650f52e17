"""The history of a run, compared with the one that was stored: a snapshot, in a file beside the test.

What differs each time is left out or numbered: moments, ids, task tokens, tracebacks. JSON texts stand as the
values that they are, so that a change in git is read line by line.
"""

from __future__ import annotations

import json
import re
from difflib import unified_diff
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from coworks.local.runs import message_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from coworks.testing.runs import WorkflowRun

OPTION: Final = "--update-histories"

_UNTOLD: Final = frozenset({"timestamp", "inputDetails", "outputDetails", "assignedVariablesDetails"})
_TEXTS: Final = frozenset({"input", "output", "parameters"})
_CHANGING: Final = {
    "id": re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
    "token": re.compile(r"\bY3dzMT[\w-]{40,}={0,2}"),  # base64 of `cws1:`
}


def written_history(history: Iterable[Mapping[str, Any]], hide: Iterable[str] = ()) -> str:
    """The events as JSON that is the same for each run that goes the same way.

    Ids and tokens are numbered in the order in which they come; `hide` are regular expressions of other
    texts that differ each time.
    """
    text = json.dumps([_stable(one) for one in history], indent=2, ensure_ascii=False) + "\n"
    patterns = {**_CHANGING, **{f"hidden {one}": re.compile(one) for one in hide}}
    for kind, pattern in patterns.items():
        text = _numbered(text, kind.split()[0], pattern)
    return text


def _stable(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event, or its details, without what differs each time."""
    return {name: _told(name, value) for name, value in event.items() if name not in _UNTOLD}


def _told(name: str, value: Any) -> Any:
    if name == "assignedVariables":
        return {variable: _read(text) for variable, text in value.items()}
    if isinstance(value, dict):
        return _stable(value)
    return _read(value) if name in _TEXTS else _without_trace(value)


def _read(text: str) -> Any:
    try:
        return _without_trace(json.loads(text))
    except ValueError:
        return text


def _without_trace(value: Any) -> Any:
    """Data in which the failures of Lambdas are their messages: tracebacks change with the code."""
    if isinstance(value, dict):
        return {name: _without_trace(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_without_trace(one) for one in value]
    return message_of(value) if isinstance(value, str) and '"errorMessage"' in value else value


def _numbered(text: str, kind: str, pattern: re.Pattern[str]) -> str:
    """The text with what the pattern finds as `<id 1>`, `<id 2>`; the same thing has one number."""
    known: dict[str, str] = {}
    return pattern.sub(lambda found: known.setdefault(found[0], f"<{kind} {len(known) + 1}>"), text)


class HistorySnapshot:
    """The histories of one test, stored in a folder; `update` writes them instead of comparing.

    A test may compare several runs: the second one's file ends in `_2`.
    """

    def __init__(self, folder: Path, test: str, *, update: bool) -> None:
        self._folder = folder
        self._test = quote(test, safe="[]")
        self._update = update
        self._asked = 0

    def __call__(self, run: WorkflowRun, *, hide: Iterable[str] = ()) -> None:
        """Compare the history of a run with the stored one; fails with the differences, line by line.

        `hide` are regular expressions of what differs each time in the data itself.
        """
        __tracebackhide__ = True
        self._asked += 1
        file = self._folder / f"{self._test}{f'_{self._asked}' if self._asked > 1 else ''}.json"
        now = written_history(run.history, hide)
        if self._update:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(now, encoding="utf-8")
            return
        if not file.is_file():
            raise AssertionError(f"no history is stored in {file}; store it: pytest {OPTION}")
        stored = file.read_text(encoding="utf-8")
        if stored != now:
            raise AssertionError(f"{_differences(stored, now, file)}\nif it is meant so: pytest {OPTION}")


def _differences(stored: str, now: str, file: Path) -> str:
    lines = unified_diff(stored.splitlines(), now.splitlines(), str(file), "this run", lineterm="")
    return "the history differs from the stored one:\n" + "\n".join(lines)
