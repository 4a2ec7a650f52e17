"""The steps of a workflow: one keyword, one small class.

`reader.read_steps` turns the list under `states` into `Step`s; the class of a step's keyword reads what is
under it and later writes its state. A new kind of step is a new class and a line in this table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coworks.biz.steps.again import Again
from coworks.biz.steps.approve import Approve
from coworks.biz.steps.asl import Asl
from coworks.biz.steps.aws import Aws
from coworks.biz.steps.biz import Biz
from coworks.biz.steps.choices import Choices
from coworks.biz.steps.ends import Fail, Success
from coworks.biz.steps.foreach import Foreach
from coworks.biz.steps.parallel import Parallel
from coworks.biz.steps.tech import Tech
from coworks.biz.steps.values import Pass, Set
from coworks.biz.steps.wait import Wait

if TYPE_CHECKING:
    from coworks.biz.steps.kind import Kind

STEP_KINDS: Final[dict[str, type[Kind]]] = {
    "tech": Tech,
    "biz": Biz,
    "aws": Aws,
    "choices": Choices,
    "parallel": Parallel,
    "foreach": Foreach,
    "wait": Wait,
    "approve": Approve,
    "set": Set,
    "pass": Pass,
    "again": Again,
    "success": Success,
    "fail": Fail,
    "asl": Asl,
}
