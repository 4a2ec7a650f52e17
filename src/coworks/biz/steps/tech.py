"""`tech`: an order to a technical service."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from coworks.biz.nodes import Entry, MapNode, Node, Scalar
from coworks.biz.payloads import check_payload
from coworks.biz.reading import Shape, read_scalar, read_shape, wrong_kind
from coworks.biz.steps.kind import Kind
from coworks.biz.templates import Template, mark, render, template_of, templates_in, to_states_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.biz.problems import Report
    from coworks.biz.steps.kind import Position

VERBS: Final = ("get", "post", "put", "patch", "delete", "head")

EXTRAS: Final = ("query", "headers", "body")
_SHAPE = Shape("an order", required=("service",), optional=(*VERBS, *EXTRAS))
_SERVICE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_RESULT = "$states.result.Payload.body"


@dataclass(frozen=True, slots=True)
class Tech(Kind):
    """An order: a verb and a path of a service, with what goes along."""

    can_fail: ClassVar[bool] = True
    recovery: ClassVar[tuple[str, ...]] = ("retry", "catch", "timeout")

    service: Scalar
    verb: str
    path: Template
    place_of_verb: Entry
    query: Entry | None = None
    headers: Entry | None = None
    body: Entry | None = None

    @classmethod
    def read(cls, entry: Entry, report: Report) -> Tech | None:
        found = read_shape(entry, _SHAPE, report, "write {service: NAME, get: /PATH}")
        if found is None:
            return None
        service = _read_service(found, report)
        verb = _read_verb(entry, found, report)
        path = _read_path(verb, report) if verb else None
        query, headers, body = (found.get(key) for key in EXTRAS)
        _check_named(query, report)
        _check_named(headers, report)
        check_payload((query, headers, body), report)
        if service is None or verb is None or path is None:
            return None
        return cls(service, verb.key, path, verb, query, headers, body)

    def templates(self) -> Iterator[Template]:
        yield self.path
        for entry in (self.query, self.headers, self.body):
            if entry:
                yield from templates_in(entry.value)

    def state(self, at: Position) -> dict[str, Any]:
        order: dict[str, Any] = {"coworks": 1, "method": self.verb.upper(), "path": self._path()}
        for entry in (self.query, self.headers, self.body):
            if entry:
                order[entry.key] = to_states_language(entry.value)
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": f"${{{self.service.text}}}", "Payload": order},
            "Output": mark(_RESULT),
            "Assign": {at.variable: mark(_RESULT)},
        }

    def _path(self) -> Any:
        """The path, its values encoded so that a "/" or a "?" in one of them stays part of it."""
        if not self.path.expressions:
            return self.path.scalar.text
        return render(self.path, "$encodeUrlComponent($string({}))".format)


def _read_service(found: dict[str, Entry], report: Report) -> Scalar | None:
    name = read_scalar(found["service"], report) if "service" in found else None
    if name and not _SERVICE.fullmatch(name.text):
        message = f'"{name.text}" is not a name for a service'
        hint = "write the name of the service's file without .py"
        report.add("B209", name.place, message, hint, length=len(name.text))
        return None
    return name


def _read_verb(entry: Entry, found: dict[str, Entry], report: Report) -> Entry | None:
    verbs = [one for key, one in found.items() if key in VERBS]
    if not verbs and found.keys() <= set(_SHAPE.keys):
        hint = f"add one of {', '.join(VERBS)} with its path, for example get: /status"
        report.add("B207", entry.value.place, "this order has no verb", hint)
    for extra in verbs[1:]:
        message = f'this order has two verbs: "{verbs[0].key}" and "{extra.key}"'
        report.add("B207", extra.key_place, message, "write one step for each", length=len(extra.key))
    return verbs[0] if verbs else None


def _read_path(verb: Entry, report: Report) -> Template | None:
    scalar = read_scalar(verb, report, 'write the path of the entry, "/" for the root')
    if scalar is None:
        return None
    if not scalar.text.startswith("/"):
        hint = f'write "/{scalar.text}"' if "{%" not in scalar.text else 'begin with "/", then the expression'
        report.add("B208", scalar.place, 'a path begins with "/"', hint, length=len(scalar.text))
        return None
    path = template_of(scalar)
    written = "".join(part for part in path.parts if isinstance(part, str))
    if "{" in written or "}" in written:
        hint = "write the value, or where it comes from, for example {% $data.number %}"
        report.add("B208", scalar.place, 'a path has no "{" or "}"', hint, length=len(scalar.text))
        return None
    if "?" in written or "#" in written:
        hint = 'write parameters under "query"'
        report.add("B208", scalar.place, 'a path has no "?" or "#"', hint, length=len(scalar.text))
        return None
    return path


def _check_named(entry: Entry | None, report: Report) -> None:
    """Query and headers have names: keys and values, or one expression that gives them."""
    if entry is None or isinstance(entry.value, MapNode) or _is_whole_expression(entry.value):
        return
    wrong_kind(entry, "keys and values", report)


def _is_whole_expression(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_text and template_of(node).whole is not None
