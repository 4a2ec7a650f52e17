"""What queues refuse."""

from __future__ import annotations

from coworks.errors import CoWorksError


class QueueError(CoWorksError):
    """A request that a queue refuses."""


class QueuesClosedError(QueueError):
    """The project stops."""

    def __init__(self) -> None:
        super().__init__("the queues are closed", hint="the project is stopping: start it again")


class UnknownQueueError(QueueError):
    """No queue has this name."""


class QueueNameTakenError(QueueError):
    """A queue of this name has other settings."""


class InvalidReceiptError(QueueError):
    """A receipt that no queue gave out, or in a FIFO queue one that is too old."""


class MessageNotInFlightError(QueueError):
    """The message of this receipt is not hidden any more: others may have it."""
