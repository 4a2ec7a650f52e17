"""Starts workflows at the ticks of their `every`, `cron` and `at` triggers.

A tick's execution is named after the workflow, the time of the tick and the place of a trigger that is not
the first, and starting by name is idempotent: a tick is performed once, even when the process dies in the
middle of it. Ticks that pass while nothing runs are not made up for; the next one counts (EventBridge
Scheduler without a flexible window does the same with a schedule that was disabled).
"""

from __future__ import annotations

import json
import logging
from functools import partial
from typing import TYPE_CHECKING

from coworks.biz.triggers import BY_CLOCK
from coworks.engine import EngineError, ExecutionAlreadyExistsError
from coworks.local.timetable import Timed, Timetable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from coworks.biz import CompiledWorkflow
    from coworks.biz.triggers import ByClock
    from coworks.engine import Engine

logger = logging.getLogger("coworks.local")


class Schedules(Timetable):
    """The schedules of a project's workflows."""

    def __init__(self, workflows: Iterable[CompiledWorkflow], engine: Engine) -> None:
        self._engine = engine
        timed = [
            Timed(trigger, partial(self._perform, workflow.name, place, trigger))
            for workflow in workflows
            for place, trigger in enumerate(workflow.triggers)
            if isinstance(trigger, BY_CLOCK)
        ]
        super().__init__(timed, engine.clock)

    def _perform(self, workflow: str, place: int, trigger: ByClock, moment: datetime) -> None:
        name = f"{workflow[:57]}-{moment:%Y%m%dT%H%M%SZ}{f'-{place + 1}' if place else ''}"
        try:
            self._engine.start_execution(workflow, json.dumps(trigger.data or {}), name=name)
        except ExecutionAlreadyExistsError:
            logger.debug("%s was performed before", name)
        except EngineError as error:
            logger.error("the schedule of %s could not be performed: %s", workflow, error.explain())
