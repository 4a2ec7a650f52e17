"""What the parts of a workflow's page know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.biz.completion import Surroundings
    from coworks.console.documents import Document
    from coworks.console.visitors import Visitor


class Desk(Protocol):
    """Somebody at work on a workflow. Every change goes through the document; `refresh` shows it."""

    visitor: Visitor
    name: str
    document: Document
    may_edit: bool

    def around(self) -> Surroundings:
        """What may be used in the workflow."""
        ...

    async def refresh(self) -> None:
        """Show the document as it is now, in all views."""

    async def edit(self, change: Callable[[str], str]) -> bool:
        """Change the text by program; False, and the reason is said, when that is not possible."""
        ...

    async def save(self) -> None:
        """Write the file, unless somebody else did meanwhile."""
