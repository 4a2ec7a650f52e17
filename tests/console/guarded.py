"""A project with its console as another machine meets it, behind a password, though only this machine can: a
test opens no port to others.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from coworks.console import Console
from coworks.local import System, serving
from coworks.project import load_project


def _guarded(system: System, *, only_local: bool) -> Console:
    return Console(system, only_local=False)


def main(root: Path) -> None:
    with serving(load_project(root), make_console=_guarded) as system:
        print(f"{root.name} runs at {system.url}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
