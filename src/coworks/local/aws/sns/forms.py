"""Lists and maps as they stand in a form; topics by their ARNs; refusals in SNS's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coworks.engine.names import Arns
from coworks.local.aws.wire import AwsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.errors import CoWorksError

_ARNS: Final = Arns()
_TOPIC: Final = f"arn:aws:sns:{_ARNS.region}:{_ARNS.account}:"


def entries_of(form: Mapping[str, str], prefix: str) -> list[dict[str, str]]:
    """The entries that stand in a form as `PREFIX.1.NAME`, in their order."""
    found: dict[int, dict[str, str]] = {}
    for key, text in form.items():
        number, _, name = key.removeprefix(f"{prefix}.").partition(".")
        if key.startswith(f"{prefix}.") and number.isdecimal():
            found.setdefault(int(number), {})[name] = text
    return [found[number] for number in sorted(found)]


def map_of(form: Mapping[str, str], name: str) -> dict[str, str]:
    """The map that stands in a form as `NAME.entry.1.key` and `NAME.entry.1.value`."""
    entries = entries_of(form, f"{name}.entry")
    return {one["key"]: one.get("value", "") for one in entries if "key" in one}


def topic_arn(topic: str) -> str:
    return f"{_TOPIC}{topic}"


def topic_in(form: Mapping[str, str], name: str = "TopicArn") -> str:
    """The topic that a request names by its ARN. Raises `AwsError`."""
    arn = form.get(name, "")
    if not arn.startswith("arn:aws:sns:") or arn.count(":") != 5:
        raise wrong(name, f"{arn!r} is no ARN of a topic")
    return arn.rpartition(":")[2]


def wrong(name: str, reason: str) -> AwsError:
    return AwsError("InvalidParameter", f"Invalid parameter: {name} Reason: {reason}")


def refused(error: CoWorksError) -> AwsError:
    return AwsError("InvalidParameter", f"Invalid parameter: {error.explain()}")
