"""TestState: one state tried alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.engine.api.conftest import ROLE, Caller

INVOKE = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
MOCKED_ERROR = {"errorOutput": {"error": "Busy", "cause": "later"}}


def tried(call: Caller, state: dict[str, Any], **more: Any) -> dict[str, Any]:
    return call("TestState", definition=json.dumps(state), **more)


def test_a_task_calls_its_resource_when_nothing_is_mocked(call: Caller) -> None:
    state = {**INVOKE, "Parameters": {"FunctionName": "f", "Payload.$": "$"}, "OutputPath": "$.Payload"}
    told = tried(call, state, roleArn=ROLE, input='{"n":1}', inspectionLevel="DEBUG")
    assert (told["status"], told["output"]) == ("SUCCEEDED", '{"n":1}')
    assert json.loads(told["inspectionData"]["result"])["StatusCode"] == 200


def test_a_task_without_a_role_needs_a_mock(call: Caller) -> None:
    assert call.error("TestState", definition=json.dumps(INVOKE)) == (
        "ValidationException",
        "RoleArn must be specified when testing a Task state",
    )


def test_an_error_that_is_tried_again_and_then_caught(call: Caller) -> None:
    state = {
        **INVOKE,
        "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3, "MaxAttempts": 2, "BackoffRate": 2}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Elsewhere"}],
    }
    first, last = (
        tried(
            call,
            state,
            mock=MOCKED_ERROR,
            inspectionLevel="DEBUG",
            stateConfiguration={"retrierRetryCount": made},
        )
        for made in (1, 2)
    )
    assert (first["status"], first["inspectionData"]["errorDetails"]) == (
        "RETRIABLE",
        {"retryIndex": 0, "retryBackoffIntervalSeconds": 6},
    )
    assert (last["status"], last["nextState"], json.loads(last["output"])) == (
        "CAUGHT_ERROR",
        "Elsewhere",
        {"Error": "Busy", "Cause": "later"},
    )


def test_a_failing_field_is_told_with_its_state(call: Caller) -> None:
    told = tried(call, {"Type": "Pass", "InputPath": "$.missing", "End": True})
    assert (told["status"], told["error"]) == ("FAILED", "States.Runtime")
    assert told["cause"].startswith(
        "An error occurred while executing the state 'StateName' (entered at the event id #2)."
    )


@pytest.mark.parametrize(("seconds", "status"), [(300, "SUCCEEDED"), (301, "FAILED")])
def test_a_wait_is_not_waited_for_but_has_five_minutes(call: Caller, seconds: int, status: str) -> None:
    told = tried(call, {"Type": "Wait", "Seconds": seconds, "Next": "On"})
    assert (told["status"], told.get("error")) == (status, None if seconds == 300 else "States.Timeout")


def test_variables_are_read_and_told_with_those_assigned(call: Caller) -> None:
    state = {"Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"b": "{% $a + 1 %}"}, "End": True}
    told = tried(call, state, variables='{"a":1}', inspectionLevel="TRACE")
    assert json.loads(told["inspectionData"]["variables"]) == {"a": 1, "b": 2}


def test_the_turns_of_a_map_are_shown_by_their_inputs(call: Caller) -> None:
    inside = {"StartAt": "In", "States": {"In": {"Type": "Pass", "End": True}}}
    state = {
        "Type": "Map",
        "ItemsPath": "$.list",
        "ItemSelector": {"n.$": "$$.Map.Item.Value"},
        "ItemProcessor": inside,
        "End": True,
    }
    told = tried(call, state, input='{"list":[1,2]}', mock={"result": "[0,0]"}, inspectionLevel="DEBUG")
    assert told["inspectionData"]["afterItemsPath"] == "[1,2]"
    assert told["inspectionData"]["afterItemSelector"] == '[{"n":1},{"n":2}]'


@pytest.mark.parametrize(
    ("resource", "result", "wrong"),
    [
        ("states:startExecution", {"ExecutionArn": "a"}, "Required field 'StartDate' is missing"),
        ("events:putEvents", {"Entries": "none"}, "Field 'Entries' must be an array"),
        ("events:putEvents", {"Entries": [{"EventId": 1}]}, "Field 'EventId' must be a string"),
        ("lambda:invoke", {"Payload": {}}, "Field 'Payload' must be a string"),
        ("aws-sdk:dynamodb:getItem", {"Item": []}, "Field 'Item' must be an object"),
    ],
)
def test_a_mocked_result_is_one_that_the_service_could_give(
    call: Caller, resource: str, result: Any, wrong: str
) -> None:
    state = {**INVOKE, "Resource": f"arn:aws:states:::{resource}"}
    mock = {"result": json.dumps(result)}
    assert call.error("TestState", definition=json.dumps(state), mock=mock) == (
        "ValidationException",
        f"Mock result schema validation error: {wrong}",
    )
    assert tried(call, state, mock={**mock, "fieldValidationMode": "NONE"})["status"] == "SUCCEEDED"


@pytest.mark.parametrize("suffix", [".sync", ".sync:2", ".waitForTaskToken"])
def test_what_waits_for_others_needs_a_mock_of_any_form(call: Caller, suffix: str) -> None:
    state = {**INVOKE, "Resource": f"arn:aws:states:::states:startExecution{suffix}"}
    code, _ = call.error("TestState", definition=json.dumps(state), roleArn=ROLE)
    assert code == "InvalidDefinition"
    assert tried(call, state, mock={"result": '"anything"'})["output"] == '"anything"'


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"mock": {**MOCKED_ERROR, "result": "{}"}},
            "only one of the following fields: [result, errorOutput]",
        ),
        ({"mock": {"errorOutput": {"cause": "?"}}}, "'error' is required"),
        ({"mock": {}}, "should have one of the following fields"),
        ({"context": "{}", "roleArn": ROLE}, "context is only supported when a mock is specified"),
        ({"mock": MOCKED_ERROR, "context": '{"State": []}'}, "'State' must be an object"),
        ({"mock": MOCKED_ERROR, "variables": "[]"}, "'variables' must be a JSON object"),
        (
            {"mock": MOCKED_ERROR, "stateConfiguration": {"errorCausedByState": "Nowhere"}},
            "names no state inside the state under test: 'Nowhere'",
        ),
    ],
)
def test_requests_that_make_no_sense_are_refused(call: Caller, more: dict[str, Any], said: str) -> None:
    code, message = call.error("TestState", definition=json.dumps(INVOKE), **more)
    assert code == "ValidationException"
    assert said in message


def distributed(**fields: Any) -> dict[str, Any]:
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    inside = {"StartAt": "In", "States": {"In": {"Type": "Pass", "End": True}}, "ProcessorConfig": config}
    return {"Type": "Map", "QueryLanguage": "JSONata", "ItemProcessor": inside, "End": True, **fields}


def test_a_dataset_is_read_as_it_would_be_from_its_bucket(call: Caller) -> None:
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
        "Arguments": {"Bucket": "b", "Key": "k.csv"},
    }
    told = tried(
        call,
        distributed(ItemReader=reader, ItemBatcher={"MaxItemsPerBatch": 2}),
        mock={"result": "[0,0]"},
        stateConfiguration={"mapItemReaderData": "n\n1\n2\n3\n"},
        inspectionLevel="DEBUG",
    )
    assert told["status"] == "SUCCEEDED"
    assert json.loads(told["inspectionData"]["afterItemBatcher"]) == [
        {"Items": [{"n": "1"}, {"n": "2"}]},
        {"Items": [{"n": "3"}]},
    ]


def test_a_map_that_writes_its_results_is_mocked_with_an_object(call: Caller) -> None:
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Arguments": {"Bucket": "b"}}
    state = distributed(Items=[1], ResultWriter=writer)
    assert call.error("TestState", definition=json.dumps(state), mock={"result": "[1]"}) == (
        "ValidationException",
        "Mocked result must be a JSON object.",
    )
    assert tried(call, state, mock={"result": '{"MapRunArn":"a"}'})["output"] == '{"MapRunArn":"a"}'


def test_a_state_that_hands_out_a_token_sees_one(call: Caller) -> None:
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"},
        "End": True,
    }
    mock = {"result": '{"ok": true}', "fieldValidationMode": "NONE"}
    told = call("TestState", definition=json.dumps(state), mock=mock, inspectionLevel="DEBUG")
    assert (told["status"], json.loads(told["output"])) == ("SUCCEEDED", {"ok": True})
    assert json.loads(told["inspectionData"]["afterParameters"])["MessageBody"]
