"""Parallel and Map as states: what they ask for, what they make of results, mistakes in definitions."""

from __future__ import annotations

from typing import Any

import pytest
from statelint.linter import Linter

from coworks.asl import Fork, Forking, GoTo, InvalidDefinitionError, Scope, StateFailure, parse_machine

END = {"Type": "Pass", "End": True}
INNER = {"StartAt": "In", "States": {"In": END}}
SCHEMA = "SCHEMA_VALIDATION_FAILED"


def whole(state: dict[str, Any], language: str = "JSONata") -> dict[str, Any]:
    return {"QueryLanguage": language, "StartAt": "It", "States": {"It": {"End": True, **state}}}


def it(language: str = "JSONata", **state: Any) -> Forking:
    read = parse_machine(whole(state, language)).states["It"]
    assert isinstance(read, Forking)
    return read


def each(language: str = "JSONata", **state: Any) -> Forking:
    return it(language, Type="Map", **{"ItemProcessor": INNER, **state})


def scope(given: Any, **variables: Any) -> Scope:
    return Scope(given, variables, {}, 0.0)


def mistakes(state: dict[str, Any], language: str = "JSONata") -> list[tuple[str, str]]:
    with pytest.raises(InvalidDefinitionError) as caught:
        parse_machine(whole(state, language))
    return [(one.code, one.location) for one in caught.value.diagnostics]


def test_a_parallel_forks_into_its_branches() -> None:
    read = it(Type="Parallel", Branches=[INNER, {"StartAt": "Other", "States": {"Other": END}}], Arguments=7)
    assert read.enter(scope({})) == Fork(7, 2, 2)
    assert [read.machine(index).start_at for index in range(2)] == ["In", "Other"]
    assert read.begin(scope({}), 7) == 7


def test_a_parallel_takes_parameters_in_jsonpath_and_puts_the_results_in_place() -> None:
    fields = {"Parameters": {"a.$": "$.x"}, "ResultSelector": {"first.$": "$[0]"}, "ResultPath": "$.done"}
    read = it("JSONPath", Type="Parallel", Branches=[INNER], **fields)
    assert read.enter(scope({"x": 1})) == Fork({"a": 1}, 1, 1)
    assert read.succeed(scope({"x": 1}).with_result([5])) == GoTo(None, {"x": 1, "done": {"first": 5}}, {})


@pytest.mark.parametrize(("wanted", "at_most"), [(0, 40), (7, 7), (41, 40), ("{% 2 + 1 %}", 3)])
def test_a_map_runs_so_many_turns_at_once(wanted: object, at_most: int) -> None:
    assert each(MaxConcurrency=wanted).enter(scope([1, 2])) == Fork([1, 2], 2, at_most)


def test_a_map_begins_with_the_item_or_what_the_selector_makes_of_it() -> None:
    inner = Scope([4, 5], {}, each().context(Fork([4, 5], 2, 40), 1), 0.0)
    assert each().begin(inner, [4, 5]) == 5
    selector = {"at": "{% $states.context.Map.Item.Index %}", "of": "{% $states.input[0] %}"}
    assert each(ItemSelector=selector).begin(inner, [4, 5]) == {"at": 1, "of": 4}


@pytest.mark.parametrize("name", ["ItemSelector", "Parameters"])
def test_a_map_in_jsonpath_selects_with_either_field(name: str) -> None:
    read = each("JSONPath", **{"ItemsPath": "$.all", name: {"v.$": "$$.Map.Item.Value", "n.$": "$.n"}})
    assert read.enter(scope({"all": [8], "n": 1})) == Fork([8], 1, 40)
    inner = Scope({"all": [8], "n": 1}, {}, read.context(Fork([8], 1, 40), 0), 0.0)
    assert read.begin(inner, [8]) == {"v": 8, "n": 1}


@pytest.mark.parametrize(
    ("value", "said"),
    [("x", '"x" which is not a valid integer'), (-1, '"-1" which is not a non-negative integer')],
)
def test_a_number_of_turns_that_is_none_is_a_failure(value: object, said: str) -> None:
    with pytest.raises(StateFailure) as caught:
        each("JSONPath", ItemsPath="$.all", MaxConcurrencyPath="$.most").enter(
            scope({"all": [], "most": value})
        )
    assert caught.value.cause == f"The MaxConcurrencyPath field refers to value {said}: $.most"


def test_items_that_are_no_list_are_a_failure() -> None:
    with pytest.raises(StateFailure, match=r"States\.QueryEvaluationError"):
        each().enter(scope(7))
    with pytest.raises(StateFailure, match=r"must point to array"):
        each("JSONPath", ItemsPath="$.a").enter(scope({"a": 7}))


@pytest.mark.parametrize(
    ("state", "place"),
    [
        ({"Type": "Parallel"}, ""),
        ({"Type": "Parallel", "Branches": [{**INNER, "Colour": 1}]}, "/Branches[0]/Colour"),
        ({"Type": "Map"}, ""),
        ({"Type": "Map", "ItemProcessor": INNER, "Iterator": INNER}, ""),
        ({"Type": "Map", "ItemProcessor": INNER, "Items": 7}, "/Items"),
        ({"Type": "Map", "ItemProcessor": INNER, "MaxConcurrency": -1}, "/MaxConcurrency"),
        ({"Type": "Map", "ItemProcessor": INNER, "ItemReader": {}}, "/ItemReader"),
        (
            {"Type": "Map", "ItemProcessor": {**INNER, "ProcessorConfig": {"Mode": "SERIAL"}}},
            "/ItemProcessor/ProcessorConfig/Mode",
        ),
        (
            {
                "Type": "Map",
                "ItemProcessor": {"StartAt": "In", "States": {"In": {**END, "Output": "{% ( %}"}}},
            },
            "/ItemProcessor/States/In/Output",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(state: dict[str, Any], place: str) -> None:
    assert mistakes(state) == [(SCHEMA, f"/States/It{place}")]


def test_a_way_out_of_a_branch_leads_nowhere() -> None:
    inner = {"StartAt": "In", "States": {"In": {"Type": "Pass", "Next": "It"}}}
    assert mistakes({"Type": "Parallel", "Branches": [inner]}) == [
        ("MISSING_TRANSITION_TARGET", "/States/It/Branches[0]/States/In")
    ]


def test_a_name_is_given_once_in_the_whole_machine() -> None:
    assert mistakes({"Type": "Parallel", "Branches": [INNER, INNER]}) == [
        ("DUPLICATE_STATE_NAME", "/States/It/Branches[1]/States/In")
    ]


def test_statelint_accepts_what_we_accept() -> None:
    paths = {"ItemsPath": "$.all", "MaxConcurrencyPath": "$.n", "ResultPath": "$.done"}
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Both"}]
    second = {"StartAt": "Second", "States": {"Second": END}}
    states = {
        "Each": {"Type": "Map", "ItemProcessor": INNER, **paths, "Catch": catch, "Next": "Both"},
        "Both": {"Type": "Parallel", "Branches": [second], "Retry": [{"ErrorEquals": ["E"]}], "End": True},
    }
    definition = {"StartAt": "Each", "States": states}
    parse_machine(definition)
    assert Linter.validate(definition) == []
