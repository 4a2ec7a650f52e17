"""The schema and the parser agree about what is a workflow, as far as a schema can tell."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from tests.biz.test_mistakes import CASES

from coworks.biz import compile_workflow
from coworks.biz.editing import EditError
from coworks.biz.editing.tree import data_of
from coworks.biz.importing import import_machine
from coworks.biz.schema import workflow_schema
from coworks.project.workflows import predefined_workflows

ROOT = Path(__file__).parents[2]
VALIDATOR = Draft7Validator(workflow_schema())
OF_PROJECTS = Draft7Validator(workflow_schema(predefined_workflows()))

# Unknown and missing keys, values of the wrong kind, keys that do not go together.
STRUCTURE = {"B101", "B102", "B104", "B105", "B106", "B113", "B114", "B207", "B208", "B209", "B212", "B401"}


def samples() -> list[str]:
    guide = re.findall(
        r"```yaml\n(.*?)```", (ROOT / "docs" / "biz.md").read_text(encoding="utf-8"), re.DOTALL
    )
    files = [*ROOT.glob("samples/*/biz/*.yml"), ROOT / "src/coworks/project/template/biz/welcome.yml"]
    machines = sorted((ROOT / "tests/biz/machines").glob("*.asl.json"))
    imported = [import_machine(json.loads(path.read_text(encoding="utf-8"))).text for path in machines]
    whole = [f"states:\n{one}" if one.startswith("- name:") else one for one in guide]
    return (
        [one for one in whole if "states:" in one]
        + [file.read_text(encoding="utf-8") for file in files]
        + imported
    )


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(workflow_schema(predefined_workflows()))


ALERT = {
    "use": "alert",
    "input": {"name": "The shop", "watch": {"service": "shop", "get": "/orders"}, "tell": ["a@example.com"]},
}


def test_a_file_that_uses_a_workflow_has_its_values() -> None:
    assert OF_PROJECTS.is_valid(ALERT)
    assert OF_PROJECTS.is_valid({"use": "reminder"})
    for wrong in ({"remind": "daily"}, {"remnd": "1 day"}, {"watch": "shop"}, {"watch": {"service": "shop"}}):
        assert not OF_PROJECTS.is_valid({**ALERT, "input": {**ALERT["input"], **wrong}}), wrong  # type: ignore[dict-item]
    assert not OF_PROJECTS.is_valid({**ALERT, "use": "alret"})


@pytest.mark.parametrize("text", samples(), ids=lambda _: "sample")
def test_what_compiles_is_valid(text: str) -> None:
    assert not compile_workflow("w", text, file="w.yml", library=predefined_workflows()).errors
    for validator in (VALIDATOR, OF_PROJECTS):
        assert [error.message for error in validator.iter_errors(data_of(text))] == []


@pytest.mark.parametrize(("name", "text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_a_mistake_of_structure_is_none(name: str, text: str, expected: str) -> None:
    codes = {line.split()[1] for line in expected.splitlines()}
    try:
        data = data_of(text)
    except EditError:
        return  # no schema sees a file that is no YAML
    if codes & STRUCTURE:
        assert not VALIDATOR.is_valid(data)
    elif all(code[:2] in ("B2", "B3") for code in codes) and not codes & STRUCTURE:
        assert [error.message for error in VALIDATOR.iter_errors(data)] == []


def test_a_duration_of_two_pieces_without_a_space_is_one_for_both() -> None:
    for text in ("1h30min", "1 hour, 30 minutes", "2 h and 3 s", "90", "1.5 hours"):
        workflow = {"timeout": text, "states": [{"name": "A", "pass": None}]}
        compiled = compile_workflow("w", json.dumps(workflow), file="w.yml")
        assert VALIDATOR.is_valid(workflow) == (not compiled.errors), text
