"""Every machine that is compiled in the samples, the guide and the tests of the language is a valid one."""

from __future__ import annotations

import pytest
from statelint.linter import Linter
from tests.biz.accepting import complaints
from tests.biz.test_mistakes import CASES
from tests.biz.test_schema import samples

from coworks.asl import InvalidDefinitionError
from coworks.biz import compile_workflow
from coworks.project.workflows import predefined_workflows

TEXTS = [*samples(), *(text for _, text, _ in CASES)]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_what_compiles_is_accepted(text: str) -> None:
    definition = compile_workflow("w", text, file="w.yml", library=predefined_workflows()).definition
    assert definition is None or complaints(definition) == []


def test_something_is_compiled() -> None:
    compiled = [compile_workflow("w", text, file="w.yml").definition is not None for text in TEXTS]
    assert sum(compiled) > 80


def test_a_machine_that_is_wrong_is_complained_of() -> None:
    states = {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed", "End": True}}
    with pytest.raises(InvalidDefinitionError):
        complaints({"StartAt": "A", "States": states})
    assert Linter.validate({"StartAt": "A", "States": states})
