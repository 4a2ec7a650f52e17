"""What states of the States Language call: services, with their orders, and workflows of the project."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from coworks.asl.jsonata import OPENING
from coworks.biz.contract_check import check_order
from coworks.biz.cycles import Wait, check_start
from coworks.biz.functions import service_named, symbol_in
from coworks.biz.nodes import Entry, MapNode, Scalar
from coworks.biz.steps.tech import EXTRAS, VERBS, Tech
from coworks.biz.templates import template_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from coworks.biz.contracts import ServiceContract
    from coworks.biz.problems import Report
    from coworks.biz.takes import Workflows

LAMBDA_INVOKE: Final = "arn:aws:states:::lambda:invoke"
_START: Final = "arn:aws:states:::states:startExecution"
_COMPUTED: Final = ".$"


def check_calls(
    states: Iterable[MapNode],
    services: Mapping[str, ServiceContract] | None,
    workflows: Workflows | None,
    report: Report,
) -> None:
    """Tell about services and workflows that are not there, and orders that do not fit."""
    for state in states:
        if services is not None:
            order = _order_in(state)
            if order:
                check_order(order, services, report)
            else:
                _check_functions(state, services, report)
        if workflows is not None:
            for name, _ in _started(state):
                _check_start(state, name, workflows, report)


def waits_in(states: Iterable[MapNode], report: Report) -> tuple[Wait, ...]:
    """The workflows that the states wait for, with their places."""
    return tuple(
        Wait(name.text, report.problem("B211", name.place, "", length=len(name.text)))
        for state in states
        for name, is_waited_for in _started(state)
        if is_waited_for
    )


def _check_functions(state: MapNode, services: Mapping[str, ServiceContract], report: Report) -> None:
    """Functions written as `${name}` are services of the project; others may be somebody else's on AWS."""
    for function in _functions(state):
        name = service_named(function.text)
        if name in services:
            continue
        place, length = function.place, len(function.text)
        if symbol_in(function.text):
            hint = report.suggest(name, services) or f"add the file tech/{name}.py"
            report.add("B201", place, f'no service is named "{name}"', hint, length=length)
        else:
            message = f'"{function.text}" is no service of this project: it cannot be called on this machine'
            hint = "write ${NAME} for a service of the project"
            report.add("B503", place, message, hint, length=length)


def _functions(state: MapNode) -> Iterator[Scalar]:
    """The functions that a state calls, as far as they are written out."""
    resource = _text(state, "Resource")
    if resource is None:
        return
    if resource.text.startswith("arn:aws:lambda:") or symbol_in(resource.text):
        yield resource
    if resource.text.startswith(LAMBDA_INVOKE):
        named = _text(_arguments(state), "FunctionName")
        if named and not named.text.startswith(OPENING):
            yield named


def _started(state: MapNode) -> Iterator[tuple[Scalar, bool]]:
    """The workflow of the project that a state starts, by its name, and whether its end is waited for."""
    resource = _text(state, "Resource")
    if resource and resource.text.startswith(_START):
        machine = _text(_arguments(state), "StateMachineArn")
        name = symbol_in(machine.text) if machine else None
        if machine and name:
            yield replace(machine, text=name, value=name), resource.text.startswith(f"{_START}.sync")


def _check_start(state: MapNode, name: Scalar, workflows: Workflows, report: Report) -> None:
    """What is computed may be anything: then only the name is told."""
    given = _arguments(state).get("Input")
    data = given.value if given and isinstance(given.value, MapNode) else None
    is_open = given is not None and (data is None or _is_computed(given))
    check_start(name, data, list(workflows) if is_open else workflows, report)


def _order_in(state: MapNode) -> Tech | None:
    """The order that a state gives, when it is written out and in JSONata."""
    resource, arguments = _text(state, "Resource"), _arguments(state)
    function = _text(arguments, "FunctionName")
    name = symbol_in(function.text) if function else None
    payload = arguments.get("Payload") if resource and resource.text.startswith(LAMBDA_INVOKE) else None
    if function is None or name is None or payload is None or not isinstance(payload.value, MapNode):
        return None
    method, path = payload.value.get("method"), _text(payload.value, "path")
    verb = method.value.text.lower() if method and isinstance(method.value, Scalar) else ""
    extras = {key: payload.value.get(key) for key in EXTRAS}
    is_computed = any(_is_computed(entry) for entry in extras.values()) or (path and OPENING in path.text)
    if payload.value.get("coworks") is None or verb not in VERBS or not path or not method or is_computed:
        return None
    return Tech(replace(function, text=name, value=name), verb, template_of(path), method, **extras)


def _is_computed(entry: Entry | None) -> bool:
    """True for keys and values of which JSONPath computes some."""
    found = entry.value.entries if entry and isinstance(entry.value, MapNode) else ()
    return any(one.key.endswith(_COMPUTED) for one in found)


def _arguments(state: MapNode) -> MapNode:
    given = state.get("Arguments") or state.get("Parameters")
    return given.value if given and isinstance(given.value, MapNode) else MapNode((), state.place)


def _text(node: MapNode, key: str) -> Scalar | None:
    found = node.get(key)
    return found.value if found and isinstance(found.value, Scalar) and found.value.is_text else None
