"""EventBridge Scheduler: schedules that are made by the AWS API.

api.py: the operations; schedules.py: what a schedule is, and what it does at its times;
expressions.py: rate(...), cron(...), at(...)
"""

from coworks.local.aws.scheduler.api import scheduler_api

__all__ = ["scheduler_api"]
