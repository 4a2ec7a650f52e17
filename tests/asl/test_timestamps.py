"""Timestamps: RFC 3339 with a T and an offset, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.asl.timestamps import format_timestamp, parse_timestamp


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.5Z", 0.5),
        ("1970-01-01T00:00:00.123456789Z", 0.123456789),
        ("1970-01-01T02:00:00+02:00", 0),
        ("1969-12-31T19:00:00-05:00", 0),
        ("2026-11-24T06:09:02Z", 1795500542),
    ],
)
def test_a_timestamp_is_read(text: str, seconds: float) -> None:
    assert parse_timestamp(text) == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-24",
        "2026-11-24T06:09:02",
        "2026-11-24 06:09:02Z",
        "2026-11-24T06:09Z",
        "2026-11-24T06:09:02z",
        "2026-02-30T06:09:02Z",
        "2026-11-24T25:09:02Z",
        "2026-11-24T06:09:02+99:00",
        "2026-11-24T06:09:02.Z",
        "٢٠٢٦-11-24T06:09:02Z",
        "2026-11-24T06:09:02Z\n",
        "20261124T060902Z",
    ],
)
def test_what_is_no_timestamp_is_refused(text: str) -> None:
    assert parse_timestamp(text) is None


@given(st.text())
def test_any_text_is_a_timestamp_or_none(text: str) -> None:
    assert parse_timestamp(text) is None or "T" in text


@given(st.integers(0, 253_402_300_799_999))
def test_a_written_timestamp_reads_the_same(milliseconds: int) -> None:
    text = format_timestamp(milliseconds / 1000)
    assert len(text) == len("2026-11-24T06:09:02.123Z")
    assert parse_timestamp(text) == pytest.approx(milliseconds / 1000, abs=0.0015)
