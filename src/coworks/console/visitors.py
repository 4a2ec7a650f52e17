"""What the pages are handed: the running project, and who is looking at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coworks.console.users import THE_ONE_HERE, Role, User
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from coworks.console.audit import AuditLog
    from coworks.console.sessions import Session, Sessions
    from coworks.local import System

SCOPE_KEY: Final = "coworks.visitor"
"""Where the visitor of a request is in its ASGI scope."""


class NotAllowedError(CoWorksError):
    """Somebody who is not logged in any more, or whose role does not reach."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a page of the console, whose rights are looked up anew for everything that is done."""

    system: System
    audit: AuditLog
    sessions: Sessions | None = None
    session: Session | None = None

    @property
    def user(self) -> User:
        return self.session.user if self.session else THE_ONE_HERE

    def may(self, role: Role) -> bool:
        """Whether the visitor may do what needs this role, now."""
        return self._is_here() and self.user.may(role)

    def act(self, role: Role, did: str, what: str) -> None:
        """Write down what the visitor is about to do. Raises `NotAllowedError` when that is not allowed."""
        if not self._is_here():
            raise NotAllowedError("you are not logged in any more", hint="load the page again, and log in")
        if not self.user.may(role):
            raise NotAllowedError(
                f"this needs the role {role.name.lower()}, and you have {self.user.role.name.lower()}",
                hint=f"ask for it: cws console add {self.user.name} --role {role.name.lower()}",
            )
        self.audit.write(self.user.name, did, what)

    def _is_here(self) -> bool:
        if self.sessions is None:
            return True
        return self.session is not None and self.sessions.find(self.session.key) is not None
