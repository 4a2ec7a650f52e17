"""A step: what it does, and what all kinds may have beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coworks.biz.problems import Place
    from coworks.biz.steps.kind import Jump, Kind
    from coworks.biz.steps.recovery import CatchRule, RetryRule


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

    @property
    def can_fail(self) -> bool:
        return self.kind is not None and self.kind.can_fail

    @property
    def has_result(self) -> bool:
        return self.kind is None or self.kind.can_fail
