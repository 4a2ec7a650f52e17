"""The function of a service: log group, role, code, and the alias that everybody calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coworks.deploy.naming import ALIAS
from coworks.deploy.template.queue import queue_names
from coworks.deploy.template.resources import Resource, Resources, att, ref, resource, short_hash, sub
from coworks.deploy.template.roles import TRACING, allow, role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coworks.deploy.naming import Names
    from coworks.deploy.options import ServiceOptions

BUCKET = "ArtifactBucket"
_READ = ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
ANSWERS = "Answers"


@dataclass(frozen=True, slots=True)
class Code:
    """A package in the bucket: its digest, its handler, and the services that it calls.

    `queues` are the services that it may leave an order for, `groups` those where it goes to the FIFO queue;
    `keeps_answers` says that it has idempotent entries, whose answers are kept in a table; `answers_tasks`,
    that it gives tasks of workflows their results; `own_address` is the variable that tells it where it
    answers, "" for none.
    """

    digest: str
    handler: str
    connections: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    keeps_answers: bool = False
    answers_tasks: bool = False
    own_address: str = ""
    groups: tuple[str, ...] = ()

    def key(self, names: Names, service: str) -> str:
        """The key of the package: what is in it names it, so a package is never written over."""
        return f"{names.project}/packages/{service}-{self.digest}.zip"


def function_resources(names: Names, service: str, options: ServiceOptions, code: Code) -> Resources:
    """Function, version and alias. The version is new whenever code or configuration is; old ones stay."""
    properties = _properties(names, service, options, code)
    version = f"Version{short_hash(properties)}"
    retained = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    return {
        "LogGroup": resource(
            "AWS::Logs::LogGroup",
            {
                "LogGroupName": f"/aws/lambda/{names.of(service)}",
                "RetentionInDays": options.log_retention_days,
            },
            DeletionPolicy="Delete",
            UpdateReplacePolicy="Delete",
        ),
        **({ANSWERS: _answers()} if code.keeps_answers else {}),
        "Role": role("lambda", _statements(names, options, code), guarded=False),
        "Function": resource("AWS::Lambda::Function", properties),
        version: resource("AWS::Lambda::Version", {"FunctionName": ref("Function")}, **retained),
        "Alias": resource(
            "AWS::Lambda::Alias",
            {"FunctionName": ref("Function"), "FunctionVersion": att(version, "Version"), "Name": ALIAS},
        ),
    }


def _properties(names: Names, service: str, options: ServiceOptions, code: Code) -> dict[str, Any]:
    return {
        "FunctionName": names.of(service),
        "Code": {"S3Bucket": ref(BUCKET), "S3Key": code.key(names, service)},
        "Handler": code.handler,
        "Runtime": f"python{options.python}",
        "Architectures": [options.architecture],
        "MemorySize": options.memory,
        "Timeout": options.timeout,
        "Role": att("Role", "Arn"),
        "Environment": {"Variables": _environment(names, options, code)},
        "TracingConfig": {"Mode": "Active" if options.tracing else "PassThrough"},
        "LoggingConfig": {"LogFormat": "JSON", "LogGroup": ref("LogGroup")},
    }


def _environment(names: Names, options: ServiceOptions, code: Code) -> dict[str, Any]:
    called = {_variable(name): f"{names.of(name)}:{ALIAS}" for name in code.connections}
    own = {"CWS_PROJECT": names.project, "CWS_STAGE": names.stage}
    secrets = {name: _reference(source) for name, source in options.secrets.items()}
    kept = {"CWS_IDEMPOTENCY_TABLE": ref(ANSWERS)} if code.keeps_answers else {}
    told = code.own_address and options.api != "none"
    where = f"https://{options.domain}" if options.domain else api_address(options)
    address = {code.own_address: where} if told else {}
    return {**called, **kept, **own, **address, **options.environment, **secrets}


def api_address(options: ServiceOptions) -> Any:
    """Where AWS puts the service's API."""
    if options.api == "rest":
        return sub(f"https://${{Api}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{ALIAS}")
    return att("Api", "ApiEndpoint")


def _variable(service: str) -> str:
    return f"CWS_FUNCTION_{service.upper().replace('-', '_')}"


def _reference(source: str) -> str:
    """Where CloudFormation fetches a secret, so that no template holds it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
    """
    store, _, name = source.partition(":")
    if store == "ssm":
        return f"{{{{resolve:ssm:{name}}}}}"
    identity, _, key = name.partition(":")
    return f"{{{{resolve:secretsmanager:{identity}:SecretString{f':{key}' if key else ''}}}}}"


def _answers() -> Resource:
    """The table that `coworks/tech/answer_stores.py` reads: for a time, so it goes with the stack."""
    return resource(
        "AWS::DynamoDB::Table",
        {
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "TimeToLiveSpecification": {"AttributeName": "expiration", "Enabled": True},
        },
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Delete",
    )


def _statements(names: Names, options: ServiceOptions, code: Code) -> Iterable[Mapping[str, Any]]:
    yield allow(("logs:CreateLogStream", "logs:PutLogEvents"), att("LogGroup", "Arn"))
    if options.tracing:
        yield allow(TRACING, "*")
    if queues := [att(name, "Arn") for name in queue_names(options)]:
        yield allow(_READ, queues if len(queues) > 1 else queues[0])
    if code.connections:
        yield allow("lambda:InvokeFunction", [names.function_arn(name) for name in code.connections])
    if code.queues:
        named = [names.queue_arn(name) for name in code.queues]
        named += [names.queue_arn(name, fifo=True) for name in code.groups]
        yield allow(("sqs:GetQueueUrl", "sqs:SendMessage"), named)
    if code.keeps_answers:
        changes = ("dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
        yield allow(changes, att(ANSWERS, "Arn"))
    if code.answers_tasks:
        yield allow(("states:SendTaskFailure", "states:SendTaskSuccess"), names.machine_arn("*"))
    if options.publish:
        yield allow("sns:Publish", [names.topic_arn(topic) for topic in options.publish])
    yield from options.permissions
