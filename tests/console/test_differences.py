"""Two texts compared."""

from __future__ import annotations

from coworks.console.differences import Line, differences


def test_what_differs_is_shown_with_what_is_around_it() -> None:
    theirs = "\n".join(f"line {number}" for number in range(20))
    told = differences(theirs, theirs.replace("line 10\n", "mine\n"))
    assert told == [
        Line("both", "line 7"),
        Line("both", "line 8"),
        Line("both", "line 9"),
        Line("theirs", "line 10"),
        Line("mine", "mine"),
        Line("both", "line 11"),
        Line("both", "line 12"),
        Line("both", "line 13"),
    ]


def test_two_places_have_a_gap_between_them() -> None:
    theirs = "\n".join(f"line {number}" for number in range(40))
    mine = theirs.replace("line 3\n", "a\n").replace("line 33\n", "b\n")
    assert [line.whose for line in differences(theirs, mine)].count("gap") == 1


def test_the_same_text_has_no_difference() -> None:
    assert differences("a\n", "a\n") == []
