"""A system that starts has everything at hand before anything begins, and one that ends leaves nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from coworks.local import serving
from coworks.project import load_project

FILES = {
    "tech/caller.py": """
        import time
        from pathlib import Path
        from coworks import TechMicroService, connect
        ROOT = Path(__file__).parents[1]
        class Caller(TechMicroService):
            public = True
            def post_work(self):
                if (ROOT / "again").exists():
                    return connect("hearer").queue.post_note()
                (ROOT / "began").touch()
                while not (ROOT / "end").exists():
                    time.sleep(0.01)
                raise RuntimeError("the process is gone")
    """,
    "tech/hearer.py": """
        from pathlib import Path
        from coworks import TechMicroService
        class Hearer(TechMicroService):
            public = True
            def post_note(self):
                (Path(__file__).parents[1] / "noted").touch()
    """,
    "biz/work.yml": """
        states:
          - name: Work
            tech: {service: caller, post: /work}
    """,
}


def until(file: Path) -> None:
    while not file.exists():
        time.sleep(0.01)


def test_a_task_that_is_called_again_finds_the_queues_of_the_others(
    make_project: Callable[[Mapping[str, str]], Path],
) -> None:
    root = make_project(FILES)
    try:
        with serving(load_project(root), triggers=True) as system:
            system.engine.start_execution("work", "{}", name="one")
            until(root / "began")
        (root / "again").touch()
        with serving(load_project(root), triggers=True) as system:
            until(root / "noted")
            assert system.engine.wait("work", "one").status == "SUCCEEDED"
    finally:
        (root / "end").touch()


def test_the_environment_is_left_as_it_was(make_project: Callable[[Mapping[str, str]], Path]) -> None:
    before = dict(os.environ)
    with serving(load_project(make_project({"tech/hearer.py": FILES["tech/hearer.py"]}))) as system:
        assert os.environ["CWS_URL"] == system.url
    assert dict(os.environ) == before
