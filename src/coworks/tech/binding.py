"""A request's data become the arguments of an entry; everything that does not fit is told at once.

All values from the path and the query are text, a repeated query parameter is a list of texts, and values
of a JSON body keep their JSON type. `Plan.bind` is the one place where values get their final form: those of
parameters with annotations become what these say.
"""

from __future__ import annotations

import sys
from importlib import import_module

from coworks.tech.bodies import decode_body, has_body, raw_bytes
from coworks.tech.http_errors import BadRequestError
from coworks.tech.problems import LONGEST_NAME, MOST_PROBLEMS, Wrong, pointer, unknown
from coworks.tech.signatures import BODY, annotations_of, read_signature
from coworks.tech.templates import parse_template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from coworks.tech.bodies import Body
    from coworks.tech.entries import Entry
    from coworks.tech.request import Request
    from coworks.tech.texts import Kind

    # Makes a problem of a value: its name, what is wrong, and where below it (a JSON pointer, or nothing).
    Place = Callable[..., dict[str, str]]

# Annotations that ask for a text or for nothing, also as `from __future__ import annotations` writes them.
_TEXTS = (str, "str")
_ASK_NOTHING = ("Any", "object", "typing.Any", "t.Any")


class Plan:
    """How to call one entry, worked out once: where each variable is, what is required, what may be given.

    `kinds` says what the values of parameters become, for those whose annotation says it.
    """

    __slots__ = (
        "_entry",
        "_rest",
        "_signature",
        "closed",
        "kinds",
        "names",
        "needed",
        "readers_of_texts",
        "required",
        "takes_body",
        "takes_rest",
        "typed_variables",
        "variables",
    )

    def __init__(self, entry: Entry) -> None:
        segments = parse_template(entry.label, entry.path)
        self.variables = tuple((part.text, index) for index, part in enumerate(segments) if part.is_variable)
        free = [parameter for parameter in entry.parameters if parameter.source == "query-or-body"]
        self.names = frozenset(parameter.name for parameter in free)
        self.required = tuple(p.name for p in entry.parameters if p.required and p.source != "path")
        self.needed = frozenset(self.required)
        self.takes_body = any(parameter.source == "body" for parameter in entry.parameters)
        self.takes_rest = entry.takes_rest
        # What `**kwargs` must not take: the path has the last word on its variables.
        self._entry = entry
        self._signature = read_signature(entry.label, entry.function)
        self.closed = frozenset(
            (self._signature.receiver, *(name for name, _ in self.variables), *([BODY] * self.takes_body))
        )
        self.kinds: Mapping[str, Kind] = {}
        self.typed_variables: tuple[tuple[str, Kind], ...] = ()
        self.readers_of_texts: tuple[tuple[str, Callable[[Any, bool], Any]], ...] = ()
        self._rest: Kind | None = None

    def read_types(self) -> None:
        """Works out what annotations ask for; raises `DefinitionError` for those that cannot be asked."""
        annotations = annotations_of(self._entry.function).items()
        asked = {name: asks for name, asks in annotations if name != "return" and _asks(asks)}
        if not asked:
            return
        # A service without types, or with texts only, does without what types need: 2 ms at each cold start.
        if all(asks in _TEXTS for asks in asked.values()):
            self.kinds = dict.fromkeys(asked, import_module("coworks.tech.texts").TEXT)
        else:
            self.kinds = import_module("coworks.tech.typed").kinds_of(self._entry)
        self._rest = self.kinds.get(self._signature.rest or "")
        own = {*self._signature.positional, *self._signature.keyword_only}
        kinds = ((name, self.kinds.get(name) if name in own else self._rest) for name, _ in self.variables)
        self.typed_variables = tuple((name, kind) for name, kind in kinds if kind is not None)
        others = tuple((name, kind) for name, kind in self.kinds.items() if name in self.names)
        self.readers_of_texts = tuple((name, kind.read) for name, kind in (*self.typed_variables, *others))

    def bind(self, request: Request) -> dict[str, Any]:
        """The arguments of the entry, by name; raises `BadRequestError` with every problem of the request."""
        arguments: dict[str, Any] = {}
        segments = request.segments
        for name, index in self.variables:
            arguments[name] = segments[index]
        query, body = request.query, request.body
        has_none = body is None or not (body or request.is_order)
        # Most requests: no body, nothing unknown and nothing missing.
        if has_none and self.names.issuperset(query) and (not self.needed or self.needed <= query.keys()):
            arguments.update(query)
            try:
                for name, read in self.readers_of_texts:
                    if name in arguments:
                        arguments[name] = read(arguments[name], True)
            except (Wrong, RecursionError):
                # Bound again, to tell all that is wrong.
                arguments = {name: segments[index] for name, index in self.variables}
            else:
                return arguments
        self._bind_given(request, arguments)
        return arguments

    def _bind_given(self, request: Request, arguments: dict[str, Any]) -> None:
        problems: list[dict[str, str]] = []
        for name, kind in self.typed_variables:
            arguments[name] = _read(kind, arguments[name], True, _in_query, name, problems)
        fields, is_text = self._bind_body(request, arguments, problems) if has_body(request) else _NO_BODY
        if request.query:
            problems += [
                _in_query(name, "given twice, here and in the body")
                for name in request.query
                if name in fields
            ]
            self._take(request.query, True, _in_query, arguments, problems)
        if fields:
            self._take(fields, is_text, _in_body, arguments, problems)
        place = _in_body if fields else _in_query
        problems += [place(name, "missing") for name in self.required if name not in arguments]
        if problems:
            raise _refusal(problems)

    def _take(
        self,
        given: Mapping[str, Any],
        is_text: bool,
        place: Place,
        arguments: dict[str, Any],
        problems: list[dict[str, str]],
    ) -> None:
        """Puts what was given among the arguments, and what does not fit among the problems."""
        kind_of, names, rest = self.kinds.get, self.names, self._rest
        for name, value in given.items():
            if not self._takes(name):
                problems.append(place(name, unknown(name, self.names)))
            elif (kind := kind_of(name) if name in names else rest) is None:
                arguments[name] = value
            else:
                arguments[name] = _read(kind, value, is_text, place, name, problems)

    def _bind_body(self, request: Request, arguments: dict[str, Any], problems: list[dict[str, str]]) -> Body:
        """Gives the body to the parameter that takes it whole; else its fields, for the others."""
        if self.takes_body:
            kind = self.kinds.get(BODY)
            is_raw = kind is not None and kind.is_raw
            value, is_text = _raw(request) if is_raw else decode_body(request, whole=True)
            if kind is not None:
                value = _read(kind, value, is_text, _in_whole_body, BODY, problems)
            arguments[BODY] = value
            return _NO_BODY
        value, is_text = decode_body(request, whole=False)
        if isinstance(value, dict):
            return value, is_text
        problems.append({"pointer": "", "detail": "the body must be an object: a name for each value"})
        return _NO_BODY

    def _takes(self, name: str) -> bool:
        return name in self.names or (self.takes_rest and name not in self.closed)


