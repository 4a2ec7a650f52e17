"""Stacks on AWS: the only place that changes anything there, through clients that are handed in.

aws.py (clients, and its errors in words) -> artifacts.py (the bucket) -> changesets.py (one stack)
-> deployer.py (several, in order, made, looked at and deleted)
calls.py (a service is called, logs are read); executions.py (those of workflows)
"""

from coworks.deploy.stacks.aws import Clients, asking_aws, connect
from coworks.deploy.stacks.deployer import Deployer, Outcome

__all__ = ["Clients", "Deployer", "Outcome", "asking_aws", "connect"]
