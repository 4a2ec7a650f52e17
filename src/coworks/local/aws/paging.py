"""Lists in pages: the token of the next page is the last name of this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def page_of(names: Iterable[str], after: str | None, size: int) -> tuple[list[str], dict[str, str]]:
    """The names that follow a token, in their order, and the `NextToken` when there are more."""
    left = sorted(name for name in names if name > (after or ""))
    return left[:size], {"NextToken": left[size - 1]} if len(left) > size else {}
