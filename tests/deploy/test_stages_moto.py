"""`cws plan` and `cws diff` against what AWS (moto) has: its templates, and the executions that run."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

import pytest
from tests.cli.conftest import Cws
from tests.deploy.conftest import Load, Templates
from tests.deploy.moto_aws import REGION, Moto, moto

from coworks.deploy.template import Template

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

REST = textwrap.dedent("""
    states:
      - name: Rest
        wait: 1 hour
""")
PROJECT = '[tool.coworks]\nname = "shop"\n'
FILES = {"biz/rest.yml": REST, "pyproject.toml": PROJECT}
LONGER = {**FILES, "biz/rest.yml": REST.replace("1 hour", "2 hours")}
EXPRESS = {**FILES, "pyproject.toml": f'{PROJECT}[tool.coworks.workflows.rest]\ntype = "express"\n'}
# What moto's CloudFormation makes of a workflow.
MADE = ("AWS::IAM::Role", "AWS::Logs::LogGroup", "AWS::StepFunctions::StateMachine")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Moto]:
    with moto() as running:
        given = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any", "AWS_REGION": REGION}
        for name, value in {**given, "AWS_ENDPOINT_URL": running.url}.items():
            monkeypatch.setenv(name, value)
        yield running
        running.forget()


def make(aws: Moto, template: Template) -> None:
    """Have the stack of a workflow, and two of its executions that run."""
    resources = {key: one for key, one in template.body["Resources"].items() if one["Type"] in MADE}
    body = json.dumps({"Resources": resources})
    aws.client("cloudformation").create_stack(StackName=template.stack, TemplateBody=body)
    states = aws.client("stepfunctions")
    (machine,) = [
        one for one in states.list_state_machines()["stateMachines"] if one["name"] == template.stack
    ]
    for _ in range(2):
        states.start_execution(stateMachineArn=machine["stateMachineArn"], input="{}")


@pytest.mark.parametrize(("changed", "effect"), [(LONGER, "finish"), (EXPRESS, "stop")])
def test_a_plan_counts_what_runs_and_says_what_becomes_of_it(
    cws: Cws, aws: Moto, templates: Templates, load: Load, changed: dict[str, str], effect: str
) -> None:
    make(aws, templates(FILES)["rest"])
    planned = cws("-p", load(changed).root, "plan", "--stage", "dev", "--json")
    assert planned.returncode == 0, planned.stderr
    told = json.loads(planned.stdout)
    assert told["running"] == [{"workflow": "rest", "count": 2, "effect": effect, "services": []}]


def test_two_stages_are_compared_as_they_are_deployed(
    cws: Cws, aws: Moto, templates: Templates, load: Load
) -> None:
    for stage, files in (("dev", FILES), ("prod", LONGER)):
        make(aws, templates(files, stage)["rest"])
    compared = cws("-p", load(FILES).root, "diff", "--stage", "dev", "--stage", "prod", "--json")
    assert compared.returncode == 0, compared.stderr
    (change,) = json.loads(compared.stdout)["rest"]["changes"]
    assert (change["action"], change["kind"]) == ("change", "AWS::StepFunctions::StateMachine")
