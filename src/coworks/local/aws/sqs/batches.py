"""Several messages in one request: each is done or fails by itself.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from coworks.local.aws.sqs.errors import MEMBERS, OLD, translated
from coworks.local.aws.wire import AwsError
from coworks.local.queues import QueueError
from coworks.local.queues.limits import LARGEST_BATCH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ENTRY_ID: Final = re.compile(r"[\w-]{1,80}", re.ASCII)


class Batch:
    """The entries of a request, and how each of them went. Raises `AwsError` for what is no batch."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.entries = _entries(told)
        self._done: list[dict[str, Any]] = []
        self._failed: list[dict[str, Any]] = []

    def attempt(self, entry: Mapping[str, Any], perform: Callable[[], dict[str, Any]]) -> None:
        """Do what an entry asks for; what is refused is told of it alone."""
        try:
            self._done.append({"Id": entry["Id"], **perform()})
        except (QueueError, AwsError) as error:
            self.fail(entry, error)

    def done(self, entry: Mapping[str, Any], told: Mapping[str, Any]) -> None:
        self._done.append({"Id": entry["Id"], **told})

    def fail(self, entry: Mapping[str, Any], error: QueueError | AwsError) -> None:
        told = error if isinstance(error, AwsError) else translated(error)
        failure = {"SenderFault": True, "Code": told.legacy or told.code, "Message": told.message}
        self._failed.append({"Id": entry["Id"], **failure})

    def told(self) -> dict[str, Any]:
        return {"Successful": self._done, "Failed": self._failed}


def batch_error(code: str, message: str) -> AwsError:
    return AwsError(code, message, legacy=f"{OLD}{code}")


def _entries(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = MEMBERS.objects(told, "Entries")
    if not entries:
        raise batch_error("EmptyBatchRequest", "There should be at least one entry in the request.")
    if len(entries) > LARGEST_BATCH:
        said = f"Maximum number of entries per request are {LARGEST_BATCH}. You have sent {len(entries)}."
        raise batch_error("TooManyEntriesInBatchRequest", said)
    names = [entry.get("Id") for entry in entries]
    if not all(isinstance(name, str) and _ENTRY_ID.fullmatch(name) for name in names):
        said = "An entry is named by up to 80 letters, digits, hyphens and underscores."
        raise batch_error("InvalidBatchEntryId", said)
    if len(set(names)) < len(names):
        raise batch_error("BatchEntryIdsNotDistinct", "Id repeated.")
    return entries
