"""Events, notifications and files, brought to the workflows and services that want them: EventBridge and SNS.

    what happened -> envelopes.py (as AWS writes it) -> receivers.py (who wants it, and what each is given)
                  -> kept.py (on disk until it is delivered) -> delivering.py (started, called, tried again)

`bus.py` puts them together. A delivery is on disk before the sender is told that it is accepted, and leaves
the disk when it is done, so each is made at least once, whatever happens to the process.
"""

from coworks.local.bus.bus import Accepted, Bus, topic_publisher
from coworks.local.bus.envelopes import NotAcceptedError
from coworks.local.bus.receivers import File

__all__ = ["Accepted", "Bus", "File", "NotAcceptedError", "topic_publisher"]
