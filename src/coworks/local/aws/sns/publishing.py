"""Publish and PublishBatch.

Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from coworks.local.aws.sns.forms import entries_of, refused, topic_in
from coworks.local.aws.wire import AwsError
from coworks.local.bus import NotAcceptedError
from coworks.local.bus.envelopes import Publication

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.local.aws.protocols import Told
    from coworks.local.bus import Bus

_ATTRIBUTE: Final = re.compile(r"MessageAttributes\.(?:entry|member)\.\d+\.Name")
_MOST: Final = 10


class Publishing:
    """The operations that publish."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def publish(self, form: dict[str, str]) -> Told:
        return self._publish(topic_in(form, "TopicArn" if "TopicArn" in form else "TargetArn"), form)

    def publish_batch(self, form: dict[str, str]) -> Told:
        """PublishBatch: each entry is accepted or refused by itself."""
        topic, entries = topic_in(form), entries_of(form, "PublishBatchRequestEntries.member")
        if not entries:
            raise AwsError("EmptyBatchRequest", "The batch request doesn't contain any entries.")
        if len(entries) > _MOST:
            raise AwsError(
                "TooManyEntriesInBatchRequest", f"The batch request has more than {_MOST} entries."
            )
        if len({entry.get("Id") for entry in entries}) < len(entries):
            raise AwsError("BatchEntryIdsNotDistinct", "Two or more batch entries have the same Id.")
        done, failed = [], []
        for entry in entries:
            try:
                done.append({"Id": entry.get("Id", ""), **self._publish(topic, entry)})
            except (NotAcceptedError, AwsError) as error:
                told = error if isinstance(error, AwsError) else refused(error)
                failure = {"Code": told.code, "Message": told.message, "SenderFault": "true"}
                failed.append({"Id": entry.get("Id", ""), **failure})
        return {"Successful": done, "Failed": failed}

    def _publish(self, topic: str, form: Mapping[str, str]) -> Told:
        message = form.get("Message", "")
        if form.get("MessageStructure") == "json":
            message = _default_of(message)
        publication = Publication(topic, message, form.get("Subject"), _attributes(form))
        return {"MessageId": self._bus.publish(publication).id}


def _default_of(message: str) -> str:
    """The text for all protocols in a message that has one for each."""
    try:
        return str(json.loads(message)["default"])
    except (ValueError, TypeError, KeyError):
        said = "Invalid parameter: Message Structure - No default entry in JSON message body"
        raise AwsError("InvalidParameter", said) from None


def _attributes(form: Mapping[str, str]) -> dict[str, Any]:
    """The attributes of a message in the query protocol, as values. Raises `AwsError`."""
    found = {}
    for key, name in form.items():
        if _ATTRIBUTE.fullmatch(key):
            value = key.removesuffix("Name") + "Value."
            found[name] = _value(name, form.get(f"{value}DataType", ""), form.get(f"{value}StringValue"))
    return found


def _value(name: str, kind: str, text: str | None) -> Any:
    base = kind.partition(".")[0] if kind != "String.Array" else kind
    if text is None or base not in ("String", "Number", "String.Array"):
        said = f"the attribute {name} is of String, Number or String.Array, with its StringValue"
        raise AwsError("ParameterValueInvalid", said)
    try:
        return text if base == "String" else json.loads(text)
    except ValueError:
        raise AwsError("ParameterValueInvalid", f"{text} is not of the type {kind}") from None
