"""Who may use the console from another machine, and what each may do.

Kept in the state folder, readable by its owner only; of a password there is an argon2id hash
(RFC 9106), never the password.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from coworks.errors import CoWorksError, UsageError, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "console_users.json"
SHORTEST_PASSWORD: Final = 10
_COST: Final = {"time_cost": 2, "memory_cost": 19 * 1024, "parallelism": 1}
"""What OWASP's Password Storage Cheat Sheet asks of argon2id; memory in KiB."""

_NAME: Final = re.compile(r"[\w.@+-]{1,64}")


class Role(IntEnum):
    """What somebody may do; each may do what those before it may."""

    VIEW = 1
    OPERATE = 2
    EDIT = 3


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in; the one at this machine has no hash and needs none."""

    name: str
    role: Role
    hash: str = ""

    def may(self, role: Role) -> bool:
        return self.role >= role


THE_ONE_HERE: Final = User("local", Role.EDIT)


class Users:
    """The users in a file, which is read whenever it is asked: a change counts at once."""

    def __init__(self, state_folder: Path) -> None:
        self._file = state_folder / FILE

    def all(self) -> list[User]:
        """All users, by name. Raises `CoWorksError` for a file that is not ours."""
        try:
            told = json.loads(self._file.read_text(encoding="utf-8"))
            return [User(name, Role[one["role"].upper()], one["hash"]) for name, one in sorted(told.items())]
        except FileNotFoundError:
            return []
        except (ValueError, KeyError, TypeError, AttributeError):
            raise CoWorksError(
                f"{self._file} does not hold users of the console", hint="delete it, and add them again"
            ) from None

    def find(self, name: str) -> User | None:
        return next((user for user in self.all() if user.name == name), None)

    def put(self, name: str, password: str, role: Role) -> User:
        """Add a user, or give one another password and role. Raises `UsageError`."""
        if not _NAME.fullmatch(name):
            raise UsageError(
                f'"{name}" cannot be the name of a user', hint="use letters, digits and . @ + - _"
            )
        if len(password) < SHORTEST_PASSWORD:
            raise UsageError(
                "this password is too short", hint=f"take {SHORTEST_PASSWORD} characters or more"
            )
        user = User(name, role, _hasher().hash(password))
        self._write({one.name: one for one in self.all()} | {name: user})
        return user

    def remove(self, name: str) -> None:
        """Take a user out. Raises `UsageError` when there is none of this name."""
        users = {one.name: one for one in self.all()}
        if name not in users:
            raise UsageError(f'no user is named "{name}"', hint=did_you_mean(name, users))
        del users[name]
        self._write(users)

    def authenticate(self, name: str, password: str) -> User | None:
        """The user of this name and password; as slow for a name that does not exist as for one that does."""
        user = self.find(name)
        fits = _fits(user.hash if user else _hash_of_nobody(), password)
        return user if user and fits else None

    def _write(self, users: dict[str, User]) -> None:
        told = {one.name: {"role": one.role.name.lower(), "hash": one.hash} for one in users.values()}
        written = self._file.with_suffix(".new")
        descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            json.dump(told, opened, indent=1)
        written.replace(self._file)


def _fits(hash_: str, password: str) -> bool:
    errors = import_module("argon2.exceptions")
    try:
        return bool(_hasher().verify(hash_, password))
    except (errors.VerificationError, errors.InvalidHashError):
        return False


@cache
def _hash_of_nobody() -> str:
    return str(_hasher().hash("nobody knows this"))


@cache
def _hasher() -> Any:
    """argon2 comes with the extra, and whoever stays on this machine never loads it."""
    try:
        return import_module("argon2").PasswordHasher(**_COST)
    except ModuleNotFoundError:
        raise CoWorksError(
            "passwords need argon2, which is not installed", hint='pip install "coworks[console]"'
        ) from None
