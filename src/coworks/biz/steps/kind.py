"""A step, and what it does: what all kinds have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from coworks.biz.nodes import Entry, Scalar
    from coworks.biz.problems import Place, Report
    from coworks.biz.steps.jump import Jump
    from coworks.biz.steps.recovery import CatchRule, RetryRule
    from coworks.biz.templates import Template


class InnerStep(Protocol):
    """A step inside another one, as far as the outer one knows it: a `Step` is one."""

    @property
    def name(self) -> str: ...

    @property
    def place(self) -> Place: ...

    @property
    def kind(self) -> Kind | None: ...


ReadSteps: TypeAlias = "Callable[[Entry, Report], tuple[Step, ...]]"


@dataclass(frozen=True, slots=True)
class Scope:
    """Steps that run inside a step, with variables of their own beside those around them.

    `given` are the variables that it begins with; in a `separate` one, an execution of its own, those around
    are handed over.
    """

    title: str
    steps: tuple[Step, ...]
    given: tuple[Scalar, ...] = ()
    is_separate: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """Where a step's state is written.

    `variable` holds its result; `following` is the next state, None at the end; `machines` are those of its
    scopes; `outer` are the variables that the scopes around it set; `workflow` is the name of the whole.
    """

    name: str
    variable: str
    following: str | None = None
    machines: tuple[Mapping[str, Any], ...] = ()
    outer: frozenset[str] = frozenset()
    workflow: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a step does. A keyword of the language is a subclass, listed in `STEP_KINDS`."""

    # Step Functions lets it fail: it has a result, and may have what `recovery` lists.
    can_fail: ClassVar[bool] = False
    recovery: ClassVar[tuple[str, ...]] = ()
    # It holds steps.
    has_steps: ClassVar[bool] = False
    # The workflow ends there.
    ends: ClassVar[bool] = False
    # The whole run ends there, and so it stands in no other step.
    ends_the_run: ClassVar[bool] = False
    # It says itself where to go.
    decides: ClassVar[bool] = False

    @classmethod
    def read(cls, entry: Entry, report: Report) -> Self | None:
        """The kind from the value of its keyword, or None when it is too broken to go on with."""
        raise NotImplementedError

    @classmethod
    def read_around(cls, entry: Entry, report: Report, read_steps: ReadSteps) -> Self | None:
        """As `read`, with what reads the steps inside it."""
        return cls.read(entry, report)

    def templates(self) -> Iterator[Template]:
        """Its texts with expressions."""
        yield from ()

    def jumps(self) -> tuple[Jump, ...]:
        """Where it may go by itself."""
        return ()

    def falls_through(self) -> bool:
        """True when it may go on to the next step."""
        return not self.ends

    def sets(self) -> tuple[str, ...]:
        """The variables that it sets, its result apart."""
        return ()

    def catches(self) -> tuple[CatchRule, ...]:
        """Where it goes by itself when it fails, before the rules of its step."""
        return ()

    def scopes(self) -> tuple[Scope, ...]:
        """The steps that run inside it, one scope for each machine."""
        return ()

    def inside(self) -> tuple[tuple[InnerStep, ...], ...]:
        """The steps of the workflows that run inside it: one tuple for each."""
        return tuple(scope.steps for scope in self.scopes())

    def state(self, at: Position) -> dict[str, Any]:
        """Its state without `Next`."""
        raise NotImplementedError

    def states(self, at: Position) -> dict[str, dict[str, Any]]:
        """Its state, and those that are added for it; all lead on as the step does."""
        return {at.name: self.state(at)}


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it was read.

    `kind` is None when its problems were told and nothing more is known of it; `name_place` when it has no
    name and goes by its number.
    """

    name: str
    place: Place
    name_place: Place | None
    variable: str
    kind: Kind | None
    goto: Jump | None = None
    comment: str | None = None
    retry: tuple[RetryRule, ...] = ()
    catch: tuple[CatchRule, ...] = ()
    timeout: int | None = None
    heartbeat: int | None = None

    @property
    def can_fail(self) -> bool:
        return self.kind is not None and self.kind.can_fail

    @property
    def has_result(self) -> bool:
        return self.kind is None or self.kind.can_fail


def all_steps(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps and those inside them, in the order of the file."""
    for step in steps:
        yield step
        for scope in step.kind.scopes() if step.kind else ():
            yield from all_steps(scope.steps)
