"""A machine in the States Language -> the same thing that a YAML workflow compiles to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coworks.asl import InvalidDefinitionError, parse_machine
from coworks.biz.compiler import CompiledWorkflow
from coworks.biz.diagnostics import tell_diagnostic
from coworks.biz.native.json_tree import read_json
from coworks.biz.native.triggers import read_trigger_file
from coworks.biz.nodes import Entry, ListNode, MapNode, Node, plain
from coworks.biz.payloads import check_state
from coworks.biz.problems import Report
from coworks.biz.raw_calls import check_calls, waits_in
from coworks.biz.source import read_source
from coworks.biz.source_map import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coworks.biz.contracts import ServiceContract
    from coworks.biz.problems import Problem
    from coworks.biz.takes import Workflows
    from coworks.biz.triggers import Trigger

NO_TRIGGERS: Final[tuple[tuple[Trigger, ...], tuple[Problem, ...]]] = ((), ())


def compile_machine(
    name: str,
    text: str,
    *,
    file: str,
    services: Mapping[str, ServiceContract] | None = None,
    workflows: Workflows | None = None,
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
        check_calls(_state_nodes(root), services, workflows, report)
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
        waits=() if root is None else waits_in(_state_nodes(root), report),
    )
    return compiled.with_triggers(triggers, problems)


def _check(root: MapNode, definition: dict[str, Any], report: Report) -> None:
    try:
        parse_machine(definition)
    except InvalidDefinitionError as error:
        for diagnostic in error.diagnostics:
            known = [state.key for state in _states(root)]
            tell_diagnostic(diagnostic, Entry("", root.place, root), diagnostic.location, known, report)
    for state in _state_nodes(root):
        check_state(state, report)


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


def _state_nodes(root: MapNode) -> Iterator[MapNode]:
    return (state.value for state in _states(root) if isinstance(state.value, MapNode))


def _machines_inside(state: MapNode) -> Iterator[Node]:
    for key in ("Branches", "ItemProcessor", "Iterator"):
        found = state.get(key)
        if found and isinstance(found.value, ListNode):
            yield from found.value.items
        elif found:
            yield found.value


def _origins(root: MapNode, file: str) -> Iterator[tuple[str, Origin]]:
    return ((state.key, Origin(file, state.key_place, state.key)) for state in _states(root))
