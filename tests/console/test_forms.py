"""Forms: what a person types, and the steps that this makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coworks.biz.editing import data_of
from coworks.console.forms.entries import service_choices
from coworks.console.forms.fields import Field, FormError
from coworks.console.forms.steps import FORMS
from coworks.console.forms.steps.form import Scene
from coworks.console.forms.steps.step import build_step, load_step
from coworks.project import load_project

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def scene() -> Scene:
    """The services of the sample, as a form knows them."""
    return Scene(service_choices(load_project(SAMPLES / "server_watch")), ("reminder",), ("A", "B"))


def test_the_parameters_of_an_entry_are_fields_with_their_kinds(scene: Scene) -> None:
    check, mail = scene.service("check"), scene.service("mail")
    assert check and mail
    (status,) = check.entries
    assert (status.key, [(one.key, one.kind, one.required) for one in status.fields]) == (
        "GET /status",
        [("query:url", "text", True)],
    )
    send = mail.entry("POST /send")
    assert send
    kinds = {one.key: (one.kind, one.required) for one in send.fields}
    assert kinds["body:subject"] == ("text", True)
    assert (kinds["body:to_addrs"], kinds["body:body"][0]) == (("people", False), "long")


def test_a_form_makes_the_step_that_a_careful_author_writes(scene: Scene) -> None:
    values = {
        "name": "Tell the team",
        "service": "mail",
        "entry": "POST /send",
        "body:to_addrs": "ops@example.com, boss@example.com",
        "body:subject": "Server is down",
        "body:body": "{% $data.url %} is down",
        "guard:timeout": "30 seconds",
        "guard:retry": [{"attempts": "2", "on": "", "delay": "", "backoff": "", "max_delay": ""}],
    }
    assert build_step("tech", values, {}, scene) == {
        "name": "Tell the team",
        "tech": {
            "service": "mail",
            "post": "/send",
            "body": {
                "to_addrs": ["ops@example.com", "boss@example.com"],
                "subject": "Server is down",
                "body": "{% $data.url %} is down",
            },
        },
        "retry": 2,
        "timeout": "30 seconds",
    }


def test_variables_of_a_path_are_filled_in_and_read_back(scene: Scene) -> None:
    values = {
        "name": "Down",
        "service": "website",
        "entry": "PUT /state/{state}",
        "path:state": "{% $data.state %}",
    }
    step = build_step("tech", values, {}, scene)
    assert step["tech"] == {"service": "website", "put": "/state/{% $data.state %}"}
    assert load_step("tech", step, scene)["path:state"] == "{% $data.state %}"


def test_what_is_missing_or_wrong_is_said_with_its_field(scene: Scene) -> None:
    with pytest.raises(FormError, match="Name is missing"):
        build_step("wait", {"until": "3 days"}, {}, scene)
    with pytest.raises(FormError, match="url is missing"):
        build_step("tech", {"name": "A", "service": "check", "entry": "GET /status"}, {}, scene)
    with pytest.raises(FormError, match="Give up after"):
        build_step(
            "tech",
            {
                "name": "A",
                "service": "check",
                "entry": "GET /status",
                "query:url": "x",
                "guard:timeout": "soon",
            },
            {},
            scene,
        )
    with pytest.raises(FormError, match="Each condition needs both"):
        build_step("choices", {"name": "A", "rules": [("$a = 1", "")]}, {}, scene)


def steps_of(data: Any) -> list[dict[str, Any]]:
    found = []
    for step in data.get("states", []):
        found.append(step)
        found += step.get("foreach", {}).get("steps", [])
    return found


@pytest.mark.parametrize("sample", ["server_watch", "shop"])
def test_every_step_of_the_samples_opened_and_left_unchanged_is_the_same_step(sample: str) -> None:
    project = load_project(SAMPLES / sample)
    scene = Scene(service_choices(project), tuple(one.name for one in project.workflows), ("Pay", "Refused"))
    steps = [
        step
        for file in sorted((SAMPLES / sample / "biz").glob("*.yml"))
        for step in steps_of(data_of(file.read_text()))
    ]
    assert len(steps) >= 3
    for step in steps:
        (kind,) = step.keys() & FORMS.keys()
        assert build_step(kind, load_step(kind, step, scene), step, scene) == step


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (Field("x", "x", "integer"), "3", 3),
        (Field("x", "x", "number"), "3.5", 3.5),
        (Field("x", "x", "yes_no"), "yes", True),
        (Field("x", "x", "list"), "a, b", ["a", "b"]),
        (Field("x", "x", "list"), "{% $data.team %}", "{% $data.team %}"),
        (Field("x", "x", "any"), '{"a": [1]}', {"a": [1]}),
        (Field("x", "x", "any"), "some words", "some words"),
        (Field("x", "x", "duration"), "2 hours", "2 hours"),
        (Field("x", "x", "duration"), "90", 90),
        (Field("x", "x", "integer"), "{% $data.n %}", "{% $data.n %}"),
        (Field("x", "x"), "  ", None),
    ],
)
def test_what_is_typed_becomes_a_value_and_back(field: Field, typed: str, value: Any) -> None:
    assert field.read(typed) == value
    assert field.read(field.shown(value)) == value


@pytest.mark.parametrize(
    ("kind", "typed"), [("integer", "x"), ("number", "x"), ("duration", "soon"), ("any", "[")]
)
def test_what_is_no_value_is_refused(kind: Any, typed: str) -> None:
    with pytest.raises(FormError) as refused:
        Field("count", "Count", kind).read(typed)
    assert refused.value.key == "count" and refused.value.message.startswith("Count")


def test_branches_are_named_and_those_that_stay_keep_their_steps(scene: Scene) -> None:
    old = {
        "name": "Both",
        "parallel": {"Left": [{"name": "L", "wait": 1}], "Right": [{"name": "R", "wait": 2}]},
    }
    values = load_step("parallel", old, scene)
    assert values["branches"] == "Left, Right"
    changed = build_step("parallel", {**values, "branches": "Left, Middle"}, old, scene)
    assert changed["parallel"] == {"Left": [{"name": "L", "wait": 1}], "Middle": []}
