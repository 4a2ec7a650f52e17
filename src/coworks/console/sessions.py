"""Who is logged in. Sessions live in memory: a restart asks for the password again."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.console.users import User

LASTS: Final = 12 * 3600.0
"""Seconds after which a session is over."""

_FAILURES: Final = 5
_WITHIN: Final = 60.0


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who logged in. `key` is the secret that the cookie holds, `until` in the clock's seconds."""

    key: str
    user: User
    until: float


class Sessions:
    """The sessions of a server, for any thread; `clock` counts seconds.

    `is_known` tells whether a user is still the one who logged in: whoever is removed, or gets another
    password or role, is out at once.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        is_known: Callable[[User], bool] = lambda user: True,
    ) -> None:
        self._clock = clock
        self._is_known = is_known
        self._sessions: dict[str, Session] = {}
        self._failures: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def begin(self, user: User) -> Session:
        session = Session(secrets.token_urlsafe(32), user, self._clock() + LASTS)
        with self._lock:
            self._forget_old()
            self._sessions[session.key] = session
        return session

    def find(self, key: str) -> Session | None:
        """The session of a key, unless it is over."""
        session = self._sessions.get(key)
        if session is None or session.until <= self._clock() or not self._is_known(session.user):
            return None
        return session

    def end(self, key: str) -> None:
        with self._lock:
            self._sessions.pop(key, None)

    def is_held_back(self, address: str) -> bool:
        """True when an address gave wrong passwords so often that it has to wait."""
        since = self._clock() - _WITHIN
        return sum(moment > since for moment in self._failures.get(address, ())) >= _FAILURES

    def count_failure(self, address: str) -> None:
        with self._lock:
            recent = [*self._failures.pop(address, ()), self._clock()]
            self._failures[address] = recent[-_FAILURES:]

    def _forget_old(self) -> None:
        now = self._clock()
        self._sessions = {key: one for key, one in self._sessions.items() if one.until > now}
        self._failures = {
            address: moments for address, moments in self._failures.items() if moments[-1] > now - _WITHIN
        }
