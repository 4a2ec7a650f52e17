"""A machine in the States Language -> the same thing that a YAML workflow compiles to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coworks.asl import InvalidDefinitionError, parse_machine
from coworks.biz.compiler import CompiledWorkflow
from coworks.biz.diagnostics import tell_diagnostic
from coworks.biz.native.functions import service_named, symbol_in
from coworks.biz.native.json_tree import read_json
from coworks.biz.native.triggers import read_trigger_file
from coworks.biz.nodes import Entry, ListNode, MapNode, Node, Scalar, plain
from coworks.biz.payloads import check_state
from coworks.biz.problems import Report
from coworks.biz.source import read_source
from coworks.biz.source_map import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coworks.biz.contracts import ServiceContract
    from coworks.biz.problems import Problem
    from coworks.biz.triggers import Trigger

LAMBDA_INVOKE: Final = "arn:aws:states:::lambda:invoke"
NO_TRIGGERS: Final[tuple[tuple[Trigger, ...], tuple[Problem, ...]]] = ((), ())


def compile_machine(
    name: str,
    text: str,
    *,
    file: str,
    services: Mapping[str, ServiceContract] | None = None,
    trigger_file: tuple[str, str] | None = None,
) -> CompiledWorkflow:
    """The machine of a file, unchanged, checked. A file whose name ends in `.json` is JSON, another YAML.

    `trigger_file` is the name and the text of the file that says what starts it.
    """
    text = text.removeprefix("\ufeff")
    report = Report(file, text)
    root = read_json(text, report) if file.endswith(".json") else read_source(text, report)
    triggers, problems = read_trigger_file(*trigger_file) if trigger_file else NO_TRIGGERS
    comment, definition = None, None
    if root is not None:
        definition = plain(root)
        _check(root, definition, report)
        if services is not None:
            _check_functions(root, services, report)
        said = definition.get("Comment")
        comment = said if isinstance(said, str) else None
    compiled = CompiledWorkflow(
        name=name,
        file=file,
        comment=comment,
        definition=None if report.has_errors() else definition,
        triggers=(),
        source_map={} if root is None else dict(_origins(root, file)),
        problems=report.problems(),
    )
    return compiled.with_triggers(triggers, problems)


def _check(root: MapNode, definition: dict[str, Any], report: Report) -> None:
    try:
        parse_machine(definition)
    except InvalidDefinitionError as error:
        for diagnostic in error.diagnostics:
            known = [state.key for state in _states(root)]
            tell_diagnostic(diagnostic, Entry("", root.place, root), diagnostic.location, known, report)
    for state in _states(root):
        if isinstance(state.value, MapNode):
            check_state(state.value, report)


def _states(machine: Node) -> Iterator[Entry]:
    """Every state, those of branches and iterations included."""
    states = machine.get("States") if isinstance(machine, MapNode) else None
    if states is None or not isinstance(states.value, MapNode):
        return
    for state in states.value.entries:
        yield state
        if isinstance(state.value, MapNode):
            for inside in _machines_inside(state.value):
                yield from _states(inside)


def _machines_inside(state: MapNode) -> Iterator[Node]:
    for key in ("Branches", "ItemProcessor", "Iterator"):
        found = state.get(key)
        if found and isinstance(found.value, ListNode):
            yield from found.value.items
        elif found:
            yield found.value


def _origins(root: MapNode, file: str) -> Iterator[tuple[str, Origin]]:
    return ((state.key, Origin(file, state.key_place, state.key)) for state in _states(root))


def _check_functions(root: MapNode, services: Mapping[str, ServiceContract], report: Report) -> None:
    """Functions written as `${name}` are services of the project; others may be somebody else's on AWS."""
    for state in _states(root):
        for function in _functions(state.value):
            name = service_named(function.text)
            if name in services:
                continue
            place, length = function.place, len(function.text)
            if symbol_in(function.text):
                hint = report.suggest(name, services) or f"add the file tech/{name}.py"
                report.add("B201", place, f'no service is named "{name}"', hint, length=length)
            else:
                message = (
                    f'"{function.text}" is no service of this project: it cannot be called on this machine'
                )
                hint = "write ${NAME} for a service of the project"
                report.add("B503", place, message, hint, length=length)


def _functions(state: Node) -> Iterator[Scalar]:
    """The functions that a state calls, as far as they are written out."""
    if not isinstance(state, MapNode) or (resource := _text(state, "Resource")) is None:
        return
    if resource.text.startswith("arn:aws:lambda:") or symbol_in(resource.text):
        yield resource
    if resource.text.startswith(LAMBDA_INVOKE):
        for key in ("Arguments", "Parameters"):
            given = state.get(key)
            named = _text(given.value, "FunctionName") if given and isinstance(given.value, MapNode) else None
            if named and not named.text.startswith("{%"):
                yield named


def _text(node: MapNode, key: str) -> Scalar | None:
    found = node.get(key)
    return found.value if found and isinstance(found.value, Scalar) and found.value.is_text else None
