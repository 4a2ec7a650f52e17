"""A call is one line, for people in columns, for programs as an object."""

from __future__ import annotations

import json
import logging

import click
import pytest

from coworks.cli.lines import JsonLines, TextLines
from coworks.engine.access import Call


def record(call: Call | None = None, level: int = logging.INFO) -> logging.LogRecord:
    one = logging.LogRecord("coworks.access", level, __file__, 1, "told", None, None)
    if call:
        one.call = call
    return one


def test_calls_stand_in_columns() -> None:
    lines = TextLines(colours=False)
    calls = [Call("mail", "POST", "/send", 200, 3.4), Call("payment", "GET", "/", 404, 1021.7)]
    told = [lines.format(record(call)) for call in calls]
    assert told[0].split() == [told[0][:8], "mail", "POST", "/send", "200", "3.4", "ms"]
    assert len({line.index(method) for line, method in zip(told, ["POST", "GET"], strict=True)}) == 1
    assert len(set(map(len, told))) == 1


@pytest.mark.parametrize(
    ("status", "colour"),
    [(204, "green"), ("done", "green"), (404, "yellow"), (500, "red"), ("ValueError", "red")],
)
def test_a_terminal_shows_by_colour_how_a_call_went(status: int | str, colour: str) -> None:
    line = TextLines(colours=True).format(record(Call("a", "GET", "/", status, 1.0)))
    assert click.style(f"{status!s:>4}", fg=colour) in line
    assert "\x1b" not in TextLines(colours=False).format(record(Call("a", "GET", "/", status, 1.0)))


def test_an_object_says_the_same() -> None:
    told = json.loads(JsonLines().format(record(Call("mail", "POST", "/send", 200, 3.4))))
    assert told.pop("time").endswith("Z")
    assert told == {
        "level": "INFO", "service": "mail", "method": "POST", "path": "/send", "status": 200, "ms": 3.4,
    }  # fmt: skip
    assert json.loads(JsonLines().format(record(level=logging.ERROR)))["message"] == "told"