_NO_BODY: Body = ({}, False)


def _asks(annotation: Any) -> bool:
    if isinstance(annotation, str):
        return annotation not in _ASK_NOTHING
    # `typing` costs 2.5 ms to import; who annotates with its `Any` has it.
    anything = getattr(sys.modules.get("typing"), "Any", object)
    return annotation not in (object, anything)


def _read(
    kind: Kind, value: Any, is_text: bool, place: Place, name: str, problems: list[dict[str, str]]
) -> Any:
    """The value as its kind has it; one that does not fit is kept, since it will not be used."""
    try:
        return kind.read(value, is_text)
    except RecursionError:
        problems.append(place(name, "is nested too deeply"))
    except Wrong as wrong:
        problems += [place(name, detail, below) for below, detail in wrong.found]
    return value


def _raw(request: Request) -> Body:
    """The bytes of a body whatever they are; the JSON value of an order has none."""
    body = request.body
    return raw_bytes(body) if isinstance(body, (str, bytes)) else body, False


def _in_query(name: str, detail: str, below: str = "") -> dict[str, str]:
    """A problem of the path or the query; below them there are only the values of a repeated name."""
    number = below[1:]
    told = f"value {int(number) + 1} {detail}" if number.isdigit() else detail
    return {"parameter": name[:LONGEST_NAME], "detail": told}


def _in_body(name: str, detail: str, below: str = "") -> dict[str, str]:
    """A problem of a field of the body, or of what is in it, with its JSON pointer."""
    return {"pointer": pointer(name) + below, "detail": detail}


def _in_whole_body(_name: str, detail: str, below: str = "") -> dict[str, str]:
    return {"pointer": below, "detail": detail}


def _refusal(problems: list[dict[str, str]]) -> BadRequestError:
    told = problems[:MOST_PROBLEMS]
    lines = [
        *map(_line, told),
        *([f"and {len(problems) - len(told)} more"] if len(problems) > len(told) else []),
    ]
    return BadRequestError(_sentence(lines), errors=told)


def _line(problem: dict[str, str]) -> str:
    place = problem.get("parameter") or problem.get("pointer", "").removeprefix("/")
    return f'"{place}" {problem["detail"]}' if place else problem["detail"]


def _sentence(lines: Iterable[str]) -> str:
    return "; ".join(lines)
