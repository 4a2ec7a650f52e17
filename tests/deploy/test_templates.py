"""The templates: valid, of least privilege, and what they say of each service and workflow."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import ManualArgs, lint
from tests.deploy.conftest import HELLO

from coworks.deploy import DeployError, OptionError
from coworks.deploy.template import Template
from coworks.deploy.template.roles import WITHOUT_RESOURCES

Templates = Callable[..., dict[str, Template]]

SHOP = """
    from coworks import CORSConfig, TechMicroService, connect, entry
    class Shop(TechMicroService):
        cors = CORSConfig(["https://shop.example"], allow_credentials=True)
        event_patterns = [{"source": ["shop"]}]
        topics = {"prices": {}, "deliveries": {"country": ["fr"]}}
        buckets = {"invoices": {"suffix": ".pdf"}}
        permissions = [{"Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}]
        def auth(self, auth_request):
            return auth_request.token == "Bearer clerk"
        def get_item(self, key, part):
            return connect("hello").get()
        def post_item(self, key, *, count: int):
            return None
        @entry(idempotent=True)
        def post_payment(self, *, amount: int):
            return {"paid": amount}
        @entry(public=True)
        def get_health(self):
            return "up"
"""
NIGHTLY = """
    comment: Every night
    on:
      - cron: 0 3 * * ? *
        timezone: Europe/Paris
        data: {depth: 2}
      - every: 5 minutes
    states:
      - name: Ask
        tech: {service: hello, get: /}
      - name: Ask again
        tech: {service: hello, get: /}
"""
WATCH = """
    on:
      - event:
          source: [shop]
          detail: {total: [{numeric: [">", 1000]}]}
        data: {order: "{% $event.detail.id %}"}
      - bucket: invoices
        prefix: in/
      - topic: stock
        filter: {level: [low]}
      - queue: orders.fifo
      - http: POST /orders
      - http: PUT /orders
        data: {id: "{% $event.body.id %}"}
    states:
      - name: Rest
        wait: 5
"""
PROJECT = {"tech/hello.py": HELLO, "tech/shop.py": SHOP, "biz/nightly.yml": NIGHTLY, "biz/watch.yml": WATCH}


def project(settings: str = "", **files: str) -> dict[str, str]:
    return {**PROJECT, "pyproject.toml": "[tool.coworks]\n" + textwrap.dedent(settings), **files}


def of_type(template: Template, kind: str) -> list[dict[str, Any]]:
    resources = template.body["Resources"].values()
    return [one["Properties"] for one in resources if one["Type"] == f"AWS::{kind}"]


def only(template: Template, kind: str) -> dict[str, Any]:
    (one,) = of_type(template, kind)
    return one


# cfn-lint takes no expression for the timeout of a task; Step Functions does, in JSONata:
# https://states-language.net/spec.html#task-state, and cfn-lint's issue 4342 for the same in a Wait.
CFN_LINT_IS_WRONG = re.compile(
    r"E3601 '\{% [^']* %\}' is not of type 'number' at 'States/[^']*/TimeoutSeconds'"
)


def complaints(template: Template) -> list[str]:
    found = lint(template.to_json(), config=ManualArgs(regions=["eu-west-1"]))
    told = [f"{one.rule.id} {one.message} at {one.path}" for one in found]
    return [one for one in told if not CFN_LINT_IS_WRONG.match(one)]


OPTIONS = {
    "none": "",
    "rest": """
        api = "rest"
        [tool.coworks.services.shop]
        domain = "shop.example.com"
        certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
    """,
    "no api, no queue, no alarms": 'api = "none"\nqueue = false\nalarms = false\ntracing = false\n',
    "all": """
        architecture = "arm64"
        alarms_topic = "arn:aws:sns:eu-west-1:123456789012:ops"
        python = "3.12"
        memory = 512
        timeout = 60
        environment = {COLOUR = "blue"}
        secrets = {PASSWORD = "secretsmanager:shop/smtp:password", KEY = "ssm:/shop/key"}
        identity = []
        fifo = true
        [tool.coworks.services.shop]
        domain = "shop.example.com"
        certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
        [tool.coworks.workflows.nightly]
        type = "express"
    """,
}


def test_the_checker_complains_of_a_template_that_is_wrong() -> None:
    body = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"Delay": 1}}}}
    assert complaints(Template("x", "x", "service", body))


# The checker takes seconds: the option with most in it is for every run, the others for the slow ones.
@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(text, id=name, marks=[] if name == "all" else pytest.mark.slow)
        for name, text in OPTIONS.items()
    ],
)
def test_cloudformation_accepts_every_option(templates: Templates, settings: str) -> None:
    for template in templates(project(settings)).values():
        assert complaints(template) == []


SAMPLES = sorted(one for one in (Path(__file__).parents[2] / "samples").iterdir() if one.is_dir())
# What is not known before it runs: which execution, and whose task it is that a person answers.
_UNKNOWN = re.compile(r":execution:[a-z0-9_-]+:\*|:stateMachine:[a-z0-9-]+-dev-\*")


@pytest.mark.slow
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_is_accepted_by_cloudformation_and_opens_nothing(sample: Path, templates: Templates) -> None:
    files = {
        str(file.relative_to(sample)): file.read_text(encoding="utf-8")
        for file in sample.rglob("*")
        if file.suffix in {".py", ".yml", ".toml"} and ".coworks" not in file.parts
    }
    for template in templates(files).values():
        assert complaints(template) == []
        for statement in statements(template):
            assert not [action for action in statement["Action"] if "*" in action]
            if "*" in _UNKNOWN.sub("", json.dumps(statement["Resource"])):
                assert set(statement["Action"]) <= WITHOUT_RESOURCES, statement


def statements(template: Template) -> Iterator[dict[str, Any]]:
    for role in of_type(template, "IAM::Role"):
        for policy in role["Policies"]:
            yield from policy["PolicyDocument"]["Statement"]


@pytest.mark.parametrize("settings", OPTIONS.values(), ids=list(OPTIONS))
def test_no_policy_has_a_star_where_a_name_is_known(templates: Templates, settings: str) -> None:
    for template in templates(project(settings)).values():
        for statement in statements(template):
            assert not [action for action in statement["Action"] if "*" in action]
            if "*" in json.dumps(statement["Resource"]).replace("photos/*", ""):
                assert set(statement["Action"]) <= WITHOUT_RESOURCES


def test_a_service_may_do_what_it_declares_and_needs_and_nothing_else(templates: Templates) -> None:
    shop = templates(project())["shop"]
    allowed = {
        action
        for one in statements(shop)
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    }
    assert allowed == {
        "logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
        "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage",
        "lambda:InvokeFunction", "s3:GetObject",
        "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem",
    }  # fmt: skip
    (invoke,) = [one for one in statements(shop) if one["Action"] == ["lambda:InvokeFunction"]]
    assert [target["Fn::Sub"].rpartition("function:")[2] for target in invoke["Resource"]] == [
        "shop-dev-hello:live"
    ]
    variables = only(shop, "Lambda::Function")["Environment"]["Variables"]
    assert variables["CWS_FUNCTION_HELLO"] == "shop-dev-hello:live"


def test_a_service_may_publish_to_the_topics_it_names_and_to_no_other(templates: Templates) -> None:
    elsewhere = "arn:aws:sns:eu-west-1:123456789012:ops"
    notify = {"tech/notify.py": "from coworks.catalog.notify import NotifyMicroService as service\n"}
    settings = f'[tool.coworks.services.notify]\npublish = ["stock", "{elsewhere}"]\n'
    for named, resources in (
        (
            settings,
            [
                [
                    {"Fn::Sub": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:stock"},
                    elsewhere,
                ]
            ],
        ),
        ("", []),
    ):
        made = templates(project(named, **notify))["notify"]
        assert [one["Resource"] for one in statements(made) if one["Action"] == ["sns:Publish"]] == resources


def test_who_leaves_orders_in_a_queue_may_send_to_it_alone(templates: Templates) -> None:
    shop = SHOP.replace('connect("hello").get()', 'connect("hello").queue.get()')
    found = [
        one
        for one in statements(templates(project(**{"tech/shop.py": shop}))["shop"])
        if "SendMessage" in str(one)
    ]
    (statement,) = found
    assert statement["Action"] == ["sqs:GetQueueUrl", "sqs:SendMessage"]
    assert [target["Fn::Sub"].rpartition(":")[2] for target in statement["Resource"]] == ["shop-dev-hello"]


ORDERED = SHOP.replace('connect("hello").get()', 'connect("hello").queue(group="a").get()')


def test_a_fifo_queue_keeps_the_order_of_groups(templates: Templates) -> None:
    made = templates(project("[tool.coworks.services.hello]\nfifo = true\n", **{"tech/shop.py": ORDERED}))
    queues = {one["QueueName"]: one for one in of_type(made["hello"], "SQS::Queue")}
    name = "shop-dev-hello"
    assert set(queues) == {name, f"{name}-dead", f"{name}.fifo", f"{name}-dead.fifo"}
    ordered = queues[f"{name}.fifo"]
    assert (ordered["FifoQueue"], ordered["ContentBasedDeduplication"]) == (True, True)
    assert ordered["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["FifoDeadLetters", "Arn"]}
    assert queues[f"{name}-dead.fifo"]["FifoQueue"] is True
    assert len(of_type(made["hello"], "Lambda::EventSourceMapping")) == 2
    (read,) = [one for one in statements(made["hello"]) if "sqs:ReceiveMessage" in one["Action"]]
    assert read["Resource"] == [{"Fn::GetAtt": [queue, "Arn"]} for queue in ("Queue", "FifoQueue")]
    (send,) = [one for one in statements(made["shop"]) if "sqs:SendMessage" in one["Action"]]
    assert [one["Fn::Sub"].rpartition(":")[2] for one in send["Resource"]] == [name, f"{name}.fifo"]
    assert "FifoQueueUrl" in made["hello"].body["Outputs"]
    assert len(of_type(made["hello"], "CloudWatch::Alarm")) == 6


def test_a_route_for_each_entry_guarded_unless_public(templates: Templates) -> None:
    made = templates(project())
    routes = {
        one["RouteKey"]: one.get("AuthorizationType") for one in of_type(made["shop"], "ApiGatewayV2::Route")
    }
    assert routes == {
        "$default": None, "GET /health": None, "HEAD /health": None, "GET /item/{key}/{part}": "CUSTOM",
        "HEAD /item/{key}/{part}": "CUSTOM", "POST /item/{key}": "CUSTOM",
        "POST /payment": "CUSTOM",
    }  # fmt: skip
    authorizer = only(made["shop"], "ApiGatewayV2::Authorizer")
    assert authorizer["EnableSimpleResponses"] is True
    assert authorizer["AuthorizerPayloadFormatVersion"] == "2.0"
    assert authorizer["AuthorizerResultTtlInSeconds"] == 0
    assert of_type(made["hello"], "ApiGatewayV2::Authorizer") == []


def test_cors_is_told_to_the_gateway(templates: Templates) -> None:
    made = templates(project())
    assert only(made["shop"], "ApiGatewayV2::Api")["CorsConfiguration"] == {
        "AllowOrigins": ["https://shop.example"],
        "AllowMethods": ["GET", "POST"],
        "AllowHeaders": ["*", "authorization"],
        "AllowCredentials": True,
        "MaxAge": 600,
    }
    assert "CorsConfiguration" not in only(made["hello"], "ApiGatewayV2::Api")


def test_messages_that_failed_are_told_one_by_one_and_end_with_the_dead(templates: Templates) -> None:
    hello = templates(project("timeout = 10\n"))["hello"]
    mapping = only(hello, "Lambda::EventSourceMapping")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["FunctionName"] == {"Ref": "Alias"}
    queue = next(one for one in of_type(hello, "SQS::Queue") if one["QueueName"] == "shop-dev-hello")
    assert queue["VisibilityTimeout"] == 60
    dead = {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    assert queue["RedrivePolicy"] == {"deadLetterTargetArn": dead, "maxReceiveCount": 3}


def test_a_workflow_may_call_the_services_it_names_and_its_schedules_start_it(templates: Templates) -> None:
    nightly = templates(project())["nightly"]
    machine = only(nightly, "StepFunctions::StateMachine")
    here = "${AWS::Region}:${AWS::AccountId}"
    arn = {"Fn::Sub": f"arn:${{AWS::Partition}}:lambda:{here}:function:shop-dev-hello:live"}
    assert machine["DefinitionSubstitutions"] == {"hello": arn}
    calls = [one for one in statements(nightly) if one["Action"] == ["lambda:InvokeFunction"]]
    assert [one["Resource"] for one in calls] == [arn]
    cron, every = of_type(nightly, "Scheduler::Schedule")
    assert (cron["ScheduleExpression"], cron["ScheduleExpressionTimezone"]) == (
        "cron(0 3 * * ? *)",
        "Europe/Paris",
    )
    assert json.loads(cron["Target"]["Input"]) == {"depth": 2}
    assert every["ScheduleExpression"] == "rate(5 minutes)"
    assert every["Target"]["Arn"] == {"Ref": "Alias"}


def test_a_workflow_that_skips_overlaps_may_list_its_own_runs_and_start_itself(templates: Templates) -> None:
    importing = """
        overlap: skip
        states:
          - name: Import
            wait: 5
          - name: Go on
            again:
    """
    template = templates(project(**{"biz/importing.yml": textwrap.dedent(importing)}))["importing"]
    machine = only(template, "StepFunctions::StateMachine")
    own = machine["DefinitionSubstitutions"]["importing"]
    assert "stateMachine:shop-dev-importing" in own["Fn::Sub"]
    allowed = {one["Action"][0]: one["Resource"] for one in statements(template)}
    assert allowed["states:ListExecutions"] == allowed["states:StartExecution"] == own


def test_another_code_is_another_version_and_the_old_one_stays(templates: Templates) -> None:
    before = templates(project())["hello"]
    after = templates(project(**{"tech/hello.py": HELLO.replace('"hello"', '"bye"')}))["hello"]

    def versions(template: Template) -> list[str]:
        resources: Mapping[str, Any] = template.body["Resources"]
        return [name for name, one in resources.items() if one["Type"] == "AWS::Lambda::Version"]

    assert versions(before) != versions(after)
    assert before.body["Resources"][versions(before)[0]]["DeletionPolicy"] == "Retain"


def test_the_same_project_gives_the_same_template(templates: Templates) -> None:
    first, second = templates(project()), templates(project())
    assert {name: one.to_json() for name, one in first.items()} == {
        name: one.to_json() for name, one in second.items()
    }


def test_secrets_are_references_and_never_values(templates: Templates) -> None:
    variables = only(templates(project(OPTIONS["all"]))["hello"], "Lambda::Function")["Environment"][
        "Variables"
    ]
    assert variables["PASSWORD"] == "{{resolve:secretsmanager:shop/smtp:SecretString:password}}"
    assert variables["KEY"] == "{{resolve:ssm:/shop/key}}"


def test_the_stage_and_the_service_say_more_than_the_project(templates: Templates) -> None:
    settings = """
        memory = 256
        environment = {A1 = "all", B1 = "all"}
        [tool.coworks.services.hello]
        memory = 512
        environment = {B1 = "hello"}
        [tool.coworks.stages.prod]
        timeout = 60
        [tool.coworks.stages.prod.services.hello]
        memory = 1024
        [tool.coworks.stages.dev]
    """
    function = {
        stage: only(templates(project(settings), stage)["hello"], "Lambda::Function")
        for stage in ("dev", "prod")
    }
    assert [function[stage]["MemorySize"] for stage in ("dev", "prod")] == [512, 1024]
    assert [function[stage]["Timeout"] for stage in ("dev", "prod")] == [30, 60]
    variables = function["prod"]["Environment"]["Variables"]
    assert (variables["A1"], variables["B1"], variables["CWS_STAGE"]) == ("all", "hello", "prod")


MANY = HELLO + "".join(
    f"    def post_{number}(self):\n        return None\n" for number in range(500)
).replace("    def", "        def").replace("        return", "            return")
OPEN = HELLO.replace("public = True", "pass")
APPROVAL = "from coworks.catalog.approval import ApprovalMicroService as service\n"
SDK = """
    {"StartAt": "Look", "States": {"Look": {"Type": "Task", "End": true,
     "Resource": "arn:aws:states:::aws-sdk:s3:getObject", "Parameters": {"Bucket": "b", "Key": "k"}}}}
"""


@pytest.mark.parametrize(
    ("files", "said", "fix"),
    [
        ({"tech/hello.py": OPEN}, 'the service "hello" has no auth', "public = True"),
        (project("memory = 64\n"), r"memory = 64: is not possible", "128 to 10240"),
        (project("memroy = 256\n"), 'has no setting "memroy"', 'did you mean "memory"?'),
        (project("[tool.coworks.services.helo]\n"), "is for no service", 'did you mean "hello"?'),
        (project("[tool.coworks.stages.prd]\n"), 'no stage "dev"', "known: prd"),
        (project('publish = ["*"]\n'), "no list of topics", 'write ["NAME", "arn:aws:sns:'),
        (project('secrets = {PASSWORD = "hunter2"}\n'), "where the secret is kept", "secretsmanager:"),
        (project('permissions = [{Action = "*", Resource = "*"}]\n'), "no action of one", "s3:GetObject"),
        (project(**{"biz/other.yml": WATCH}), "both wait for the queue orders.fifo", "publish to a topic"),
        (
            project(**{"biz/watch.yml": WATCH.replace("event.body.id", "event.query.id")}),
            r"takes \$event.query.id",
            "name parts of $event.body",
        ),
        (project(**{"tech/shop.py": ORDERED}), '"hello" has no FIFO queue', "hello] fifo = true"),
        (
            project(**{f"biz/{'w' * 75}.yml": "states:\n  - name: Rest\n    wait: 5\n"}),
            "84 characters, and AWS takes 80 as the name of a state machine",
            "shorter name",
        ),
        (project(**{"tech/hello.py": MANY}), "would have 5.. resources, and CloudFormation", "split"),
        (project(f'name = "{"x" * 60}"\n'), "AWS takes 64", "shorter name"),
        (project('name = "Shop"\n'), "cannot be part of a name", "lower-case"),
        (project(**{"tech/a_b.py": HELLO, "tech/a-b.py": HELLO}), "would both be the stack", "rename"),
        (project(**{"tech/approval.py": APPROVAL}), "needs the variable APPROVAL_SECRET", "secretsmanager:"),
        (project(**{"biz/look.asl.json": SDK}), "calls aws-sdk:s3:getObject", 'Action = "s3:GetObject"'),
    ],
)  # fmt: skip
def test_what_cannot_be_deployed_is_refused_with_its_fix(
    templates: Templates, files: dict[str, str], said: str, fix: str
) -> None:
    with pytest.raises(Exception, match=said) as refused:
        templates(files)
    assert isinstance(refused.value, (DeployError, OptionError)) or "memroy" in said
    assert fix in (getattr(refused.value, "hint", "") or "")


def test_a_declared_permission_lets_a_workflow_call_aws(templates: Templates) -> None:
    settings = """
        [tool.coworks.workflows.look]
        permissions = [{Action = "s3:GetObject", Resource = "arn:aws:s3:::b/*"}]
    """
    look = templates(project(settings, **{"biz/look.asl.json": SDK}))["look"]
    (statement,) = [one for one in statements(look) if one["Action"] == "s3:GetObject"]
    assert statement["Resource"] == "arn:aws:s3:::b/*"


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ("", {"Fn::GetAtt": ["Api", "ApiEndpoint"]}),
        ('domain = "ok.example.com"\ncertificate = "arn:aws:acm:1"\n', "https://ok.example.com"),
        ('environment = {APPROVAL_URL = "https://example.com/ok"}\n', "https://example.com/ok"),
    ],
)
def test_an_approval_may_answer_the_workflows_and_knows_its_address(
    templates: Templates, settings: str, address: Any
) -> None:
    own = f"[tool.coworks.services.approval]\n{settings}secrets = {{APPROVAL_SECRET = 'ssm:/approval'}}\n"
    made = templates(project(own, **{"tech/approval.py": APPROVAL}))["approval"]
    variables = only(made, "Lambda::Function")["Environment"]["Variables"]
    assert variables["APPROVAL_URL"] == address
    (answers,) = [one for one in statements(made) if "states:SendTaskSuccess" in one["Action"]]
    assert answers["Action"] == ["states:SendTaskFailure", "states:SendTaskSuccess"]
    assert answers["Resource"]["Fn::Sub"].endswith(":stateMachine:shop-dev-*")


def test_every_trigger_leads_to_the_workflow(templates: Templates) -> None:
    watch = templates(project())["watch"]
    event, bucket = of_type(watch, "Events::Rule")
    assert event["EventPattern"] == {"source": ["shop"], "detail": {"total": [{"numeric": [">", 1000]}]}}
    assert bucket["EventPattern"]["detail"]["object"] == {"key": [{"wildcard": "in/*"}]}
    for rule, number in ((event, 1), (bucket, 2)):
        (target,) = rule["Targets"]
        assert target["Arn"] == {"Ref": f"Starter{number}"}
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["DeadLetters", "Arn"]}}
    topic, queue = of_type(watch, "Pipes::Pipe")
    assert topic["Source"] == only(watch, "SNS::Subscription")["Endpoint"]
    assert queue["Source"]["Fn::Sub"].endswith(":orders.fifo")
    assert queue["SourceParameters"] == {"SqsQueueParameters": {"BatchSize": 1}}
    assert [one["Target"] for one in (topic, queue)] == [{"Ref": "Starter3"}, {"Ref": "Starter4"}]
    starters = [one for one in of_type(watch, "StepFunctions::StateMachine") if "StateMachineName" not in one]
    assert {one["DefinitionSubstitutions"]["Workflow"]["Ref"] for one in starters} == {"Alias"}
    assert {one["StateMachineType"] for one in starters} == {"EXPRESS"}


def test_addresses_of_workflows_ask_for_a_signature(templates: Templates) -> None:
    watch = templates(project())["watch"]
    routes = of_type(watch, "ApiGatewayV2::Route")
    assert {one["RouteKey"]: one["AuthorizationType"] for one in routes} == {
        "POST /orders": "AWS_IAM",
        "PUT /orders": "AWS_IAM",
    }
    parameters = [one["RequestParameters"] for one in of_type(watch, "ApiGatewayV2::Integration")]
    assert parameters == [
        {"StateMachineArn": {"Ref": "Alias"}, "Input": "$request.body"},
        {"StateMachineArn": {"Ref": "Starter6"}, "Input": "$request.body"},
    ]


def test_who_starts_a_workflow_may_do_that_alone(templates: Templates) -> None:
    watch = templates(project("tracing = false\n"))["watch"]
    roles: dict[str, list[tuple[list[str], Any]]] = {}
    for one in of_type(watch, "IAM::Role"):
        trust = one["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]
        (policy,) = one["Policies"]
        found = [(each["Action"], each["Resource"]) for each in policy["PolicyDocument"]["Statement"]]
        roles.setdefault(trust.partition(".")[0], []).extend(found)
    start = ["states:StartExecution"]
    assert roles["events"] == [(start, [{"Ref": "Starter1"}, {"Ref": "Starter2"}])]
    workflow = [{"Ref": "StateMachine"}, {"Ref": "Alias"}]
    assert roles["apigateway"] == [(start, [*workflow, {"Ref": "Starter6"}])]
    read = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    assert [actions for actions, _ in roles["pipes"]] == [read, ["states:StartSyncExecution"]] * 2
    policies = of_type(watch, "SQS::QueuePolicy")
    assert all(one["PolicyDocument"]["Statement"][0]["Condition"] for one in policies)


def test_answers_of_idempotent_entries_have_a_table_that_forgets(templates: Templates) -> None:
    made = templates(project())
    table = only(made["shop"], "DynamoDB::Table")
    assert table["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiration", "Enabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    variables = only(made["shop"], "Lambda::Function")["Environment"]["Variables"]
    assert variables["CWS_IDEMPOTENCY_TABLE"] == {"Ref": "Answers"}
    (statement,) = [one for one in statements(made["shop"]) if "dynamodb" in str(one["Action"])]
    assert statement["Resource"] == {"Fn::GetAtt": ["Answers", "Arn"]}
    assert of_type(made["hello"], "DynamoDB::Table") == []


def test_a_service_hears_of_its_events_topics_and_buckets(templates: Templates) -> None:
    shop = templates(project())["shop"]
    rule, of_files = of_type(shop, "Events::Rule")
    assert rule["EventPattern"] == {"source": ["shop"]}
    assert of_files["EventPattern"]["detail"] == {
        "bucket": {"name": ["invoices"]},
        "object": {"key": [{"wildcard": "*.pdf"}]},
    }
    assert rule["Targets"] == of_files["Targets"] == [{"Id": "service", "Arn": {"Ref": "Alias"}}]
    heard = {
        one["TopicArn"]["Fn::Sub"].rpartition(":")[2]: one.get("FilterPolicy")
        for one in of_type(shop, "SNS::Subscription")
    }
    assert heard == {"prices": None, "deliveries": {"country": ["fr"]}}
    callers = [one for one in of_type(shop, "Lambda::Permission") if "apigateway" not in one["Principal"]]
    assert sorted(one["Principal"] for one in callers) == [
        *["events.amazonaws.com"] * 2,
        *["sns.amazonaws.com"] * 2,
    ]
    assert all(one["SourceArn"] for one in callers)
