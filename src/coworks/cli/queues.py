"""The queues of a project: what they hold, sending an order by hand, sending dead letters again."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from coworks.cli.inputs import read_json
from coworks.cli.printing import print_json
from coworks.local.control import Control
from coworks.project import read_settings

if TYPE_CHECKING:
    from pathlib import Path

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@click.command()
@click.argument("service")
@click.argument("path")
@click.option(
    "--method", default="POST", show_default=True, type=click.Choice(_METHODS, case_sensitive=False)
)
@click.option("--json", "body", help="The body of the order, as JSON, or @FILE.")
@click.option("--query", help="The query of the order, as a JSON object, or @FILE.")
@click.option("--delay", type=click.IntRange(0, 900), help="Seconds before it can be read.")
@click.option("--group", help="The group within which the order is kept.")
@click.pass_obj
def send(
    project_dir: Path,
    service: str,
    path: str,
    method: str,
    body: str | None,
    query: str | None,
    delay: int | None,
    group: str | None,
) -> None:
    """Leave an order in the queue of a service of the running project."""
    order: dict[str, Any] = {"coworks": 1, "method": method.upper(), "path": f"/{path.removeprefix('/')}"}
    if body is not None:
        order["body"] = json.loads(read_json("--json", body, """'{"to_addrs": ["ops@example.com"]}'"""))
    if query is not None:
        order["query"] = json.loads(read_json("--query", query, """'{"lang": "en"}'"""))
    queue = service if group is None else f"{service}.fifo"
    told = {"body": order, "delay": delay, "group": group}
    with closing(Control(read_settings(project_dir))) as control:
        click.echo(control.tell(f"_queues/{quote(queue, safe='')}", told)["id"])


@click.command()
@click.option("--redrive", metavar="QUEUE", help="Send the dead letters in this queue again.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def queues(project_dir: Path, redrive: str | None, as_json: bool) -> None:
    """List the queues of the running project and how many messages they hold."""
    with closing(Control(read_settings(project_dir))) as control:
        if redrive is not None:
            told = control.tell(f"_queues/{quote(redrive, safe='')}/redrive", {})
            click.echo(f"{told['redriven']} sent again")
            return
        found = control.look("_queues")["queues"]
    if as_json:
        print_json(found)
        return
    width = max((len(queue["name"]) for queue in found), default=0)
    for queue in found:
        held = f"{queue['waiting']} waiting, {queue['in_flight']} in flight, {queue['delayed']} delayed"
        click.echo(f"{queue['name']:<{width}}  {held}")


COMMANDS = (send, queues)
