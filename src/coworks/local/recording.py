"""A past execution as a test: its input, what each call was answered, and the way that it took.

The answers come from the events of its history, so that one of AWS serves as well as one of this machine.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pprint import pformat
from textwrap import indent
from typing import TYPE_CHECKING, Any

from coworks.engine import Status
from coworks.errors import CoWorksError
from coworks.local.calls_made import by_step, details_of
from coworks.local.runs import described, message_of
from coworks.local.visits import read_visits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from coworks.biz import SourceMap
    from coworks.engine import Execution
    from coworks.engine.records import StartPoint

_SUCCEEDED = ("TaskSucceeded", "LambdaFunctionSucceeded")
_FAILED = ("TaskFailed", "TaskTimedOut", "LambdaFunctionFailed", "LambdaFunctionTimedOut")
_WIDTH = 96


@dataclass(frozen=True, slots=True)
class RecordedTest:
    """A test that a past execution makes, and the file that it shall have."""

    file: Path
    text: str

    def write(self) -> None:
        """Write it into a new file. Raises `CoWorksError` for one that exists: nothing is written over."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self.file.open("x", encoding="utf-8") as opened:
                opened.write(self.text)
        except FileExistsError:
            raise CoWorksError(f"{self.file} exists", hint="name another file") from None


def recorded_test(
    root: Path, execution: Execution, events: Sequence[Mapping[str, Any]], sources: SourceMap
) -> RecordedTest:
    """The test of an execution that is over, in the folder `tests` of the project. Raises `CoWorksError`."""
    if execution.status is Status.RUNNING:
        raise CoWorksError(f"{execution.name} is still running", hint="save it once it is over")
    visits = read_visits(execution, events)
    told = described(execution, visits, sources)
    text = written_test(told, recorded_answers(events, sources), visits.began_at)
    name = re.sub(r"\W", "_", f"{execution.machine}_{execution.name}")
    return RecordedTest(root / "tests" / f"test_{name}.py", text)


@dataclass(frozen=True, slots=True)
class Failed:
    """A call that failed, with the name and the words of its error."""

    error: str
    message: str

    def __repr__(self) -> str:
        return f"failure({self.error!r}, {self.message!r})"


def recorded_answers(events: Iterable[Mapping[str, Any]], sources: SourceMap) -> dict[str, list[Any]]:
    """What the calls of each step were answered, in order, by the name of the step."""
    answers: dict[str, list[Any]] = {}
    for step, event in by_step(events, sources):
        if event["type"] in (*_SUCCEEDED, *_FAILED):
            answers.setdefault(step, []).append(_answer(event["type"], details_of(event)))
    return answers


def _answer(kind: str, details: Mapping[str, Any]) -> Any:
    if kind in _FAILED:
        return Failed(details.get("error") or "", message_of(details.get("cause")) or "")
    output = json.loads(details["output"])
    if details.get("resource") == "startExecution.sync:2":
        return output["Output"]
    payload = output.get("Payload") if isinstance(output, dict) and "StatusCode" in output else output
    if isinstance(payload, dict) and {"statusCode", "body"} <= payload.keys():
        return payload["body"]
    return output


def written_test(
    told: Mapping[str, Any], answers: Mapping[str, list[Any]], began: StartPoint | None = None
) -> str:
    """The text of a pytest file; `told` describes the execution, which may have `began` at a later step."""
    workflow, started = told["workflow"], told["started"]
    used = [name for name in ("failure", "in_turn") if name in "".join(_written(answers))]
    names = ", ".join([*(["at_step"] if began else []), *used, "run"])
    path = tuple(step["name"] for step in told["steps"])
    ends = [f"assert told.status == {told['status']!r}", f"assert told.path == {_literal(path)}"]
    # The cause of an error holds a traceback and a request id, which differ each time.
    if "output" in told and not any(isinstance(one, Failed) for given in answers.values() for one in given):
        ends.append(f"assert told.output == {_literal(told['output'])}")
    if "error" in told:
        ends.append(f"assert told.error == {told['error']!r}")
    body = "\n".join(
        [
            "told = run(",
            f"    {workflow!r},",
            indent(f"{_literal(told['input'])},", "    "),
            *_beginning(began),
            f"    clock=datetime.fromisoformat({started!r}),",
            "    answers={",
            *_written(answers),
            "    },",
            ")",
            *ends,
        ]
    )
    return (
        f'"""The execution {told["id"]} of {workflow}, as it went on {started[:10]}."""\n\n'
        f"from datetime import datetime\n\nfrom coworks.testing import {names}\n\n\n"
        f"def test_{workflow}_goes_as_on_{started[:10].replace('-', '_')}():\n{indent(body, '    ')}\n"
    )


def _beginning(began: StartPoint | None) -> Iterator[str]:
    """The argument of a run that does not begin at its first step."""
    if began:
        yield f"    at=at_step({began.state!r},"
        yield indent(f"{_literal(dict(began.variables))},", " " * 8)
        yield indent(f"given={_literal(began.input)},", " " * 8)
        yield "    ),"


def _written(answers: Mapping[str, list[Any]]) -> Iterator[str]:
    for step, given in answers.items():
        if len(given) == 1:
            yield indent(f"{step!r}: {_literal(given[0])},", " " * 8)
        else:
            yield f"        {step!r}: in_turn("
            yield from (indent(f"{_literal(one)},", " " * 12) for one in given)
            yield "        ),"


def _literal(value: Any) -> str:
    return pformat(value, width=_WIDTH, sort_dicts=False)
