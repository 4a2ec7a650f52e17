"""Executions of Express machines: they leave no record, and whoever starts one may wait for its end.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from coworks.engine.names import check_name
from coworks.engine.payloads import check_input
from coworks.engine.records import Execution, Status

if TYPE_CHECKING:
    from coworks.engine.machines import Revision
    from coworks.engine.quotas import Quotas
    from coworks.engine.records import StateMachine, Through


def express_record(
    machine: Revision | StateMachine, data: str, name: str | None, through: Through | None, quotas: Quotas
) -> Execution:
    """A new execution of this name, which others may have too."""
    check_input(data, quotas)
    named = f"{check_name(name or str(uuid.uuid4()), 'an execution', quotas.name)}:{uuid.uuid4()}"
    record = Execution(0, machine.id, machine.name, named, Status.RUNNING, data, 0, express=True)
    return through.led(record) if through else record
