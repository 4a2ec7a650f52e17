"""Writes the workflow of a machine, and makes sure that it is the same machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from coworks.asl.fields import JSONATA, JSONPATH
from coworks.biz.compiler import compile_workflow
from coworks.biz.durations import describe_duration
from coworks.biz.editing.writing import write_block
from coworks.biz.importing.names import without_reserved_names
from coworks.biz.importing.own import without_added_states
from coworks.biz.importing.words import step_of
from coworks.biz.source_map import machines_inside
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from coworks.biz.compiler import CompiledWorkflow


@dataclass(frozen=True, slots=True)
class ImportedWorkflow:
    """The text of a workflow; `raw` are the steps that are `asl`, `renamed` the new names by the old ones."""

    text: str
    raw: tuple[str, ...]
    renamed: Mapping[str, str]


def import_machine(definition: Mapping[str, Any]) -> ImportedWorkflow:
    """The workflow of a valid machine. Raises `CoWorksError` when it needs what no workflow can say."""
    if own := without_added_states(definition):
        imported, compiled = _import(own.machine, own.above, own.name)
        if compiled.definition == definition:
            return imported
    machine, renamed = without_reserved_names(definition)
    imported, compiled = _import(machine, {})
    return replace(imported, text=_checked(imported.text, compiled), renamed=renamed)


def _import(
    machine: Mapping[str, Any], above: Mapping[str, Any], name: str | None = None
) -> tuple[ImportedWorkflow, CompiledWorkflow]:
    """The workflow of a machine with these keys above its steps, and what it compiles to under its name."""
    states = {name: _spoken(state, machine) for name, state in _in_order(machine).items()}
    around = dict(_around(states))
    raw = {name for name, state in states.items() if state["QueryLanguage"] == JSONPATH}
    while True:
        steps = _steps(states, raw)
        text = _text(machine, above, steps)
        compiled = compile_workflow(name or "imported", text, file="imported.yml")
        wrong = _different(states, compiled)
        # A state that is raw and still differs cannot be inside of a step: that one is raw then.
        found = wrong - raw or {around[name] for name in wrong if around[name]} - raw
        if not found:
            return ImportedWorkflow(text, tuple(_raw_names(steps)), {}), compiled
        raw |= found


def _in_order(machine: Mapping[str, Any]) -> dict[str, Any]:
    """The states as they stand, but for the first one, with which a workflow begins."""
    start, states = machine["StartAt"], machine["States"]
    return {start: states[start], **states}


def _spoken(state: Mapping[str, Any], machine: Mapping[str, Any]) -> dict[str, Any]:
    """The state with its query language, and those inside it where theirs is another than its own."""
    default = machine.get("QueryLanguage", JSONPATH)
    return _with_language(state, default)


def _with_language(state: Mapping[str, Any], default: str) -> dict[str, Any]:
    language = state.get("QueryLanguage", default)
    inner = {id(one): _inner(one, default, language) for one in machines_inside(state)}
    told: dict[str, Any] = {key: _replaced(value, inner) for key, value in state.items()}
    return {**told, "QueryLanguage": language}


def _inner(machine: Mapping[str, Any], default: str, around: str) -> dict[str, Any]:
    states = {}
    for name, state in machine["States"].items():
        spoken = _with_language(state, default)
        if spoken["QueryLanguage"] == around and "QueryLanguage" not in state:
            del spoken["QueryLanguage"]
        states[name] = spoken
    return {**machine, "States": states}


def _replaced(value: Any, inner: Mapping[int, Any]) -> Any:
    if isinstance(value, list):
        return [inner.get(id(one), one) for one in value]
    return inner.get(id(value), value)


def _around(states: Mapping[str, Any], step: str = "") -> Iterator[tuple[str, str]]:
    """The states, those inside others too, each with the one that it is inside of."""
    for name, state in states.items():
        yield name, step
        for machine in machines_inside(state):
            yield from _around(machine["States"], name)


def _steps(states: Mapping[str, Any], raw: Collection[str]) -> list[dict[str, Any]]:
    names = list(states)
    steps = []
    for number, (name, state) in enumerate(states.items()):
        following = names[number + 1] if number + 1 < len(names) else None
        step = None if name in raw else step_of(name, state, following, lambda inner: _steps(inner, raw))
        steps.append(step or {"name": name, "asl": _raw(state, following)})
    return steps


def _raw_names(value: Any) -> Iterator[str]:
    """The names of the steps that are `asl`, in those of these steps too."""
    for one in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        if isinstance(one, dict) and "asl" in one and "name" in one:
            yield str(one["name"])
        else:
            yield from _raw_names(one)


def _raw(state: Mapping[str, Any], following: str | None) -> dict[str, Any]:
    """The state as it is; where it only goes on, and in JSONata, that need not be said."""
    told = dict(state)
    if told.get("QueryLanguage") == JSONATA:
        del told["QueryLanguage"]
    if following is not None and told.get("Next") == following:
        del told["Next"]
    return told


def _text(machine: Mapping[str, Any], above: Mapping[str, Any], steps: list[dict[str, Any]]) -> str:
    top: dict[str, Any] = {}
    if "Comment" in machine:
        top["comment"] = machine["Comment"]
    if "TimeoutSeconds" in machine:
        top["timeout"] = describe_duration(machine["TimeoutSeconds"])
    return "\n".join(write_block({**top, **above, "states": steps})) + "\n"


def _different(states: Mapping[str, Any], compiled: CompiledWorkflow) -> set[str]:
    """The states whose steps do not give them back, or have problems."""
    if compiled.definition is None:
        return {_step_at(problem.line, compiled) for problem in compiled.problems} & dict(
            _around(states)
        ).keys()
    mixed = compiled.definition.get("QueryLanguage") != JSONATA
    meant = {name: _as_written(state, mixed=mixed) for name, state in states.items()}
    written = dict(_apart(compiled.definition["States"]))
    return {name for name, state in _apart(meant) if state != written.get(name)}


def _apart(states: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every state without those inside it, of which it keeps the names."""
    for name, state in states.items():
        inner = {id(one): {**one, "States": sorted(one["States"])} for one in machines_inside(state)}
        yield name, {key: _replaced(value, inner) for key, value in state.items()}
        for machine in machines_inside(state):
            yield from _apart(machine["States"])


def _as_written(state: Mapping[str, Any], *, mixed: bool) -> dict[str, Any]:
    """A state as the compiler writes it in a machine of one language, or of both."""
    told = dict(state)
    if not mixed:
        del told["QueryLanguage"]
    return told


def _step_at(line: int, compiled: CompiledWorkflow) -> str:
    """The step that a line of the text belongs to."""
    before = [
        (origin.place.line, name)
        for name, origin in compiled.source_map.items()
        if origin.step and origin.place.line <= line
    ]
    return max(before)[1] if before else ""


def _checked(text: str, compiled: CompiledWorkflow) -> str:
    if compiled.errors:
        raise CoWorksError(
            "this machine has no workflow that means the same:\n"
            + "\n".join(problem.render() for problem in compiled.errors),
            hint="keep it as it is: biz/NAME.asl.json is a workflow too",
        )
    return text
