"""A whole project on one machine: `cws run`.

`System` puts the parts together: the services, the engine with the compiled workflows, the schedules that
start them, the mail box that catches what they send. `gateway.py` is its HTTP front, which hands every call
to a service as the event that API Gateway would send, and every workflow out as a REST resource. Everything
that must survive is in the state folder of the project, held by one process at a time.

    Project -> system.py (invoker.py, schedules.py, bus/, bucket_watch.py, queues/, mail/)
            -> gateway.py (events.py, workflows.py, pages.py) -> serve.py
    reloading.py: changes in the folder, taken into the system that runs
    control.py: what other processes may do with it
"""

from coworks.local.lock import ProjectInUseError
from coworks.local.serve import serve, serving
from coworks.local.system import System

__all__ = ["ProjectInUseError", "System", "serve", "serving"]
