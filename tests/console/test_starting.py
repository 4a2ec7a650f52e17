"""What starts a workflow, and what it is started with."""

from __future__ import annotations

from typing import Any

import pytest

from coworks.biz import compile_workflow
from coworks.biz.editing import data_of
from coworks.console.forms.fields import FormError
from coworks.console.forms.inputs import input_fields, predefined, read_input, setting_fields
from coworks.console.forms.triggers import build_trigger

TEXT = "input: {url: x, team: [a]}\nstates: [{name: A, set: {b: '{% $data.url & $data.customer %}'}}]\n"


@pytest.mark.parametrize(
    ("kind", "values", "trigger", "words"),
    [
        ("every", {"every": "5 minutes"}, {"every": "5 minutes"}, "every 5 minutes"),
        (
            "daily",
            {"days": "every weekday", "time": "08:05", "timezone": "Europe/Paris"},
            {"cron": "5 8 ? * MON-FRI *", "timezone": "Europe/Paris"},
            "on MON-FRI at 08:05 (Europe/Paris)",
        ),
        (
            "daily",
            {"days": "every day", "time": "23:00"},
            {"cron": "0 23 * * ? *"},
            "every day at 23:00 (UTC)",
        ),
        ("http", {"http": "POST /orders"}, {"http": "POST /orders"}, None),
        ("queue", {"queue": "orders"}, {"queue": "orders"}, None),
    ],
)
def test_a_trigger_is_chosen_in_words(
    kind: str, values: dict[str, str], trigger: dict[str, Any], words: str | None
) -> None:
    assert build_trigger(kind, values) == trigger
    text = f"on: [{trigger!r}]\nstates: [{{name: A, pass: }}]\n"
    compiled = compile_workflow("a", text, file="a.yml")
    assert compiled.problems == ()
    assert words is None or [one.describe() for one in compiled.triggers] == [words]


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(FormError, match="25:00 is not a time of the day"):
        build_trigger("daily", {"days": "every day", "time": "25:00"})
    with pytest.raises(FormError, match="is missing"):
        build_trigger("every", {})


def test_the_start_form_has_what_the_workflow_reads_with_its_defaults() -> None:
    fields = input_fields(TEXT, {"input": {"url": "x", "team": ["a"]}})
    assert [(one.key, one.default) for one in fields] == [("url", "x"), ("team", '["a"]'), ("customer", "")]


def test_only_what_is_filled_in_is_given() -> None:
    fields = input_fields(TEXT, {"input": {"url": "x", "team": ["a"]}})
    assert read_input(fields, {"customer": "Ann", "team": '["b"]', "url": ""}) == {
        "customer": "Ann",
        "team": ["b"],
    }


def test_a_predefined_workflow_has_a_field_for_each_value_that_it_takes() -> None:
    data = {"use": "reminder", "input": {"every": "2 days"}}
    settings = {one.key: (one.kind, one.default) for one in setting_fields("use: reminder\n", data)}
    assert settings["every"] == ("duration", "1 day") and settings["who"] == ("list", "")
    run = {one.key: one.default for one in input_fields("use: reminder\n", data)}
    assert run["every"] == "2 days"
    assert "reminder" in predefined() and "Remind" in predefined()["reminder"]


def test_a_workflow_that_says_what_it_takes_is_asked_for_that() -> None:
    text = "takes: {customer: text, after: duration}\nstates: [{name: A, pass: }]\n"
    fields = input_fields(text, data_of(text))
    assert [(one.key, one.kind) for one in fields] == [("customer", "text"), ("after", "duration")]
