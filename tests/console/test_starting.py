"""What starts a workflow, and what it is started with."""

from __future__ import annotations

from coworks.biz.editing import data_of
from coworks.console.forms.inputs import input_fields, predefined, read_input, setting_fields

TEXT = "input: {url: x, team: [a]}\nstates: [{name: A, set: {b: '{% $data.url & $data.customer %}'}}]\n"


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
    assert settings["every"] == ("duration", "1 day") and settings["who"] == ("people", "")
    run = {one.key: one.default for one in input_fields("use: reminder\n", data)}
    assert run["every"] == "2 days"
    assert "reminder" in predefined() and "Remind" in predefined()["reminder"]


def test_a_workflow_that_says_what_it_takes_is_asked_for_that() -> None:
    text = "takes: {customer: text, after: duration}\nstates: [{name: A, pass: }]\n"
    fields = input_fields(text, data_of(text))
    assert [(one.key, one.kind) for one in fields] == [("customer", "text"), ("after", "duration")]
