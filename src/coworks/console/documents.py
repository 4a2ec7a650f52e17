"""A workflow's text while somebody works on it: undo, redo, and a save that loses nobody's work.

The picture, the steps in words and the YAML are three views of this one text. Every change makes a new text;
the file is touched by `save` alone, and only when it still holds what was read.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coworks.biz.editing import set_value
from coworks.console.samples import samples
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from coworks.biz import CompiledWorkflow

_BOM: Final = "\ufeff"
_TOGETHER: Final = 2.0
"""Seconds within which what is typed is one change for `undo`."""

_MOST_UNDONE: Final = 500


class SaveConflictError(CoWorksError):
    """Somebody else changed the file since it was read; `theirs` is what it holds now, None for no file."""

    def __init__(self, file: Path, theirs: str | None) -> None:
        was = "changed" if theirs is not None else "deleted"
        super().__init__(
            f"{file.name} was {was} by somebody else since you opened it",
            hint="look at both, then keep yours or take theirs",
        )
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds: its text with `\\n` at the ends of lines, and how it writes those."""

    text: str
    newline: str = "\n"
    bom: bool = False
    raw: bytes | None = None

    @classmethod
    def read(cls, file: Path) -> Content:
        """The content of a file; an empty one when there is none. Raises `CoWorksError` for no UTF-8."""
        try:
            raw = file.read_bytes()
        except FileNotFoundError:
            return cls("")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise CoWorksError(
                f"{file.name} is no UTF-8 text: byte {error.start + 1} is wrong",
                hint="save it as UTF-8 with your editor first",
            ) from None
        newline = "\r\n" if "\r\n" in text else "\n"
        return cls(text.removeprefix(_BOM).replace("\r\n", "\n"), newline, text.startswith(_BOM), raw)

    def with_text(self, text: str) -> bytes:
        """The bytes of another text, written as this one is; those of the same text are the same bytes."""
        if self.raw is not None and text == self.text:
            return self.raw
        return ((_BOM if self.bom else "") + text.replace("\n", self.newline)).encode()


class Document:
    """The text of a workflow's file. `compile_text` says what it means; `clock` counts seconds."""

    def __init__(
        self, file: Path, compile_text: Callable[[str], CompiledWorkflow], clock: Callable[[], float]
    ) -> None:
        self.file = file
        self._compile = compile_text
        self._clock = clock
        self._saved = Content.read(file)
        self._text = self._saved.text
        self._before: list[str] = []
        self._after: list[str] = []
        self._typed: float | None = None
        self._compiled: CompiledWorkflow | None = None

    @property
    def text(self) -> str:
        return self._text

    @property
    def compiled(self) -> CompiledWorkflow:
        """What the text means, with its problems."""
        if self._compiled is None:
            self._compiled = self._compile(self._text)
        return self._compiled

    @property
    def is_new(self) -> bool:
        """True while there is no file."""
        return self._saved.raw is None

    @property
    def is_changed(self) -> bool:
        """True when the file does not hold this text."""
        return self.is_new or self._text != self._saved.text

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        return bool(self._after)

    def begin(self, text: str) -> None:
        """Have a new workflow begin with this text."""
        self._use(text)

    def change(self, text: str, *, typed: bool = False) -> None:
        """Make this the text. What is `typed` within a moment is undone together."""
        if text == self._text:
            return
        now = self._clock()
        if not (typed and self._typed is not None and now - self._typed < _TOGETHER):
            self._before = [*self._before[-_MOST_UNDONE + 1 :], self._text]
        self._typed = now if typed else None
        self._after = []
        self._use(text)

    def undo(self) -> None:
        """Take the last change back."""
        if self._before:
            self._after.append(self._text)
            self._typed = None
            self._use(self._before.pop())

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        if self._after:
            self._before.append(self._text)
            self._typed = None
            self._use(self._after.pop())

    def is_outdated(self) -> bool:
        """True when the file does not hold any more what was read."""
        return Content.read(self.file).raw != self._saved.raw

    def look_again(self) -> None:
        """Work out anew what the text means: a service may have changed since."""
        self._compiled = None

    def save(self) -> None:
        """Write the text into its file, if that still holds what was read. Raises `SaveConflictError`."""
        theirs = Content.read(self.file)
        if theirs.raw != self._saved.raw:
            raise SaveConflictError(self.file, None if theirs.raw is None else theirs.text)
        written = self._saved.with_text(self._text)
        if written != theirs.raw:
            _write(self.file, written)
        self._saved = Content.read(self.file)

    def keep_mine(self) -> None:
        """After a conflict: what the file holds now is known, and `save` may replace it."""
        self._saved = Content.read(self.file)

    def take_theirs(self) -> None:
        """After a conflict: go on with what the file holds now; `undo` brings the own text back."""
        self._saved = Content.read(self.file)
        self.change(self._saved.text)

    def _use(self, text: str) -> None:
        self._text = text
        self._compiled = None


def new_text(about: str, use: str = "", sample: str = "") -> str:
    """The text that a new workflow begins with: no step, a predefined workflow that it uses, or a sample."""
    begun = samples().get(sample)
    if begun is not None:
        return set_value(begun.text, ("comment",), about) if about else begun.text
    text = set_value("use: it\n", ("use",), use) if use else "comment: it\n\nstates: []\n"
    if about:
        return set_value(text, ("comment",), about)
    return text if use else "states: []\n"


def _write(file: Path, content: bytes) -> None:
    """Replace a file whole: whoever reads it meets the old content or the new one."""
    target = file.resolve()
    target.parent.mkdir(exist_ok=True)
    written = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        written.write_bytes(content)
        if target.exists():
            shutil.copymode(target, written)
        written.replace(target)
    finally:
        written.unlink(missing_ok=True)
