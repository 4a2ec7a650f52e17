"""Which items of a list are which in the new one: what stays keeps its text, wherever it goes."""

from __future__ import annotations

from typing import Any

from coworks.biz.editing.tree import are_same


def origins_of(old: list[Any], new: list[Any]) -> list[int | None]:
    """For each new item, the number of the old one that it was, None when it is none.

    Equal ones are the same; then those of one name, as steps have; then those at one place.
    """
    origins: list[int | None] = [None] * len(new)
    left = list(range(len(old)))
    for is_same in (are_same, _of_one_name):
        for place, item in enumerate(new):
            found = next((one for one in left if is_same(old[one], item)), None)
            if origins[place] is None and found is not None:
                origins[place] = found
                left.remove(found)
    return [place if one is None and place in left else one for place, one in enumerate(origins)]


def _of_one_name(old: Any, new: Any) -> bool:
    is_named = isinstance(old, dict) and isinstance(new, dict) and "name" in old
    return is_named and old["name"] == new.get("name")
