"""The folder of the local state, `.coworks`: databases, mails, secrets, packages, what was deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def prepare_state_folder(folder: Path) -> None:
    """Make the folder, which only its owner may look into, and which belongs to nobody's repository."""
    folder.mkdir(mode=0o700, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
