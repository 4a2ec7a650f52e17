"""A request's data become the arguments of an entry; everything that does not fit is told at once.

All values from the path and the query are text, a repeated query parameter is a list of texts, and values
of a JSON body keep their JSON type. `Plan.bind` is the one place where values get their final form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.errors import near_name
from coworks.tech.bodies import decode_body, has_body
from coworks.tech.entries import BODY, read_signature
from coworks.tech.http_errors import BadRequestError
from coworks.tech.templates import parse_template

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coworks.tech.entries import Entry
    from coworks.tech.request import Request

# A request may be hostile: this many problems are told, names are cut at this length.
_MOST_PROBLEMS = 20
_LONGEST_NAME = 80


class Plan:
    """How to call one entry, worked out once: where each variable is, what is required, what may be given."""

    __slots__ = ("closed", "names", "required", "takes_body", "takes_rest", "variables")

    def __init__(self, entry: Entry) -> None:
        segments = parse_template(entry.label, entry.path)
        self.variables = tuple((part.text, index) for index, part in enumerate(segments) if part.is_variable)
        free = [parameter for parameter in entry.parameters if parameter.source == "query-or-body"]
        self.names = frozenset(parameter.name for parameter in free)
        self.required = tuple(p.name for p in entry.parameters if p.required and p.source != "path")
        self.takes_body = any(parameter.source == "body" for parameter in entry.parameters)
        self.takes_rest = entry.takes_rest
        # What `**kwargs` must not take: the path has the last word on its variables.
        receiver = read_signature(entry.label, entry.function).receiver
        self.closed = frozenset(
            (receiver, *(name for name, _ in self.variables), *([BODY] * self.takes_body))
        )

    def bind(self, request: Request) -> dict[str, Any]:
        """The arguments of the entry, by name; raises `BadRequestError` with every problem of the request."""
        segments = request.segments
        arguments: dict[str, Any] = {name: segments[index] for name, index in self.variables}
        if self.variables:
            request.path_parameters = dict(arguments)
        if request.query or self.required or has_body(request):
            self._bind_given(request, arguments)
        return arguments

    def _bind_given(self, request: Request, arguments: dict[str, Any]) -> None:
        problems: list[dict[str, str]] = []
        fields = self._bind_body(request, arguments, problems) if has_body(request) else {}
        problems += [
            _in_query(name, "given twice, here and in the body") for name in request.query if name in fields
        ]
        for given, place in ((request.query, _in_query), (fields, _in_body)):
            for name, value in given.items():
                if self._takes(name):
                    arguments[name] = value
                else:
                    problems.append(place(name, self._unknown(name)))
        place = _in_body if fields else _in_query
        problems += [place(name, "missing") for name in self.required if name not in arguments]
        if problems:
            raise _refusal(problems)

    def _bind_body(
        self, request: Request, arguments: dict[str, Any], problems: list[dict[str, str]]
    ) -> dict[str, Any]:
        """Gives the body to the parameter that takes it whole; else its fields, for the others."""
        value = decode_body(request, whole=self.takes_body)
        if self.takes_body:
            arguments[BODY] = value
        elif isinstance(value, dict):
            return value
        else:
            problems.append({"pointer": "", "detail": "the body must be an object: a name for each value"})
        return {}

    def _takes(self, name: str) -> bool:
        return name in self.names or (self.takes_rest and name not in self.closed)

    def _unknown(self, name: str) -> str:
        near = near_name(name, self.names) if len(name) <= _LONGEST_NAME else None
        return f'unknown, did you mean "{near}"?' if near else "unknown"


def _in_query(name: str, detail: str) -> dict[str, str]:
    return {"parameter": name[:_LONGEST_NAME], "detail": detail}


def _in_body(name: str, detail: str) -> dict[str, str]:
    """A problem of a field of the body, with its JSON pointer (RFC 6901)."""
    escaped = name[:_LONGEST_NAME].replace("~", "~0").replace("/", "~1")
    return {"pointer": f"/{escaped}", "detail": detail}


def _refusal(problems: list[dict[str, str]]) -> BadRequestError:
    told = problems[:_MOST_PROBLEMS]
    lines = [
        *map(_line, told),
        *([f"and {len(problems) - len(told)} more"] if len(problems) > len(told) else []),
    ]
    return BadRequestError(_sentence(lines), errors=told)


def _line(problem: dict[str, str]) -> str:
    place = problem.get("parameter") or problem["pointer"].removeprefix("/")
    return f'"{place}" {problem["detail"]}' if place else problem["detail"]


def _sentence(lines: Iterable[str]) -> str:
    return "; ".join(lines)
