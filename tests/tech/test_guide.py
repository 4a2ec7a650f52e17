"""The guide of tech services is true: each of its blocks runs, and answers what it says."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any

GUIDE = Path(__file__).parents[2] / "docs" / "tech.md"
BLOCK = re.compile(r"^```(python|pycon)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def test_every_block_of_the_guide_runs() -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    text = GUIDE.read_text(encoding="utf-8")
    for block in BLOCK.finditer(text):
        kind, code = block.groups()
        line = text.count("\n", 0, block.start()) + 1
        if kind == "python":
            exec(compile(code, f"{GUIDE}:{line}", "exec", dont_inherit=True), names)
        else:
            session = doctest.DocTestParser().get_doctest(
                code, names, f"tech.md, line {line}", str(GUIDE), line
            )
            told: list[str] = []
            results = doctest.DocTestRunner().run(session, out=told.append, clear_globs=False)
            names.update(session.globs)
            assert not results.failed, "".join(told)
