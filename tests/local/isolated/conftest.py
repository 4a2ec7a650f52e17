"""A project whose services run in processes of their own."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.local.conftest import Running

from coworks.local import serving
from coworks.local.isolated import Isolated
from coworks.project import load_project

ServeIsolated = Callable[[Mapping[str, str]], Running]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = str(Path(__file__).parent)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(
                pytest.mark.skipif(
                    sys.platform != "linux", reason="AWS's runtime client has Linux wheels only"
                )
            )


@pytest.fixture
def serve(make_project: Callable[[Mapping[str, str]], Path]) -> Iterator[ServeIsolated]:
    with ExitStack() as stack:

        def start(files: Mapping[str, str]) -> Running:
            project = load_project(make_project(files))
            return Running(stack.enter_context(serving(project, triggers=True, isolation=Isolated)))

        yield start


def order(path: str, body: Any = None) -> dict[str, Any]:
    return {"coworks": 1, "method": "POST", "path": path, "body": body}


def is_there(pid: int) -> bool:
    """Whether a process lives, and is no corpse that waits to be looked at."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def told(error: Any) -> Any:
    return json.loads(error.value.cause)


__all__ = ["ServeIsolated", "is_there", "order", "os", "told"]
