"""The picture of a workflow for a page: safe to be put into it, and scaled by it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from coworks.biz.drawing import draw, to_svg

if TYPE_CHECKING:
    from coworks.biz import CompiledWorkflow
    from coworks.biz.drawing import Run

_SIZE: Final = re.compile(r' width="(\d+)" height="\d+"', re.ASCII)


def picture_of(compiled: CompiledWorkflow, run: Run | None = None) -> str | None:
    """The SVG of a workflow, with the path of a run; None when it has mistakes.

    It is as wide as it is drawn, or as there is room.
    """
    if compiled.definition is None:
        return None
    svg = to_svg(draw(compiled.name, compiled.definition, compiled.source_map, run))
    return _SIZE.sub(r' style="width:\1px"', svg, count=1)
