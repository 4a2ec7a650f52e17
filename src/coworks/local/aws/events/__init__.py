"""EventBridge in front of the bus.

api.py: which operation; putting.py: what is put, and tried on a pattern; rules_api.py: rules and targets that
are made; rules.py: what a rule is, and what it wants; transform.py: what a target is given
"""

from coworks.local.aws.events.api import TARGET, events_api

__all__ = ["TARGET", "events_api"]
