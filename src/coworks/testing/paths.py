"""The path that a run took, which tells how it differs from the one that a test expects."""

from __future__ import annotations

from difflib import ndiff
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class PathTaken(tuple[str, ...]):
    """The names of the steps of a run, in the order in which they were entered; `end` is how it ended.

    It is equal to a tuple of the same names.
    """

    end: str

    def __new__(cls, names: Iterable[str], end: str) -> PathTaken:
        path = super().__new__(cls, names)
        path.end = end
        return path

    def differences(self, expected: Iterable[str]) -> list[str]:
        """Line by line: what both have, what is missing (`-`), what came instead (`+`), and how it ended."""
        lines = [line.rstrip() for line in ndiff(list(expected), list(self)) if not line.startswith("?")]
        return ["the run took another path (- expected, + taken)", *lines, f"it {self.end}"]


class Visited:
    """Whether a run came to a step; as a text, why one would think so."""

    def __init__(self, step: str, path: tuple[str, ...]) -> None:
        self._step = step
        self._path = path

    def __bool__(self) -> bool:
        return self._step in self._path

    def __repr__(self) -> str:
        came = "came" if self else "did not come"
        return f'<the run {came} to "{self._step}": {" -> ".join(self._path) or "no step"}>'


def explained(op: str, left: object, right: object) -> list[str] | None:
    """What pytest says of a comparison that failed, when a path is in it."""
    if op != "==":
        return None
    if isinstance(left, PathTaken) and isinstance(right, tuple | list):
        return left.differences(right)
    if isinstance(right, PathTaken) and isinstance(left, tuple | list):
        return right.differences(left)
    return None
