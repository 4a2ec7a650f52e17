"""Warnings about a workflow without mistakes: orders that may take for ever, loops that nothing ends, and
texts that were probably meant as expressions.

A `timeout` of the whole workflow bounds orders and loops.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from coworks.asl.jsonata import parse
from coworks.biz.flow import jump_back
from coworks.biz.loops import loops
from coworks.biz.names import DATA, ERROR
from coworks.biz.nodes import ListNode, MapNode
from coworks.biz.steps.approve import Approve
from coworks.biz.steps.asl import Asl
from coworks.biz.steps.choices import Choices
from coworks.biz.steps.kind import all_steps
from coworks.biz.steps.tech import Tech
from coworks.biz.steps.values import Set
from coworks.biz.templates import template_of, templates_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from coworks.biz.flow import Flow
    from coworks.biz.nodes import Node, Scalar
    from coworks.biz.problems import Report
    from coworks.biz.steps.kind import Step
    from coworks.biz.templates import Template
    from coworks.biz.workflow import Workflow

# The clock, or what Step Functions tells of the run and its beginning, bounds a loop too.
_CLOCK: Final = re.compile(r"\$(?:millis|now)\b|\$states\.context\b")


# Where texts are expressions as they stand, or are for people, or are AWS's.
_NO_VALUES: Final = frozenset({"when", "items", "comment", "asl"})
_LIKE_EXPRESSION: Final = re.compile(r"\$\{?\s*\$?(\w+)\.\w|\s*\$(\w+)\s*\Z")


def advise(workflow: Workflow, flow: Flow, root: MapNode, report: Report) -> None:
    """Tell about what may never end, and about what may be meant otherwise."""
    states = root.get("states")
    if states:
        _advise_texts(states.value, set(_names(workflow.steps)), report)
    if workflow.timeout is None:
        for step in all_steps(workflow.steps):
            if isinstance(step.kind, Tech) and step.timeout is None:
                _tell_timeout(step, report)
        _advise_loops(flow, report)


def _names(steps: Iterable[Step]) -> Iterator[str]:
    """The names of all variables."""
    yield from (DATA, ERROR)
    for step in all_steps(steps):
        if step.has_result:
            yield step.variable
        if step.kind:
            yield from step.kind.sets()
            yield from (one.text for scope in step.kind.scopes() for one in scope.given)


def _advise_texts(node: Node, names: Collection[str], report: Report) -> None:
    """Tell about `$data.name` without its marks."""
    if isinstance(node, ListNode):
        for item in node.items:
            _advise_texts(item, names, report)
    elif isinstance(node, MapNode):
        for entry in node.entries:
            if entry.key not in _NO_VALUES:
                _advise_texts(entry.value, names, report)
    elif node.is_text and "$" in node.text:
        words = [part for part in template_of(node).parts if isinstance(part, str)]
        whole = len(words) == 1
        found = [one for part in words for one in _LIKE_EXPRESSION.finditer(part) if one[1] or whole]
        if any((one[1] or one[2]) in names for one in found):
            _tell_text(node, report)


def _tell_text(scalar: Scalar, report: Report) -> None:
    message = "this text looks like an expression, and is taken as it stands"
    hint = 'put what is to be computed between marks, for example "{% $data.name %}"'
    report.add("B307", scalar.place, message, hint, length=len(scalar.text))


def _tell_timeout(step: Step, report: Report) -> None:
    message = f'"{step.name}" has no timeout: it waits for its service as long as that takes'
    hint = 'write for example "timeout: 30 seconds" beside "tech", or a timeout for the whole workflow'
    report.add("B123", step.name_place or step.place, message, hint, length=len(step.name))


def _advise_loops(flow: Flow, report: Report) -> None:
    for inner in (one for scopes in flow.inner for one in scopes):
        _advise_loops(inner, report)
    for loop in loops(range(len(flow.steps)), lambda number: _targets(flow, number)):
        bounds = set(_bounds(flow, loop))
        for part in loops(loop - bounds, lambda number: _targets(flow, number)):
            _tell_loop(flow, part, report)


def _targets(flow: Flow, number: int) -> list[int]:
    return [edge.target for edge in flow.edges[number]]


def _bounds(flow: Flow, loop: frozenset[int]) -> Iterator[int]:
    """The steps of a loop that end it some time: choices that leave it by a count or a clock, and people.

    What an `asl` state decides is its author's business.
    """
    counted = {name for number in loop for name in _counted(flow.steps[number])}
    for number in loop:
        kind = flow.steps[number].kind
        leaves = any(target not in loop for target in _targets(flow, number))
        by_count = isinstance(kind, Choices) and any(_reads(one, counted) for one in kind.templates())
        if isinstance(kind, Approve | Asl) or (leaves and by_count):
            yield number


def _counted(step: Step) -> Iterator[str]:
    """The variables whose new value is made of the old one: `tries: "{% $tries + 1 %}"`."""
    for entry in step.kind.values if isinstance(step.kind, Set) else ():
        if any(_reads(template, {entry.key}) for template in templates_in(entry.value)):
            yield entry.key


def _reads(template: Template, names: Iterable[str]) -> bool:
    sources = [one.source for one in template.expressions]
    return any(_CLOCK.search(one) or not parse(one).variables().isdisjoint(names) for one in sources)


def _tell_loop(flow: Flow, loop: frozenset[int], report: Report) -> None:
    number, jump = jump_back(flow, loop)
    message = f'"{flow.steps[number].name}" goes back, and nothing bounds how often'
    hint = 'count with "set" and leave by a choice when it is enough, or give the workflow a timeout'
    report.add("B124", jump.place, message, hint, length=len(jump.target))
