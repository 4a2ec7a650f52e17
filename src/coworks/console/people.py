"""The people that a project knows: the mail addresses in its workflows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from coworks.project import Project

_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_MOST: Final = 30


def known_people(project: Project) -> tuple[str, ...]:
    """Their addresses, by name, at most as many as a menu holds."""
    texts = (
        one.path.read_text(encoding="utf-8", errors="replace") for one in project.files if one.path.is_file()
    )
    found = {address.lower() for text in texts for address in _ADDRESS.findall(text)}
    return tuple(sorted(found)[:_MOST])
