"""The orders of a workflow against what the services take."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coworks.asl.jsonata import OPENING
from coworks.biz.nodes import Entry, ListNode, MapNode, Node, Scalar
from coworks.biz.steps.approve import SERVICE, Approve
from coworks.biz.steps.tech import Tech

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from coworks.biz.contracts import EntryContract, ParameterContract, ServiceContract
    from coworks.biz.problems import Place, Report
    from coworks.biz.steps.kind import Step
    from coworks.biz.templates import Template


def check_contracts(steps: Iterable[Step], services: Mapping[str, ServiceContract], report: Report) -> None:
    for step in steps:
        if isinstance(step.kind, Tech):
            check_order(step.kind, services, report)
        elif isinstance(step.kind, Approve):
            _check_approval(step.kind, services, report)


def _check_approval(approve: Approve, services: Mapping[str, ServiceContract], report: Report) -> None:
    name = approve.service.text if approve.service else SERVICE
    if name not in services:
        place = approve.service.place if approve.service else approve.place.key_place
        hint = (
            f"add the file tech/{name}.py with the line: "
            "from coworks.catalog.approval import ApprovalMicroService as service"
        )
        message = f'no service is named "{name}", which asks people'
        report.add("B201", place, message, hint, length=len(approve.place.key))


def check_order(tech: Tech, services: Mapping[str, ServiceContract], report: Report) -> None:
    """Tell what is wrong with an order to a service."""
    name = tech.service.text
    service = services.get(name)
    if service is None:
        hint = report.suggest(name, services) or f"add the file tech/{name}.py"
        report.add("B201", tech.service.place, f'no service is named "{name}"', hint, length=len(name))
    elif service.entries is not None:
        entry = _find_entry(tech, service, service.entries, report)
        if entry:
            _Order(tech, entry, report).check()


def _find_entry(
    tech: Tech, service: ServiceContract, entries: tuple[EntryContract, ...], report: Report
) -> EntryContract | None:
    segments = path_segments(tech.path)
    fitting = sorted(
        (entry for entry in entries if fits(segments, entry.path)), key=lambda entry: entry.path.count("{")
    )
    for entry in fitting:
        if entry.method.lower() == tech.verb:
            return entry
    if fitting:
        _tell_verb(tech, service, fitting, report)
    else:
        _tell_path(tech, service, entries, report)
    return None


def _tell_verb(tech: Tech, service: ServiceContract, fitting: list[EntryContract], report: Report) -> None:
    verbs = sorted({entry.method.lower() for entry in fitting})
    message = f'"{service.name}" does not answer {tech.verb} at {tech.path.scalar.text}'
    report.add(
        "B203", tech.place_of_verb.key_place, message, f"it answers {', '.join(verbs)}", length=len(tech.verb)
    )


def _tell_path(
    tech: Tech, service: ServiceContract, entries: tuple[EntryContract, ...], report: Report
) -> None:
    path = tech.path.scalar
    same_verb = {entry.path for entry in entries if entry.method.lower() == tech.verb}
    known = same_verb or {entry.path for entry in entries}
    message = f'"{service.name}" has nothing at {tech.verb} {path.text}'
    report.add("B202", path.place, message, report.suggest(path.text, known), length=len(path.text))


# A segment of a path that holds an expression is known when the workflow runs.
_ANY: Final = None


def path_segments(path: Template) -> list[str | None]:
    """The segments of a path; None for one with an expression in it."""
    text = "".join(part if isinstance(part, str) else "\0" for part in path.parts)
    return [_ANY if "\0" in segment else segment for segment in _split(text)]


def _split(path: str) -> list[str]:
    return path.strip("/").split("/") if path.strip("/") else []


def fits(segments: list[str | None], template: str) -> bool:
    """Whether a path is one of an entry with this template."""
    names = _split(template)
    return len(names) == len(segments) and all(
        name.startswith("{") or segment == name for segment, name in zip(segments, names, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Order:
    """An order and the entry that it is for."""

    tech: Tech
    entry: EntryContract
    report: Report

    def check(self) -> None:
        self._check_path()
        self._check_names(self.tech.query)
        if not self._takes_body():
            self._check_names(self.tech.body)
        self._check_required()

    def _takes_body(self) -> bool:
        return any(parameter.source == "body" for parameter in self.entry.parameters)

    def _arguments(self) -> dict[str, ParameterContract]:
        return {one.name: one for one in self.entry.parameters if one.source == "argument"}

    def _check_path(self) -> None:
        taken = {f"{{{one.name}}}": one for one in self.entry.parameters if one.source == "path"}
        path = self.tech.path.scalar
        for segment, name in zip(path_segments(self.tech.path), _split(self.entry.path), strict=True):
            parameter = taken.get(name)
            if segment is not None and parameter and not _fits_text(segment, parameter):
                message = f'"{parameter.name}" takes {_words(parameter)}, not "{segment}"'
                self.report.add("B206", path.place, message, length=len(path.text))

    def _check_names(self, given: Entry | None) -> None:
        """The names and types of the query or of the body, when they are written out."""
        if given is None or not isinstance(given.value, MapNode):
            return
        arguments = self._arguments()
        for one in given.value.entries:
            parameter = arguments.get(one.key)
            if parameter:
                self._check_type(one, parameter, is_text=given is self.tech.query)
            elif not self.entry.takes_rest:
                self._tell_unknown(one, arguments)

    def _tell_unknown(self, one: Entry, arguments: dict[str, ParameterContract]) -> None:
        where = f"{self.tech.verb} {self.entry.path}"
        message = f'"{self.tech.service.text}" takes no parameter "{one.key}" at {where}'
        hint = self.report.suggest(one.key, arguments) or "it takes none"
        self.report.add("B204", one.key_place, message, hint, length=len(one.key))

    def _check_type(self, one: Entry, parameter: ParameterContract, *, is_text: bool) -> None:
        if not _fits_type(one.value, parameter, is_text=is_text):
            got = f'"{one.value.text}"' if isinstance(one.value, Scalar) else "this"
            message = f'"{one.key}" takes {_words(parameter)}, not {got}'
            texts = [choice for choice in parameter.choices if isinstance(choice, str)]
            near = self.report.near(got.strip('"'), texts)
            hint = f'did you mean "{near}"?' if near else None
            self.report.add("B206", one.place, message, hint, length=_length(one.value))

    def _check_required(self) -> None:
        given = self._given_names()
        for parameter in self.entry.parameters:
            if not parameter.required or parameter.source == "path":
                continue
            if parameter.source == "body":
                self._require_body()
            elif given is not None and parameter.name not in given and not self._was_meant(parameter, given):
                self._tell_missing(parameter.name)

    def _require_body(self) -> None:
        if self.tech.body is None:
            self._tell_missing("body")

    def _was_meant(self, parameter: ParameterContract, given: set[str]) -> bool:
        """True when an unknown name was told with this parameter as the one that was meant."""
        arguments = self._arguments()
        strangers = given - arguments.keys() if not self.entry.takes_rest else set()
        return any(self.report.near(name, arguments) == parameter.name for name in strangers)

    def _given_names(self) -> set[str] | None:
        """The names in query and body, or None when an expression gives them."""
        names: set[str] = set()
        for given in (self.tech.query, None if self._takes_body() else self.tech.body):
            if given is None:
                continue
            if not isinstance(given.value, MapNode):
                return None
            names |= {one.key for one in given.value.entries}
        return names

    def _tell_missing(self, name: str) -> None:
        where: Place = self.tech.place_of_verb.key_place
        at = f"{self.tech.verb} {self.entry.path}"
        message = f'"{self.tech.service.text}" needs "{name}" at {at}'
        verb = self.tech.verb
        under = "" if name == "body" else f' under "{"query" if verb in _WITHOUT_BODY else "body"}"'
        self.report.add("B205", where, message, f"add {name}{under}", length=len(verb))


_WITHOUT_BODY: Final = frozenset({"get", "head", "delete"})

_WORDS: Final = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "dict": "keys and values",
}


def _anything(_: str) -> bool:
    return True


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


# What a path or a query may hold: texts, which the service converts.
_TEXT_FITS: Final[dict[str, Callable[[str], bool]]] = {
    "int": lambda text: text.lstrip("+-").isdecimal(),
    "float": _is_number,
    "bool": lambda text: text.lower() in {"true", "false", "1", "0"},
}

# What a body may hold: JSON, whose types are the service's.
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
}


def _words(parameter: ParameterContract) -> str:
    """What a parameter takes."""
    if parameter.choices:
        return " or ".join(json.dumps(choice, ensure_ascii=False) for choice in parameter.choices)
    return _WORDS.get(parameter.type or "", "another value")


def _fits_text(text: str, parameter: ParameterContract) -> bool:
    """Whether a text of a path or a query is one that the service can convert."""
    if parameter.choices:
        return text in map(str, parameter.choices)
    return _TEXT_FITS.get(parameter.type or "", _anything)(text)


def _fits_type(node: Node, parameter: ParameterContract, *, is_text: bool) -> bool:
    wanted = parameter.type
    if wanted is None and not parameter.choices:
        return True
    if isinstance(node, MapNode):
        return wanted == "dict"
    if isinstance(node, ListNode):
        return wanted == "list" or (is_text and wanted is None)
    if OPENING in node.text or node.value is None:
        return True
    if is_text:
        return _fits_text(node.text, parameter)
    if parameter.choices:
        return any(type(node.value) is type(choice) and node.value == choice for choice in parameter.choices)
    if isinstance(node.value, bool):
        return wanted == "bool"
    return isinstance(node.value, _TYPES.get(wanted or "", ()))


def _length(node: Node) -> int:
    return len(node.text) if isinstance(node, Scalar) else 1
