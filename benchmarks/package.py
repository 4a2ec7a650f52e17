"""`make bench-package`: the package of a service against that of `chalice package`, in one run.

The service renders a template with Jinja, and takes a typed dataclass in CoWorks's case. Printed are the
seconds that each command takes (the best of three), the megabytes of the zip and of its files, and the
milliseconds from a fresh interpreter to the handler, with the compiled files and without. Last, the seconds
of processor time that `cws plan` takes for 30 services; the run fails when these are over five.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
REQUIREMENT = "jinja2>=3.1.6"
SERVICES, BUDGET_SECONDS = 30, 5.0

OURS = {
    "pyproject.toml": f"""
[project]
name = "pages"
version = "1"
dependencies = ["coworks", "{REQUIREMENT}"]

[tool.coworks]
name = "pages"
python = "{PYTHON}"
""",
    "tech/pages.py": """
from dataclasses import dataclass

import jinja2
from coworks import TechMicroService


@dataclass
class Page:
    title: str
    copies: int = 1


class Pages(TechMicroService):
    public = True

    def post_page(self, *, page: Page):
        return jinja2.Template("<h1>{{ title }}</h1>").render(title=page.title)
""",
}
THEIRS = {
    "requirements.txt": f"{REQUIREMENT}\n",
    ".chalice/config.json": '{"version": "2.0", "app_name": "pages", "stages": {"dev": {}}}',
    "app.py": """
import jinja2
from chalice import Chalice

app = Chalice(app_name="pages")


@app.route("/page", methods=["POST"])
def post_page():
    page = app.current_request.json_body["page"]
    return jinja2.Template("<h1>{{ title }}</h1>").render(title=page["title"])
""",
}
TIMED = "import time; begun = time.perf_counter(); import {module}; print(time.perf_counter() - begun)"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _compare(folder)
        seconds = _plan_of_many(_write(folder / "many", _many()))
    print(f"\n  a plan of {SERVICES} services takes {seconds:.1f} s of processor time")
    if seconds > BUDGET_SECONDS:
        sys.exit(f"that is over {BUDGET_SECONDS} s")


def _compare(folder: Path) -> None:
    ours, theirs = _write(folder / "ours", OURS), _write(folder / "theirs", THEIRS)
    made = ours / ".coworks/packages/pages.zip"
    cws = _seconds([sys.executable, "-m", "coworks", "-p", str(ours), "package"], lambda: made.unlink(True))
    out = folder / "out"
    chalice = _seconds(
        [str(Path(sys.executable).with_name("chalice")), "--project-dir", str(theirs), "package", str(out)],
        lambda: shutil.rmtree(out, ignore_errors=True),
    )
    print(f"{'':22}{'build s':>9}{'zip MB':>9}{'files MB':>10}{'cold ms':>9}{'uncompiled ms':>15}")
    _row("cws package", cws, made, "coworks_handler")
    _row("chalice package", chalice, out / "deployment.zip", "app")


def _row(title: str, seconds: float, archive: Path, module: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(folder)
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        compiled = _cold(folder, module)
        for cache in list(folder.rglob("__pycache__")):
            shutil.rmtree(cache)
        plain = _cold(folder, module)
    sizes = f"{archive.stat().st_size / 1e6:9.2f}{size / 1e6:10.2f}"
    print(f"{title:22}{seconds:9.2f}{sizes}{compiled:9.0f}{plain:15.0f}")


def _cold(folder: Path, module: str) -> float:
    """Milliseconds to import a handler where nothing else is installed; the median of nine."""
    environment = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-S", "-c", TIMED.format(module=module)]
    found = [
        float(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
        for _ in range(9)
    ]
    return 1000 * statistics.median(found)


def _seconds(command: Sequence[str], before: Callable[[], None]) -> float:
    best = float("inf")
    for _ in range(3):
        before()
        begun = time.perf_counter()
        # Chalice asks for a region, though it sends nothing.
        environment = {**os.environ, "AWS_DEFAULT_REGION": "eu-west-1"}
        subprocess.run(command, check=True, capture_output=True, env=environment)
        best = min(best, time.perf_counter() - begun)
    return best


def _many() -> dict[str, str]:
    service = OURS["tech/pages.py"]
    return OURS | {f"tech/pages{number}.py": service for number in range(1, SERVICES)}


def _plan_of_many(project: Path) -> float:
    before = _processor_time()
    command = [sys.executable, "-m", "coworks", "-p", str(project), "plan", "--stage", "dev", "--offline"]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "CWS_STAGE": "dev"})
    return _processor_time() - before


def _processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.lstrip("\n"), encoding="utf-8")
    return root


if __name__ == "__main__":
    main()
