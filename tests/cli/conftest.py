"""The command as a user has it: a process with arguments, output and an exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Cws = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def cws(tmp_path: Path) -> Cws:
    """Runs `cws` with these arguments in a folder (default: the test's own)."""

    def run(*arguments: str | Path, cwd: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-W", "error", "-m", "coworks", *map(str, arguments)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SMTP_")}
        return subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=60
        )

    return run
