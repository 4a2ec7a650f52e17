"""Rules that are made by the API: their targets are given what they want of an event."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.local.aws.conftest import ACCOUNT, STOCK, Aws, ServeAws, until

from coworks.local.aws.events.rules import Rules
from coworks.local.aws.kept import Kept

FILES = {
    "tech/stock.py": STOCK,
    "biz/order.yml": """
        on:
          - event: {source: [shop], detail-type: [Order placed]}
        states:
          - name: Keep
            set: {kept: "{% $data.id %}"}
    """,
}
QUEUE = f"arn:aws:sqs:{ACCOUNT}:heard"
SERVICE = f"arn:aws:lambda:{ACCOUNT}:function:stock"
WORKFLOW = f"arn:aws:states:{ACCOUNT}:stateMachine:order"


def put(aws: Aws, source: str = "clock", **detail: Any) -> None:
    entry = {"Source": source, "DetailType": "Tick", "Detail": json.dumps(detail)}
    assert aws.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def test_each_target_of_a_rule_is_given_the_event(serve_aws: ServeAws) -> None:
    aws = serve_aws(FILES)
    events, receive = aws.client("events"), aws.queue("heard")
    events.put_rule(Name="ticks", EventPattern='{"source": ["clock"]}')
    targets = [
        {"Id": "queue", "Arn": QUEUE},
        {"Id": "service", "Arn": SERVICE},
        {"Id": "workflow", "Arn": WORKFLOW, "InputPath": "$.detail"},
    ]
    assert events.put_targets(Rule="ticks", Targets=targets)["FailedEntryCount"] == 0
    put(aws, "other", id=1)
    put(aws, "clock", id=2)
    assert json.loads(receive()["Body"])["detail"] == {"id": 2}
    until(lambda: [one["detail"] for one in aws.seen()] == [{"id": 2}])
    (run,) = until(lambda: aws.running.ask("GET", "/order?status=SUCCEEDED").json["executions"])
    assert aws.running.ask("GET", f"/order/{run['id']}").json["input"] == {"id": 2}


def test_a_rule_is_switched_off_and_taken_away(serve_aws: ServeAws) -> None:
    aws = serve_aws(FILES)
    events, receive = aws.client("events"), aws.queue("heard")
    events.put_rule(Name="ticks", EventPattern='{"source": ["clock"]}')
    events.put_targets(Rule="ticks", Targets=[{"Id": "queue", "Arn": QUEUE}])
    assert events.list_rule_names_by_target(TargetArn=QUEUE)["RuleNames"] == ["ticks"]
    events.disable_rule(Name="ticks")
    put(aws, id=1)
    events.enable_rule(Name="ticks")
    put(aws, id=2)
    assert json.loads(receive()["Body"])["detail"] == {"id": 2}
    with pytest.raises(ClientError, match="since it has targets"):
        events.delete_rule(Name="ticks")
    events.remove_targets(Rule="ticks", Ids=["queue"])
    events.delete_rule(Name="ticks")
    with pytest.raises(events.exceptions.ResourceNotFoundException):
        events.describe_rule(Name="ticks")


def test_the_rules_of_the_project_are_listed_and_left_alone(serve_aws: ServeAws) -> None:
    events = serve_aws(FILES).client("events")
    (rule,) = events.list_rules()["Rules"]
    assert (rule["Name"], rule["ManagedBy"]) == ("order-1", "coworks")
    assert json.loads(rule["EventPattern"]) == {"source": ["shop"], "detail-type": ["Order placed"]}
    assert events.list_targets_by_rule(Rule="order-1")["Targets"] == [{"Id": "order", "Arn": WORKFLOW}]
    with pytest.raises(events.exceptions.ManagedRuleException):
        events.delete_rule(Name="order-1")


def test_rules_outlive_a_restart(serve_aws: ServeAws) -> None:
    aws = serve_aws(FILES)
    events = aws.client("events")
    events.put_rule(Name="ticks", EventPattern='{"source": ["clock"]}', Description="each of them")
    kept = Kept(aws.running.system.project.settings.state_folder / "aws.db")
    rules = Rules(kept, lambda: aws.running.system.project)
    assert rules.all()["ticks"].told["Description"] == "each of them"
    kept.close()


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({"Arn": "arn:aws:kinesis:us-east-1:0:stream/x"}, "ValidationException"),
        ({"Arn": QUEUE, "Input": "{"}, "ValidationException"),
        ({"Arn": QUEUE, "InputPath": "detail"}, "ValidationException"),
        ({"Arn": QUEUE, "InputPath": "$.detail", "Input": "{}"}, "ValidationException"),
        ({"Arn": f"{QUEUE}.fifo"}, "ValidationException"),
    ],
)
def test_a_target_that_cannot_be_is_refused(serve_aws: ServeAws, target: dict[str, Any], code: str) -> None:
    events = serve_aws().client("events")
    events.put_rule(Name="ticks", EventPattern='{"source": ["clock"]}')
    with pytest.raises(ClientError) as caught:
        events.put_targets(Rule="ticks", Targets=[{"Id": "one", **target}])
    assert caught.value.response["Error"]["Code"] == code


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"Name": "a b", "EventPattern": '{"source": ["x"]}'}, "ValidationException"),
        ({"Name": "a", "EventPattern": '{"source": "x"}'}, "InvalidEventPatternException"),
        ({"Name": "a", "ScheduleExpression": "rate(1 minute)"}, "ValidationException"),
        (
            {"Name": "a", "EventPattern": '{"source": ["x"]}', "EventBusName": "b"},
            "ResourceNotFoundException",
        ),
    ],
)
def test_a_rule_that_cannot_be_is_refused(serve_aws: ServeAws, rule: dict[str, str], code: str) -> None:
    with pytest.raises(ClientError) as caught:
        serve_aws().client("events").put_rule(**rule)
    assert caught.value.response["Error"]["Code"] == code
