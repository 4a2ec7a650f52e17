"""`cws run --isolated` takes its processes with it, however it ends."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.e2e.conftest import RunProject, until
from tests.local.isolated.conftest import is_there

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="AWS's runtime client has Linux wheels only")
FILES = {
    "tech/stuck.py": """
        import os, re
        from coworks import TechMicroService
        class Stuck(TechMicroService):
            public = True
            def get(self):
                return {"pid": os.getpid()}
            def get_forever(self):
                re.match(r"(a+)+b", "a" * 60)
    """,
}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_process_outlives_it(
    make_project: Callable[[Mapping[str, str]], Path], run_project: RunProject, number: signal.Signals
) -> None:
    running = run_project(make_project(FILES), "--isolated")
    pid = running.ask("GET", "/stuck")["pid"]
    assert is_there(pid)
    running.end(number)
    assert until(lambda: not is_there(pid))
