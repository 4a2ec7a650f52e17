"""Business workflows: YAML that a person who does not program can read -> a state machine.

The road has four stages. `source` reads YAML into a tree whose values know their place. `workflow` and
`steps` turn the tree into steps, one small class a keyword, and `triggers` what is under `on`. `flow`,
`variables`, `expressions` and `contract_check` look at the whole: that jumps lead somewhere, that every
variable is set on every path to its use, that orders fit the services. `compiler` writes the States
Language, which Step Functions and the embedded engine run alike.

Around that road: `native` takes machines that are written in the States Language, `service` workflows that
are classes, `importing` writes YAML for a machine, `editing` changes a file by program, `drawing` makes its
picture, `schema` tells editors, and `source_map` says which line a state comes from.

No stage stops at a mistake: each tells it to the `Report`, with its place and its fix, and goes on.
"""

from __future__ import annotations

from coworks.biz.compiler import CompiledWorkflow, compile_workflow
from coworks.biz.contracts import EntryContract, ParameterContract, ServiceContract
from coworks.biz.cron import CronError
from coworks.biz.cycles import check_cycles
from coworks.biz.durations import DurationError, describe_duration, parse_duration
from coworks.biz.names import variable_of
from coworks.biz.native import compile_machine
from coworks.biz.problems import CODES, Place, Problem
from coworks.biz.service import BizMicroService
from coworks.biz.source_map import Origin, SourceMap
from coworks.biz.steps import STEP_KINDS
from coworks.biz.takes import WorkflowContract, Workflows
from coworks.biz.triggers import TRIGGER_KINDS, Cron, Every, Trigger
from coworks.biz.use import read_contract

__all__ = [
    "CODES",
    "STEP_KINDS",
    "TRIGGER_KINDS",
    "BizMicroService",
    "CompiledWorkflow",
    "Cron",
    "CronError",
    "DurationError",
    "EntryContract",
    "Every",
    "Origin",
    "ParameterContract",
    "Place",
    "Problem",
    "ServiceContract",
    "SourceMap",
    "Trigger",
    "WorkflowContract",
    "Workflows",
    "check_cycles",
    "compile_machine",
    "compile_workflow",
    "describe_duration",
    "parse_duration",
    "read_contract",
    "variable_of",
]
