"""The error family of CoWorks: what happened, how to fix it, and the exit code of the command.

Every error that CoWorks raises to a user is a `CoWorksError`. The command line prints its message, then
`fix:` with its hint, and leaves with its exit code: a user never reads a traceback of ours.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class CoWorksError(Exception):
    """An error with its fix.

    `message` says what happened and where, `hint` what to do about it. Subclasses set `exit_code`, which
    the `cws` command leaves with: 1 when the work failed, 2 when it was asked for in the wrong way (the
    convention of POSIX tools and of click).
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def explain(self) -> str:
        """The text for people: the message and, on a line of its own, the fix."""
        return f"{self.message}\nfix: {self.hint}" if self.hint else self.message


class UsageError(CoWorksError):
    """A command or a call that cannot be carried out as it was written."""

    exit_code = 2


class DefinitionError(CoWorksError):
    """A class that cannot be a service as it is written: found when it is defined, not when it is called."""


def near_name(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was most probably meant to be, or None when none is near."""
    by_lower_case = {candidate.lower(): candidate for candidate in known}
    # Most processes, and nearly every Lambda, never meet a wrong name: 1 ms at each start for nothing.
    matches = import_module("difflib").get_close_matches(name.lower(), by_lower_case, n=1, cutoff=0.6)
    return by_lower_case[matches[0]] if matches else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A hint for an unknown name: the near one, else the list of those that exist, else None."""
    names = sorted(set(known))
    if near := near_name(name, names):
        return f'did you mean "{near}"?'
    return f"known: {', '.join(names)}" if names else None
