"""What a deployment would change, in words: the template that is deployed against the one that would be.

changes.py (two templates -> changes) -> words.py (how a change is told)
costs.py (what a run costs); running.py (the executions that a change touches)
"""

from coworks.deploy.plan.changes import Change, StackPlan, plan_stack
from coworks.deploy.plan.costs import Cost, cost_of
from coworks.deploy.plan.running import Running, running_under

__all__ = ["Change", "Cost", "Running", "StackPlan", "cost_of", "plan_stack", "running_under"]
