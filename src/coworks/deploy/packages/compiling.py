"""Compiling a package with the Python that will run it.

The code of a function is read-only, so without compiled files Lambda would compile it at every cold start: a
typed service then takes more than twice as long.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from coworks.deploy.errors import DeployError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ASK = "import sys; print('%d.%d' % sys.version_info[:2], sys.implementation.name)"
_WHERE_IT_RUNS = "/var/task"


@functools.cache
def find_python(version: str) -> str | None:
    """An interpreter of this version ("3.13") on this machine, None when there is none."""
    return next((python for python in _candidates(version) if _is(python, version)), None)


def compile_all(python: str, folder: Path) -> None:
    """Compile every module below the folder, so that the same source gives the same bytes.

    The files carry a hash that is not looked at (PEP 552), and the paths are those on Lambda.
    """
    command = [
        *(python, "-I", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"),
        *("-s", str(folder), "-p", _WHERE_IT_RUNS, str(folder)),
    ]
    ran = subprocess.run(  # noqa: S603 - an interpreter that was found
        command, capture_output=True, text=True, check=False
    )
    # Some packages carry files for other Pythons that do not compile: those are left as they are.
    if ran.returncode and not any(folder.rglob("*.pyc")):
        raise DeployError(
            f"{python} cannot compile the package\n{ran.stdout}{ran.stderr}".strip(),
            hint="mend the module that it names, or write another python in [tool.coworks]",
        )


def _candidates(version: str) -> Iterator[str]:
    yield sys.executable
    if found := shutil.which(f"python{version}"):
        yield found
    ran = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "uv", "python", "find", "--no-config", version],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ran.returncode == 0:
        yield ran.stdout.strip()


def _is(python: str, version: str) -> bool:
    try:
        ran = subprocess.run(  # noqa: S603 - a candidate from this machine
            [python, "-I", "-c", _ASK], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return ran.returncode == 0 and ran.stdout.split() == [version, "cpython"]
