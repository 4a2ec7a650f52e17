"""What queues refuse, in SQS's names, and in those of its query protocol, which SDKs still tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coworks.local.aws.members import Members
from coworks.local.aws.wire import AwsError
from coworks.local.queues import (
    InvalidReceiptError,
    MessageNotInFlightError,
    QueueError,
    QueueNameTakenError,
    UnknownQueueError,
)

if TYPE_CHECKING:
    from coworks.errors import CoWorksError

OLD: Final = "AWS.SimpleQueueService."
MEMBERS: Final = Members("MissingParameter", "InvalidParameterValue")
_ERRORS: Final[dict[type[QueueError], tuple[str, str]]] = {
    UnknownQueueError: ("QueueDoesNotExist", f"{OLD}NonExistentQueue"),
    QueueNameTakenError: ("QueueNameExists", "QueueAlreadyExists"),
    InvalidReceiptError: ("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid"),
    MessageNotInFlightError: ("MessageNotInflight", f"{OLD}MessageNotInflight"),
}


def translated(error: CoWorksError) -> AwsError:
    for kind, (code, legacy) in _ERRORS.items():
        if isinstance(error, kind):
            return AwsError(code, error.explain(), legacy=legacy)
    return AwsError("InvalidParameterValue", error.explain())
