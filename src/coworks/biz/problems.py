"""What can be wrong with a workflow, and how it is told.

A `Problem` says where, what and how to mend it. A `Report` gathers the problems of one file, so that every
stage can go on after the first. `CODES` is the one list of codes; the page `error_codes` is held to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from coworks.errors import near_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Severity = Literal["error", "warning"]

CODES: Final[dict[str, str]] = {
    "B001": "the file is not YAML",
    "B002": "a tab is used to indent",
    "B003": "the file is empty",
    "B004": "the file does not hold keys and values",
    "B005": "a key is written twice",
    "B006": "anchors and aliases are not used here",
    "B007": "the file is too large",
    "B008": "the file holds more than one document",
    "B009": "values are nested too deep",
    "B010": "tags are not used here",
    "B011": "a key is not a simple text",
    "B101": "this key is not known here",
    "B102": "a key is missing",
    "B103": "a jump leads to no step",
    "B104": "a value is of the wrong kind",
    "B105": "a step does not say what to do",
    "B106": "a step says more than one thing to do",
    "B107": "two steps have the same name",
    "B108": "this name is kept for the workflow itself",
    "B109": "a name is too long",
    "B110": "two names give the same variable, or a variable that is taken",
    "B111": "no path leads to this step",
    "B112": "no path leads from here to the end",
    "B113": "the workflow has no step",
    "B114": "this key cannot be used on this kind of step",
    "B115": "a duration or a date is not understood",
    "B116": "a rule for all errors is not alone and last",
    "B117": "no error of Step Functions has this name",
    "B118": "this is not a name for a variable",
    "B119": "a jump leads into a branch or out of it",
    "B120": "a variable of the steps around is changed",
    "B121": "this is no mail address",
    "B122": "this is not a kind of value",
    "B123": "an order has no timeout",
    "B124": "a loop has no bound",
    "B125": "constants are larger than a payload may be",
    "B126": "the state machine is larger than AWS takes",
    "B127": "a condition in words is not understood",
    "B128": "a new run is begun inside a step",
    "B201": "no service has this name",
    "B202": "the service has nothing at this path",
    "B203": "the service answers another verb at this path",
    "B204": "the service does not take this parameter",
    "B205": "a parameter that the service needs is missing",
    "B206": "a value is not of the type that the service takes",
    "B207": "an order needs exactly one verb",
    "B208": "this is not a path",
    "B209": "this is not a name for a service",
    "B210": "no workflow has this name",
    "B211": "workflows wait for each other",
    "B212": "this is not a call of AWS",
    "B213": "a value that the workflow needs is missing",
    "B214": "the workflow does not take this value",
    "B215": "a value is not of the kind that the workflow takes",
    "B216": "no predefined workflow has this name",
    "B301": "an expression does not parse",
    "B302": "no step sets this variable, or no function has this name",
    "B303": "a variable may not be set yet",
    "B304": "the marks of an expression are wrong",
    "B305": "$eval is refused by Step Functions",
    "B306": "a word in an expression is no variable",
    "B307": "a text looks like an expression",
    "B401": "a trigger does not say when",
    "B402": "a period is not understood",
    "B403": "a cron expression is not understood",
    "B404": "a cron expression never fires",
    "B405": "no time zone has this name",
    "B406": "AWS schedules count in whole minutes",
    "B407": "an expression is not possible here",
    "B408": "a moment is over",
    "B409": "a moment is not understood",
    "B410": "an event pattern fits nothing",
    "B411": "data of a trigger takes only parts of the event",
    "B412": "the name of what starts it is not possible",
    "B501": "the file is not JSON",
    "B502": "the state machine is not valid",
    "B503": "a function is no service of this project",
}

WARNINGS: Final = frozenset({"B123", "B124", "B307", "B406", "B408", "B503"})

MAX_PROBLEMS: Final = 500

_WIDTH: Final = 110
_MAX_NAMES: Final = 12
_MAX_COMPARISONS: Final = 20_000


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in the file; the first line and the first column are 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, with its place and its fix. `length` is how many characters it covers."""

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    source_line: str = ""
    length: int = 1

    @property
    def severity(self) -> Severity:
        return "warning" if self.code in WARNINGS else "error"

    @property
    def place(self) -> Place:
        return Place(self.line, self.column)

    def __lt__(self, other: Problem) -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[str, int, int, str, str]:
        return (self.file, self.line, self.column, self.code, self.message)

    def saying(self, message: str, hint: str) -> Problem:
        """The same problem in these words."""
        return replace(self, message=message, hint=hint)

    def render(self) -> str:
        """The problem for people: place, code, message and fix, then the line with a caret under it."""
        warning = "warning: " if self.severity == "warning" else ""
        hint = f"; {self.hint}" if self.hint else ""
        head = f"{self.file}:{self.line}:{self.column} {self.code} {warning}{self.message}{hint}"
        return f"{head}\n{self._excerpt()}" if self.source_line.strip() else head

    def _excerpt(self) -> str:
        first = max(0, self.column - _WIDTH // 2) if len(self.source_line) > _WIDTH else 0
        line = self.source_line[first : first + _WIDTH]
        before = line[: self.column - 1 - first]
        # Tabs are kept so that the caret stands under its character whatever their width.
        indent = "".join("\t" if character == "\t" else " " for character in before)
        room = max(1, len(line) - len(before))
        return f"    {line.rstrip()}\n    {indent}{'^' * min(max(1, self.length), room)}"


class Report:
    """Gathers the problems of one file while the stages go on."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = text.splitlines()
        self.size = len(text)
        self._problems: set[Problem] = set()
        self._comparisons_left = _MAX_COMPARISONS

    @property
    def is_full(self) -> bool:
        """True when there are more problems than anybody reads: a stage that costs may stop."""
        return len(self._problems) >= MAX_PROBLEMS

    def near(self, name: str, known: Collection[str]) -> str | None:
        """The known name that was probably meant, as long as searching it costs little."""
        self._comparisons_left -= len(known)
        if self._comparisons_left <= 0:
            return None
        begun = [one for one in known if one.startswith(f"{name}_")]
        return near_name(name, known) or (begun[0] if len(begun) == 1 else None)

    def suggest(self, name: str, known: Collection[str]) -> str | None:
        """The hint for an unknown name: the near one, or else the first of those that exist."""
        if near := self.near(name, known):
            return f'did you mean "{near}"?'
        names = sorted(known)
        more = ", ..." if len(names) > _MAX_NAMES else ""
        return f"known: {', '.join(names[:_MAX_NAMES])}{more}" if names else None

    def add(self, code: str, place: Place, message: str, hint: str | None = None, *, length: int = 1) -> None:
        if not self.is_full:
            self._problems.add(self.problem(code, place, message, hint, length=length))

    def problem(
        self, code: str, place: Place, message: str, hint: str | None = None, *, length: int = 1
    ) -> Problem:
        """A problem of this file, which is not added."""
        line = self.lines[place.line - 1] if place.line <= len(self.lines) else ""
        return Problem(self.file, place.line, place.column, code, message, hint or "", line, max(1, length))

    def problems(self) -> tuple[Problem, ...]:
        return tuple(sorted(self._problems))

    def has_any(self, codes: Iterable[str]) -> bool:
        return not {problem.code for problem in self._problems}.isdisjoint(codes)

    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self._problems)
