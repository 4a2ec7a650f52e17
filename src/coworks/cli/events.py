"""Telling a running project something by hand: `emit` an event, `notify` a topic."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from coworks.cli.inputs import read_json
from coworks.errors import UsageError
from coworks.local.control import Control
from coworks.project import read_settings

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("source")
@click.argument("detail_type")
@click.option("--detail", default="{}", help="A JSON object, or @FILE for a file that holds it.")
@click.option("--resource", "resources", multiple=True, help="An ARN that the event is about.")
@click.pass_obj
def emit(project_dir: Path, source: str, detail_type: str, detail: str, resources: tuple[str, ...]) -> None:
    """Put an event on the bus of the running project."""
    told = {
        "source": source,
        "detail-type": detail_type,
        "detail": json.loads(read_json("--detail", detail, """'{"id": 7}'""")),
        "resources": resources,
    }
    _tell(project_dir, "_events", told)


@click.command()
@click.argument("topic")
@click.argument("message")
@click.option("--subject", help="One line that tells what it is about.")
@click.option("--attribute", "pairs", multiple=True, metavar="NAME=VALUE", help="What filters choose by.")
@click.pass_obj
def notify(project_dir: Path, topic: str, message: str, subject: str | None, pairs: tuple[str, ...]) -> None:
    """Publish a message to a topic of the running project."""
    told = {"message": message, "subject": subject, "attributes": dict(map(_attribute, pairs))}
    _tell(project_dir, f"_topics/{quote(topic, safe='')}", told)


def _attribute(pair: str) -> tuple[str, Any]:
    """A name and its value: a number or a list where it is written as JSON, else a text."""
    name, equals, text = pair.partition("=")
    if not name or not equals:
        raise UsageError(f'--attribute: "{pair}" is no NAME=VALUE', hint="write for example level=low")
    try:
        value = json.loads(text)
    except ValueError:
        return name, text
    is_plain = isinstance(value, int | float | list | str) and not isinstance(value, bool)
    return name, value if is_plain else text


def _tell(project_dir: Path, path: str, told: dict[str, Any]) -> None:
    with closing(Control(read_settings(project_dir))) as control:
        accepted = control.tell(path, told)
    click.echo(f"{accepted['id']} {', '.join(accepted['receivers']) or '(nobody wants it)'}")


COMMANDS = (emit, notify)
