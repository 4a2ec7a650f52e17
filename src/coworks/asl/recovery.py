"""Retry and Catch: the answers that a definition gives to a failure.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coworks.asl.failures import ALL, StateFailure, matches
from coworks.asl.fields import MAX_SECONDS, vocabulary
from coworks.asl.outcomes import Fail, GoTo, Retry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.asl.fields import Fields
    from coworks.asl.flow import Exit, Flow
    from coworks.asl.scope import Scope


@dataclass(frozen=True, slots=True)
class Retrier:
    """Try again on these errors, up to `max_attempts` times, each delay longer than the last."""

    errors: tuple[str, ...]
    interval: float = 1
    max_attempts: int = 3
    backoff_rate: float = 2.0
    max_delay: float | None = None
    full_jitter: bool = False

    FIELDS = vocabulary(
        *("ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate"),
        *("MaxDelaySeconds", "JitterStrategy", "Comment"),
    )

    @classmethod
    def read(cls, fields: Fields, flow: Flow) -> Retrier:
        fields.only(cls.FIELDS, flow.language)
        jitter = fields.string("JitterStrategy") or "NONE"
        if jitter not in {"FULL", "NONE"}:
            fields.report("Field 'JitterStrategy' must be FULL or NONE", at="/JitterStrategy")
        return cls(
            fields.names("ErrorEquals"),
            fields.number("IntervalSeconds", 1, least=1) or 1,
            int(fields.number("MaxAttempts", 3, least=0) or 0),
            fields.number("BackoffRate", 2.0, least=1) or 2.0,
            fields.number("MaxDelaySeconds", None, least=1),
            jitter == "FULL",
        )

    def delay(self, attempts_made: int) -> float:
        """Seconds to wait before the next attempt, after so many retries of this retrier."""
        longest = MAX_SECONDS if self.max_delay is None else self.max_delay
        try:
            return min(self.interval * self.backoff_rate**attempts_made, longest)
        except OverflowError:
            return longest


@dataclass(frozen=True, slots=True)
class Catcher:
    """Go on elsewhere on these errors."""

    errors: tuple[str, ...]
    exit: Exit

    FIELDS = vocabulary(
        *("ErrorEquals", "Next", "Assign", "Comment"), jsonpath="ResultPath", jsonata="Output"
    )

    @classmethod
    def read(cls, fields: Fields, flow: Flow) -> Catcher:
        fields.only(cls.FIELDS, flow.language)
        return cls(fields.names("ErrorEquals"), flow.catch_exit(fields))


@dataclass(frozen=True, slots=True)
class Recovery:
    """A state's retriers and catchers, in the order in which they are asked."""

    retriers: tuple[Retrier, ...] = ()
    catchers: tuple[Catcher, ...] = ()

    @classmethod
    def read(cls, fields: Fields, flow: Flow) -> Recovery:
        recovery = cls(
            tuple(Retrier.read(one, flow) for one in fields.objects("Retry")),
            tuple(Catcher.read(one, flow) for one in fields.objects("Catch")),
        )
        _check_order(fields, "Retry", [retrier.errors for retrier in recovery.retriers])
        _check_order(fields, "Catch", [catcher.errors for catcher in recovery.catchers])
        return recovery

    def answer(self, scope: Scope, failure: StateFailure, attempts: Mapping[int, int]) -> Retry | GoTo | Fail:
        """What to do about a failure; `attempts` counts the retries made by each retrier's index."""
        for index, retrier in enumerate(self.retriers):
            if matches(failure.error, retrier.errors):
                scope.told("retryIndex", index)
                made = attempts.get(index, 0)
                if made < retrier.max_attempts:
                    return Retry(index, retrier.delay(made), retrier.full_jitter)
                break
        for index, catcher in enumerate(self.catchers):
            if matches(failure.error, catcher.errors):
                scope.told("catchIndex", index)
                output = error_output(failure)
                return catcher.exit.leave(scope.with_error(output), output)
        return Fail(failure.error, failure.cause)


def _check_order(fields: Fields, name: str, rules: list[tuple[str, ...]]) -> None:
    for index, errors in enumerate(rules):
        if ALL in errors and (len(errors) > 1 or index < len(rules) - 1):
            fields.report("States.ALL must appear alone and last", at=f"/{name}[{index}]")


def error_output(failure: StateFailure) -> dict[str, Any]:
    """`$states.errorOutput`: the failure as a catcher sees it."""
    told = {"Error": failure.error, "Cause": failure.cause}
    return {name: value for name, value in told.items() if value is not None}
