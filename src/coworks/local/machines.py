"""The state machines of a project's workflows, in an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coworks.biz import CompiledWorkflow
    from coworks.engine import Engine


def put_machines(
    engine: Engine, workflows: Iterable[CompiledWorkflow], former: Iterable[CompiledWorkflow] = ()
) -> None:
    """Have the engine run these workflows, those without mistakes; what is as it was in `former` is there."""
    before = {one.name: one.definition for one in former}
    for one in workflows:
        if one.definition not in (None, before.get(one.name)):
            engine.put_state_machine(one.name, one.definition)
