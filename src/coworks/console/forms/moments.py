"""Dates, times of the day and zones, as they are picked and as they are written."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from coworks.biz.clock_times import zone_names
from coworks.console import texts
from coworks.console.forms.fields import FormError
from coworks.errors import near_name

_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(?::(\d\d)(?:\.\d+)?)?)?")
_OFFSET: Final = re.compile(r"Z|z|[+-]\d\d:\d\d")


def split_moment(text: str) -> tuple[str, str] | None:
    """The date and the time of a text such as `2027-01-31T08:00:00`, as the browser's inputs write them."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return None
    return match[1], f"{match[2]}:{match[3]}" if match[3] not in (None, "00") else match[2] or ""


def joined_moment(date: str, time: str) -> str:
    """The text of a date and a time; without one of them it is only the other."""
    full = f"{time}:00" if time.count(":") == 1 else time
    return f"{date}T{full}" if date and time else date or time


def read_moment(key: str, label: str, text: str) -> datetime:
    """A date and time without a zone. Raises `FormError`."""
    if "T" in text.upper() and split_moment(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    raise FormError(key, texts.NO_MOMENT.format(label), hint=texts.MOMENT_ABOUT)


def read_zone(key: str, text: str) -> str:
    """The name of a time zone. Raises `FormError`, with the name that was probably meant."""
    known = zone_names()
    if text in known:
        return text
    near = near_name(text, known)
    hint = texts.DID_YOU_MEAN.format(near) if near else texts.TIMEZONE_ABOUT
    raise FormError(key, texts.NO_ZONE.format(text), hint=hint)


def with_offset(moment: datetime, zone: str) -> str:
    """A date and time as AWS reads it (RFC 3339), in a zone or at an offset such as `+01:00`."""
    written = f"{moment:%Y-%m-%dT%H:%M:%S}"
    if _OFFSET.fullmatch(zone):
        return f"{written}{zone.upper()}"
    at = moment.replace(tzinfo=ZoneInfo(zone))
    if at.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != moment:
        raise FormError("moment", texts.SKIPPED_BY_CLOCKS.format(f"{moment:%H:%M}", zone))
    offset = at.isoformat(timespec="seconds")[len(written) :]
    return f"{written}{'Z' if offset == '+00:00' else offset}"


def split_offset(text: str) -> tuple[str, str]:
    """The date and time of a text, and its offset; the same text and nothing when it has none."""
    match = re.fullmatch(rf"(.*?)({_OFFSET.pattern})", text)
    return (match[1], "UTC" if match[2] in ("Z", "z") else match[2]) if match else (text, "")
