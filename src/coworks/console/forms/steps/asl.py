"""The form of `asl`: a state of the States Language, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coworks.biz.editing.writing import write_block
from coworks.biz.nodes import Entry, plain
from coworks.biz.problems import Report
from coworks.biz.source import read_source
from coworks.biz.steps.asl import Asl
from coworks.console import texts
from coworks.console.forms.fields import Field, FormError

if TYPE_CHECKING:
    from coworks.console.forms.steps.form import Scene, Values

_STATE: Final = Field("state", texts.STATE_TEXT, "code", True, texts.STATE_TEXT_ABOUT)
_BEGINNING: Final = "Type: Pass"


class AslForm:
    """The state in YAML, or in JSON, which is YAML too. What it says is checked with the workflow; here only
    that it is a state.
    """

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        return (_STATE,)

    def load(self, value: Any, scene: Scene) -> Values:
        return {"state": "\n".join(write_block(value)) if isinstance(value, dict) and value else _BEGINNING}

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        text = f"{_STATE.read(values.get('state'))}\n"
        report = Report("", text)
        root = read_source(text, report)
        if root is not None:
            Asl.read(Entry("asl", root.place, root), report)
        for problem in report.problems():
            message = texts.IN_LINE.format(texts.STATE_TEXT, problem.line, problem.message)
            raise FormError("state", message, hint=problem.hint or None)
        return plain(root) if root else None
