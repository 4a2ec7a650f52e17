"""The Amazon States Language, pure.

A definition (JSON) becomes a `Machine` of frozen states. A state never acts: entered with a `Scope` (its
input, the variables, the context object), it returns an outcome that says what shall happen (go to, call,
sleep, fork, fail, retry), and whoever runs the machine does it. So the same states serve the durable engine,
tests with a clock of their own, and dry runs. Nothing here knows a disk, a network, a thread or the time.

    definition -> machine.py -> states/ -> outcomes.py
                  flow.py: how data goes in and out of a state, in either query language
                  jsonata_flow.py, jsonata.py, templates.py: JSONata
                  jsonpath_flow.py, jsonpath.py, payload.py, intrinsics.py, conditions.py: JSONPath
                  scope.py: what a state sees; failures.py and recovery.py: error names, Retry and Catch

Source: https://states-language.net and
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
"""

from coworks.asl.failures import StateFailure
from coworks.asl.machine import InvalidDefinitionError, find_state, parse_machine, parse_state, read_machine
from coworks.asl.outcomes import Call, Distribute, Fail, Fork, GoTo, Outcome, Retry, Sleep
from coworks.asl.scope import Scope
from coworks.asl.states import DistributedMap, Forking, Machine, State

__all__ = [
    "Call",
    "Distribute",
    "DistributedMap",
    "Fail",
    "Fork",
    "Forking",
    "GoTo",
    "InvalidDefinitionError",
    "Machine",
    "Outcome",
    "Retry",
    "Scope",
    "Sleep",
    "State",
    "StateFailure",
    "find_state",
    "parse_machine",
    "parse_state",
    "read_machine",
]
