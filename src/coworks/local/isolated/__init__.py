"""Each service in processes of its own, run by AWS's runtime client: `cws run --isolated`.

    Isolated -> Pool (one a service) -> Sandbox (one process) <-> RuntimeApi <-> bootstrap.py in the process

A process makes one call at a time, as on Lambda; a further call at the same time gets a further process, up
to a bound, and waits beyond it. One that crashes or takes too long takes nothing else with it, and is told as
Lambda tells it. Nothing here is loaded but for `--isolated`.
"""

from coworks.local.isolated.isolated import Isolated, RuntimeClientMissingError

__all__ = ["Isolated", "RuntimeClientMissingError"]
