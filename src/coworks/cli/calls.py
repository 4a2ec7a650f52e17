"""The commands that talk to what is deployed: `invoke`, `logs`."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from coworks.biz import DurationError, parse_duration
from coworks.cli.printing import print_json
from coworks.deploy.preparation import Located, locate
from coworks.deploy.stacks import connect
from coworks.deploy.stacks.calls import invoke as invoke_function
from coworks.deploy.stacks.calls import log_lines
from coworks.deploy.templates import names_of
from coworks.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
_LOOK_EVERY = 2.0
_stage = click.option("--stage", help="The stage (default: CWS_STAGE).")


@click.command()
@click.argument("service")
@click.argument("method", type=click.Choice(_METHODS, case_sensitive=False))
@click.argument("path")
@click.option("--query", default="{}", help="The query, as a JSON object.")
@click.option("--body", help="The body, as JSON.")
@_stage
@click.pass_obj
def invoke(
    project_dir: Path, service: str, method: str, path: str, query: str, body: str | None, stage: str | None
) -> None:
    """Give an order to a deployed service, and print what it answers."""
    order: dict[str, Any] = {
        "coworks": 1,
        "method": method.upper(),
        "path": path,
        "query": _json("--query", query),
    }
    if body is not None:
        order["body"] = _json("--body", body)
    located = locate(project_dir, stage, (service,))
    if located.stacks[0].kind != "service":
        raise UsageError(f'"{service}" is a workflow', hint=f"start it: cws start {service}")
    answer = invoke_function(connect(located.options), names_of(located.project).of(service), order)
    if isinstance(answer, str):
        click.echo(answer)
    else:
        print_json(answer)


@click.command()
@click.argument("name")
@click.option(
    "--since", default="10 minutes", show_default=True, help="How far back: 30 seconds, 2 hours, ..."
)
@click.option("-f", "--follow", is_flag=True, help="Go on until Ctrl-C.")
@_stage
@click.pass_obj
def logs(project_dir: Path, name: str, since: str, follow: bool, stage: str | None) -> None:
    """Print what a deployed service or workflow logged."""
    try:
        begin = int((time.time() - parse_duration(since)) * 1000)
    except DurationError as error:
        raise UsageError(f"--since: {error}", hint='write for example "2 hours"') from None
    located = locate(project_dir, stage, (name,))
    pause = (lambda: time.sleep(_LOOK_EVERY)) if follow else None
    for moment, line in log_lines(connect(located.options), _group(located), begin, pause):
        click.echo(f"{datetime.fromtimestamp(moment / 1000).astimezone():%Y-%m-%d %H:%M:%S} {line}")


def _group(located: Located) -> str:
    (stack,) = located.stacks
    own = names_of(located.project).of(stack.name)
    return f"/aws/lambda/{own}" if stack.kind == "service" else f"/aws/vendedlogs/states/{own}"


def _json(option: str, text: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{option} is not JSON: {error.msg} at column {error.colno}",
            hint=f"write it like {option} '{{}}'",
        ) from None
    return found


COMMANDS = (invoke, logs)
