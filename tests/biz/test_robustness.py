"""Whatever is written, the compiler answers with problems or with a machine: it never breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coworks.biz import compile_workflow

if TYPE_CHECKING:
    from coworks.biz import ServiceContract

PIECES = st.sampled_from(
    ["", " ", "\n", "  ", "- ", ": ", "'", '"', "{", "}", "[", "]", "{%", "%}", "$", "#", "End", "null", "0",
     "é", "goto: End\n", "&a", "*a", "!x", "\t", "|\n", "states:", "default: ", "catch: End\n", "-1"]
)  # fmt: skip
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), min_size=1, max_size=3)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_a_damaged_workflow_is_told_and_never_breaks_the_compiler(
    sample: str, services: dict[str, ServiceContract], edits: list[tuple[float, int, str]]
) -> None:
    text = sample
    for where, length, piece in edits:
        position = int(where * len(text))
        text = text[:position] + piece + text[position + length :]
    compiled = compile_workflow("w", text, file="w.yml", services=services)
    assert (compiled.definition is None) == bool(compiled.errors)
    for problem in compiled.problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.render()
