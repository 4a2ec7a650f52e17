"""The kinds of states, one class each; the table says which `Type` is which."""

from coworks.asl.states.base import Forking, Machine, State
from coworks.asl.states.choice import Choice
from coworks.asl.states.fail import Fail
from coworks.asl.states.map_ import Map
from coworks.asl.states.parallel import Parallel
from coworks.asl.states.pass_ import Pass
from coworks.asl.states.succeed import Succeed
from coworks.asl.states.task import Task
from coworks.asl.states.wait import Wait

STATE_TYPES: dict[str, type[State]] = {
    state.kind: state for state in (Pass, Task, Choice, Wait, Succeed, Fail, Parallel, Map)
}

__all__ = [
    "STATE_TYPES",
    "Choice",
    "Fail",
    "Forking",
    "Machine",
    "Map",
    "Parallel",
    "Pass",
    "State",
    "Succeed",
    "Task",
    "Wait",
]
