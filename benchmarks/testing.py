"""`make bench-testing`: what `coworks.testing.run` takes for a month of 200 steps.

The workflow waits 50 times, 30 days in all; after each wait it asks a service, chooses by the answer and sets
a value: 200 steps. Each run does all that a test's `run` does: it reads the project, loads its services and
performs the workflow. Prints milliseconds of the clock and of the processor: the first run, which imports,
and compiles what later runs find compiled; then the median and the worst of those after it. Nothing waits, so
the two are the same on a machine that does nothing else. Fails when the median takes over 100 ms of the
processor.
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from coworks.testing import run

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS, DAYS, RUNS, BUDGET_MS = 50, 30, 21, 100.0
SERVICE = """\
from coworks import TechMicroService


class Shop(TechMicroService):
    public = True

    def get_left(self, *, item: str):
        return {"item": item, "left": 7}
"""
ROUND = """\
  - name: Night {n}
    wait: {minutes} minutes
  - name: Ask {n}
    tech: {{service: shop, get: /left, query: {{item: "{{% $data.item %}}"}}}}
    retry: 2
    timeout: 30 seconds
  - name: Few {n}?
    choices:
      - when: $ask_{n}.left < 10
        goto: Count {n}
      - default: Count {n}
  - name: Count {n}
    set: {{seen: "{{% $ask_{n}.left + {n} %}}"}}
"""


def main() -> None:
    with TemporaryDirectory() as folder:
        project = write_project(Path(folder))
        times = [measured(project) for _ in range(RUNS + 1)]
    first, *later = times
    usual = of_each(median, later)
    print(f"{'run':>8} {'clock ms':>10} {'processor ms':>14}")
    for name, (wall, processor) in {"first": first, "median": usual, "worst": of_each(max, later)}.items():
        print(f"{name:>8} {wall:>10.1f} {processor:>14.1f}")
    if usual[1] > BUDGET_MS:
        raise SystemExit(f"a month of {4 * ROUNDS} steps takes more than {BUDGET_MS:.0f} ms")


def write_project(root: Path) -> Path:
    minutes = DAYS * 24 * 60 // ROUNDS
    rounds = "".join(ROUND.format(n=number, minutes=minutes) for number in range(ROUNDS))
    for name, text in {"tech/shop.py": SERVICE, "biz/month.yml": f"states:\n{rounds}"}.items():
        (root / name).parent.mkdir()
        (root / name).write_text(text, encoding="utf-8")
    return root


def measured(project: Path) -> tuple[float, float]:
    """Milliseconds of one run: of the clock, and of the processor."""
    began, worked = time.perf_counter(), time.process_time()
    told = run("month", {"item": "tea"}, project=project)
    wall, processor = time.perf_counter() - began, time.process_time() - worked
    passed = told.history[-1]["timestamp"] - told.history[0]["timestamp"]
    if (told.status, len(told.path), passed) != ("SUCCEEDED", 4 * ROUNDS, DAYS * 86_400):
        raise SystemExit(f"the month {told.status}, {len(told.path)} steps, {passed} s: {told.cause}")
    return wall * 1e3, processor * 1e3


def of_each(
    pick: Callable[[tuple[float, ...]], float], times: list[tuple[float, float]]
) -> tuple[float, float]:
    walls, processors = zip(*times, strict=True)
    return pick(walls), pick(processors)


if __name__ == "__main__":
    main()
