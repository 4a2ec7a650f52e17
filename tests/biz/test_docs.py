"""The guide says what the language does: its workflows compile, its keys and its codes are all there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.guide.story import whole_workflow

from coworks.biz import CODES, STEP_KINDS, TRIGGER_KINDS
from coworks.biz.schema import workflow_schema
from coworks.biz.takes import KINDS
from coworks.project.workflows import predefined_workflows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "biz.md").read_text(encoding="utf-8")
PREDEFINED = (DOCS / "predefined.md").read_text(encoding="utf-8")
ERROR_CODES = (DOCS / "error_codes.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", GUIDE, flags=re.MULTILINE | re.DOTALL)


def keys_of(schema: Any) -> Iterator[str]:
    """The keys that a JSON Schema knows, at any depth."""
    if isinstance(schema, list):
        for one in schema:
            yield from keys_of(one)
    elif isinstance(schema, dict):
        yield from schema.get("properties", {})
        for one in schema.values():
            yield from keys_of(one)


KEYS = {*keys_of(workflow_schema(predefined_workflows())), *KINDS, *STEP_KINDS, *TRIGGER_KINDS}


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_a_workflow_of_the_guide_compiles(block: str, machine: Callable[[str], dict[str, Any]]) -> None:
    machine(whole_workflow(block))


def test_the_guide_begins_with_the_sample(sample: str) -> None:
    assert BLOCKS[0] == sample


@pytest.mark.parametrize("key", sorted(KEYS))
def test_a_key_of_the_language_is_in_the_guide(key: str) -> None:
    assert re.search(rf"`{key}`|^\s*(- )?{key}:|[{{ ]{key}:", GUIDE + PREDEFINED, flags=re.MULTILINE)


def test_every_code_is_explained_with_an_example() -> None:
    sections = re.findall(r"^### (B\d{3}): (.*)\n\n(.+)\n\n```text\n(.*)\n", ERROR_CODES, flags=re.MULTILINE)
    assert {code: meaning for code, meaning, _, _ in sections} == CODES
    for code, _, _, example in sections:
        assert f" {code} " in example
