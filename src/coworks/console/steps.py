"""The steps of a workflow in words, as a list that a person reads from top to bottom.

They are read from the text itself, so that a workflow with mistakes shows its steps too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from coworks.biz import STEP_KINDS, describe_duration, variable_of
from coworks.biz.durations import DurationError, parse_duration
from coworks.biz.editing import EditError, data_of
from coworks.biz.steps.tech import VERBS
from coworks.biz.use import USE
from coworks.biz.workflow import SKIP
from coworks.console import texts
from coworks.console.forms.schedules import trigger_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from coworks.biz import CompiledWorkflow, Problem
    from coworks.biz.editing.tree import Path

STATES: Final[Path] = ("states",)


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step. `does` says what it does, `details` with what, `ways` where it leads and what guards it.

    `path` is its place in the data of the file, `inside` are the lists of steps that it runs, each with a
    title and its place.
    """

    name: str
    kind: str
    path: Path
    does: str
    details: tuple[tuple[str, str], ...] = ()
    ways: tuple[str, ...] = ()
    comment: str = ""
    line: int = 0
    problems: tuple[Problem, ...] = ()
    inside: tuple[tuple[str, Path, tuple[StepLine, ...]], ...] = ()

    @property
    def variable(self) -> str:
        return variable_of(self.name)

    @property
    def is_wrong(self) -> bool:
        """True when something about it keeps the workflow from running."""
        return any(problem.severity == "error" for problem in self.problems)

    def all(self) -> Iterator[StepLine]:
        """This step and those inside it."""
        yield self
        for _, _, steps in self.inside:
            for step in steps:
                yield from step.all()


