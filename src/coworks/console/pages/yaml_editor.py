"""The YAML of a workflow in an editor: mistakes are marked at their place, what may be written is offered.

The editor has a list of offers of its own, with its keys and its labels for screen readers; what is in it is
asked of this server, by `static/completion.js`.
"""

from __future__ import annotations

import json
from asyncio import to_thread
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nicegui import ui

from coworks.biz.completion import completion_at
from coworks.console import texts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from coworks.biz import Problem
    from coworks.biz.completion import Completion, Surroundings


class YamlEditor:
    """The editor. `typed` is called when somebody types; `around` gives what there is to offer."""

    def __init__(
        self,
        text: str,
        typed: Callable[[], Awaitable[None]],
        around: Callable[[], Surroundings],
        *,
        may_edit: bool,
    ) -> None:
        self._around = around
        self._editor = ui.codemirror(
            text, language="YAML", theme="githubLight", line_wrapping=True, on_change=typed
        )
        self._editor.props(f'data-complete=yaml aria-label="{texts.YAML}"').set_enabled(may_edit)
        self._editor.on("complete", self._complete)
        ui.timer(0, self._suit_the_dark, once=True)

    @property
    def text(self) -> str:
        return self._editor.value or ""

    def show(self, text: str, problems: Iterable[Problem]) -> None:
        """Show a text with its problems."""
        if self._editor.value != text:
            self._editor.value = text
        self._editor.decorations = marks(problems, text)

    async def _suit_the_dark(self) -> None:
        if await ui.run_javascript("document.body.classList.contains('body--dark')"):
            self._editor.set_theme("githubDark")

    async def _complete(self, event: Any) -> None:
        """Answer what may be written at a place; `number` tells the question."""
        told = event.args
        found = await to_thread(self._offers, int(told["line"]), int(told["column"]))
        answer = json.dumps(asdict(found) if found else None)
        ui.run_javascript(f"coworks.offered({int(told['number'])}, {answer})")

    def _offers(self, line: int, column: int) -> Completion | None:
        text = self.text
        is_there = 1 <= line <= text.count("\n") + 1 and column >= 0
        return completion_at(text, line, column, self._around()) if is_there else None


def marks(problems: Iterable[Problem], text: str) -> list[dict[str, Any]]:
    """The problems as the editor marks them: their lines, and the words under which a caret would be."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    marked: list[dict[str, Any]] = []
    for one in problems:
        if one.line > len(lines):
            continue
        marked.append({"kind": "line", "line": one.line, "class": f"marked {one.severity}"})
        begin = starts[one.line - 1] + min(one.column - 1, len(lines[one.line - 1]))
        end = min(begin + one.length, starts[one.line] - 1)
        if end > begin:
            marked.append({"kind": "mark", "from": begin, "to": end, "class": f"wrong {one.severity}"})
    return marked
