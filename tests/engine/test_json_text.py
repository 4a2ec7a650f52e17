"""JSON values as texts: what is seen is written as ever, and nothing is lost in the rows of ours."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.engine.json_text import json_text, row_text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_a_value_is_written_compactly_by_the_standard_library(value: object) -> None:
    assert json_text(value) == json.dumps(value, separators=(",", ":"), ensure_ascii=False)


@given(JSON)
def test_a_row_is_read_as_it_was_written(value: object) -> None:
    assert json.loads(row_text(value)) == value


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_json_number_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text([number])


def test_half_a_character_becomes_a_replacement() -> None:
    assert json_text("\ud800é") == row_text("\ud800é") == '"\ufffdé"'