@dataclass(frozen=True, slots=True)
class Outline:
    """A workflow in words. `said` is why it cannot be read, in which case there are no steps; `uses` is the
    predefined workflow whose steps it has, `problems` are those that no step has. Of the triggers the first
    `own_triggers` are those of the file, the others those of a class; `settings` hold for the whole.
    """

    comment: str = ""
    triggers: tuple[str, ...] = ()
    steps: tuple[StepLine, ...] = ()
    said: str = ""
    uses: str = ""
    problems: tuple[Problem, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    own_triggers: int = 0
    settings: tuple[str, ...] = ()


def outline_of(text: str, compiled: CompiledWorkflow) -> Outline:
    """The outline of a workflow's text."""
    try:
        data = data_of(text)
    except EditError as error:
        return Outline(said=error.explain())
    if not isinstance(data, dict):
        return Outline(said=texts.NO_WORKFLOW_YET)
    lines = {origin.step: origin.place.line for origin in compiled.source_map.values() if origin.step}
    reading = _Reading(lines, compiled.problems)
    steps = tuple(reading.steps(data.get("states"), STATES))
    own = [trigger_in_words(one) for one in data["on"]] if isinstance(data.get("on"), list) else []
    read = sum(words != texts.TRIGGER_UNKNOWN for words in own)
    triggers = (*own, *(trigger.describe() for trigger in compiled.triggers[read:]))
    uses = bare(data.get(USE))
    told = {problem for step in steps for one in step.all() for problem in one.problems}
    others = tuple(problem for problem in compiled.problems if problem not in told)
    return Outline(
        str(data.get("comment") or ""),
        triggers,
        steps,
        "",
        uses,
        others,
        data,
        len(own),
        tuple(_settings(data)),
    )


def _settings(data: Mapping[str, Any]) -> Iterator[str]:
    """What holds for the workflow as a whole."""
    yield from _ways({key: one for key, one in data.items() if key in ("timeout", "catch")})
    if data.get("overlap") == SKIP:
        yield texts.NO_OVERLAP
    takes = data.get("takes")
    if isinstance(takes, dict) and takes:
        yield texts.TAKEN.format(", ".join(f"{name} ({kind})" for name, kind in takes.items()))


class _Reading:
    def __init__(self, lines: Mapping[str, int], problems: tuple[Problem, ...]) -> None:
        self._lines = lines
        self._starts = sorted(lines.values())
        self._problems = problems

    def steps(self, items: Any, path: Path) -> Iterator[StepLine]:
        for number, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                yield self._step(item, (*path, number))

    def _step(self, item: Mapping[str, Any], path: Path) -> StepLine:
        name = str(item.get("name") or texts.WITHOUT_NAME)
        kind = next((key for key in item if key in STEP_KINDS), "")
        value = item.get(kind)
        told = _WORDS[kind](value) if kind in _WORDS and _fits(kind, value) else (texts.UNKNOWN_STEP, ())
        line = self._lines.get(name, 0)
        return StepLine(
            name,
            kind,
            path,
            told[0],
            tuple(told[1]),
            tuple(_ways(item)),
            str(item.get("comment") or ""),
            line,
            tuple(self._problems_of(line)),
            tuple(self._inside(value, (*path, kind))) if kind in ("parallel", "foreach") else (),
        )

    def _problems_of(self, line: int) -> Iterator[Problem]:
        """Those from the line of a step up to that of the next one."""
        end = next((start for start in self._starts if start > line), float("inf"))
        return (one for one in self._problems if line and line <= one.line < end)

    def _inside(self, value: Any, path: Path) -> Iterator[tuple[str, Path, tuple[StepLine, ...]]]:
        if not isinstance(value, dict):
            return
        branches = {"": "steps"} if path[-1] == "foreach" else {str(key): key for key in value}
        for title, key in branches.items():
            where = (*path, key)
            yield title, where, tuple(self.steps(value.get(key), where))


def bare(value: Any) -> str:
    """A value as people read it: an expression without its marks, a list with commas."""
    if isinstance(value, str):
        stripped = value.strip()
        is_whole = stripped.startswith("{%") and stripped.endswith("%}") and stripped.count("{%") == 1
        return stripped[2:-2].strip() if is_whole else value
    if isinstance(value, bool):
        return texts.YES if value else texts.NO
    if isinstance(value, list):
        return ", ".join(map(bare, value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {bare(one)}" for key, one in value.items())
    return "" if value is None else str(value)


def duration_words(value: Any) -> str:
    """A duration as it was written, a number of seconds in words."""
    try:
        return describe_duration(parse_duration(value)) if isinstance(value, int | str) else bare(value)
    except DurationError:
        return bare(value)


def _fits(kind: str, value: Any) -> bool:
    """Whether the value of a keyword is of a shape that has words."""
    shapes: dict[str, type | tuple[type, ...]] = {
        "tech": dict,
        "aws": dict,
        "choices": list,
        "parallel": dict,
        "foreach": dict,
        "approve": dict,
        "set": dict,
        "asl": dict,
    }
    return isinstance(value, shapes.get(kind, object))


def _ways(item: Mapping[str, Any]) -> Iterator[str]:
    """What guards a step, and where it leads when not to the next one."""
    if "retry" in item:
        retry = item["retry"]
        times = retry.get("attempts", 3) if isinstance(retry, dict) else retry
        yield texts.RETRIED.format(times) if isinstance(times, int) else texts.RETRIED_BY_RULES
    if "timeout" in item:
        yield texts.AT_MOST.format(duration_words(item["timeout"]))
    for rule in _rules(item.get("catch")):
        yield texts.CAUGHT.format(bare(rule.get("on")) or texts.ANY_ERROR, jump_words(rule.get("goto")))
    if "goto" in item:
        yield texts.THEN.format(jump_words(item["goto"]))


def _rules(value: Any) -> list[dict[str, Any]]:
    if value is None:
        return []
    rules = value if isinstance(value, list) else [value]
    return [rule if isinstance(rule, dict) else {"goto": rule} for rule in rules]


def jump_words(target: Any) -> str:
    """The name of a step that is gone to, or the end."""
    return texts.THE_END if target == "End" else str(target)


_Words = tuple[str, tuple[tuple[str, str], ...]]


def _tech(value: Mapping[str, Any]) -> _Words:
    verb = next((one for one in VERBS if one in value), "")
    sent = [
        (name, bare(one))
        for part in ("query", "body")
        for name, one in (
            value[part].items() if isinstance(value.get(part), dict) else [(part, value.get(part))]
        )
        if one is not None
    ]
    does = texts.CALLS.format(value.get("service", "?"), f"{verb.upper()} {bare(value.get(verb))}".strip())
    return does, tuple(sent)


def _biz(value: Any) -> _Words:
    if not isinstance(value, dict):
        return texts.RUNS_WORKFLOW.format(bare(value)), ()
    words = texts.RUNS_WORKFLOW if value.get("wait", True) else texts.STARTS_WORKFLOW
    data = value.get("data")
    given = tuple((name, bare(one)) for name, one in data.items()) if isinstance(data, dict) else ()
    return words.format(value.get("workflow", "?")), given


def _aws(value: Mapping[str, Any]) -> _Words:
    given = value.get("with")
    return texts.CALLS_AWS.format(value.get("call", "?")), (
        tuple((name, bare(one)) for name, one in given.items()) if isinstance(given, dict) else ()
    )


def _choices(value: list[Any]) -> _Words:
    rules = [rule for rule in value if isinstance(rule, dict)]
    told = [
        (texts.IF.format(bare(rule["when"])), jump_words(rule.get("goto")))
        for rule in rules
        if "when" in rule
    ]
    default = next((rule["default"] for rule in rules if "default" in rule), None)
    told.append((texts.OTHERWISE, jump_words(default) if default is not None else texts.NEXT_STEP))
    return texts.CHOOSES, tuple(told)


def _parallel(value: Mapping[str, Any]) -> _Words:
    return texts.AT_THE_SAME_TIME.format(", ".join(map(str, value))), ()


def _foreach(value: Mapping[str, Any]) -> _Words:
    words = texts.FOR_EACH.format(value.get("as", "item"), bare(value.get("items")))
    most = value.get("at_most")
    return words + (texts.SO_MANY_AT_ONCE.format(most) if most else ""), ()


def _wait(value: Any) -> _Words:
    if isinstance(value, dict):
        return texts.WAITS_UNTIL.format(bare(value.get("until"))), ()
    if isinstance(value, str) and value.startswith("until "):
        return texts.WAITS_UNTIL.format(value.removeprefix("until ")), ()
    return texts.WAITS.format(duration_words(value)), ()


def _approve(value: Mapping[str, Any]) -> _Words:
    deadline = value.get("deadline")
    after, target = (
        (deadline.get("after"), deadline.get("goto")) if isinstance(deadline, dict) else (deadline, None)
    )
    told = [(texts.ABOUT, bare(value.get("subject")))]
    if value.get("message"):
        told.append((texts.MESSAGE, bare(value["message"])))
    if after is not None:
        late = f" → {jump_words(target)}" if target else ""
        told.append((texts.DEADLINE, duration_words(after) + late))
    if value.get("remind"):
        told.append((texts.REMINDED, texts.EVERY.format(duration_words(value["remind"]))))
    return texts.ASKS.format(bare(value.get("who"))), tuple(told)


def _set(value: Mapping[str, Any]) -> _Words:
    return texts.REMEMBERS.format(", ".join(map(str, value))), tuple(
        (name, bare(one)) for name, one in value.items()
    )


def _success(value: Any) -> _Words:
    output = value.get("output") if isinstance(value, dict) else None
    given = (
        output.items() if isinstance(output, dict) else [(texts.OUTPUT, output)] if output is not None else ()
    )
    return texts.ENDS_WELL, tuple((str(name), bare(one)) for name, one in given)


def _fail(value: Any) -> _Words:
    told = value if isinstance(value, dict) else {}
    pairs = ((texts.ERROR, told.get("error")), (texts.CAUSE, told.get("cause")))
    return texts.ENDS_BADLY, tuple((name, bare(one)) for name, one in pairs if one)


def _again(value: Any) -> _Words:
    given = value.items() if isinstance(value, dict) else ()
    return texts.BEGINS_AGAIN, tuple((str(name), bare(one)) for name, one in given)


def _pass(value: Any) -> _Words:
    return texts.DOES_NOTHING, ()


def _asl(value: Mapping[str, Any]) -> _Words:
    return texts.RAW_STATE.format(value.get("Type", "?")), ()


_WORDS: Final[dict[str, Callable[[Any], _Words]]] = {
    "tech": _tech,
    "biz": _biz,
    "aws": _aws,
    "choices": _choices,
    "parallel": _parallel,
    "foreach": _foreach,
    "wait": _wait,
    "approve": _approve,
    "set": _set,
    "success": _success,
    "fail": _fail,
    "pass": _pass,
    "again": _again,
    "asl": _asl,
}
