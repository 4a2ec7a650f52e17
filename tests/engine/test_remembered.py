"""Rows in memory: read once, and again after a change, however the two overlap."""

from __future__ import annotations

from coworks.engine.stores.remembered import Remembered


def test_a_row_is_read_once_until_something_is_written() -> None:
    rows = iter(["old", "new"])
    remembered = Remembered[str]()
    assert [remembered.get("a", lambda: next(rows)) for _ in range(3)] == ["old", "old", "old"]
    remembered.forget()
    assert remembered.get("a", lambda: next(rows)) == "new"


def test_no_row_is_looked_for_again() -> None:
    rows = iter([None, "it"])
    remembered = Remembered[str]()
    assert remembered.get("a", lambda: next(rows)) is None
    assert remembered.get("a", lambda: next(rows)) == "it"


def test_what_was_read_before_a_change_is_not_kept_after_it() -> None:
    remembered = Remembered[str]()

    def read_while_somebody_writes() -> str:
        remembered.forget()
        return "old"

    assert remembered.get("a", read_while_somebody_writes) == "old"
    assert remembered.get("a", lambda: "new") == "new"


def test_there_are_not_ever_more_of_them() -> None:
    remembered = Remembered[str](most=2)
    for key in "abc":
        remembered.get(key, lambda key=key: key)  # type: ignore[misc]
    assert remembered.get("c", lambda: "read again") == "c"
    assert remembered.get("a", lambda: "read again") == "read again"
