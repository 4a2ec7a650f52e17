"""A person at the console: `cws run` as a process, and Chromium in front of it."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FloatRect, Page, expect, sync_playwright
from tests.e2e.conftest import Process

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
WANTS_BROWSER = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here: apt-get install chromium, or name one in CHROMIUM"
)
PATIENCE = 30_000
"""Milliseconds that a page may take; the machine may be busy."""


@contextmanager
def running(root: Path) -> Iterator[Process]:
    """`cws run` on a folder, as long as the context lasts."""
    process = Process(root)
    try:
        yield process
    finally:
        process.end(signal.SIGKILL)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Chromium, as long as the context lasts."""
    with sync_playwright() as playwright:
        # In a container the one user is root, for whom Chromium has no sandbox.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page_of(
    browser: Browser, *, width: int = 1280, dark: bool = False, expected: str = "nothing"
) -> Iterator[Page]:
    """A page on which nothing may go wrong, apart from what is `expected`: no error in its console, nothing
    asked of another server.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 860},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: wrong.append(asked.url) if not _is_here(asked.url) else None)
    yield page
    context.close()
    assert [one for one in wrong if expected not in one] == []


def _is_here(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))


IN_THE_GUIDE = frozenset({"approval", "compare", "failed", "home", "run", "step", "workflow"})


def shoot(page: Page, name: str, *, height: int = 860) -> None:
    """A picture of the page, in the folder that CONSOLE_SCREENSHOTS names; into the guide go its own only."""
    folder = os.environ.get("CONSOLE_SCREENSHOTS")
    if folder and (name in IN_THE_GUIDE or Path(folder).name != "pictures"):
        page.wait_for_timeout(600)
        width = page.viewport_size["width"] if page.viewport_size else 1280
        clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": height}
        page.screenshot(path=Path(folder) / f"console_{name}.png", clip=clip)


SAMPLE = Path(__file__).parents[2] / "samples" / "server_watch"

# The file that the clicks below make, as a careful author writes it.
WRITTEN = """\
comment: Tell the team when the server is down

on:
  - every: 5 minutes

input: {url: /website}

states:
  - name: Check server
    tech:
      service: check
      get: /status
      query: {url: "{% $data.url %}"}
    timeout: 30 seconds
  - name: Alive?
    choices:
      - when: $check_server.status = 200
        goto: End
  - name: Tell the team
    tech:
      service: mail
      post: /send
      body:
        to_addrs: [ops@example.com]
        subject: Server is down
        body: "{% $data.url %} answers {% $check_server.status %}"
    timeout: 30 seconds
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the services of the quickstart, and no workflow."""
    root = tmp_path / "watch"
    shutil.copytree(SAMPLE / "tech", root / "tech", ignore=shutil.ignore_patterns("__pycache__"))
    return root


@pytest.fixture
def watching(project: Path) -> Path:
    """The same project with the workflow of the quickstart; its file."""
    file = project / "biz" / "server_watch.yml"
    file.parent.mkdir()
    file.write_text(WRITTEN)
    return file


class Person:
    """Clicks and types; no YAML."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, name: str, *, exact: bool = True) -> None:
        self.page.get_by_role("button", name=name, exact=exact).click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_label(label, exact=True).click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def add(self, kind: str, name: str, after: str | None = None) -> None:
        if after is None:
            self.press("+ Add a step")
        else:
            self.press(f"Add a step below: {after}")
        self.press(kind, exact=False)
        self.fill("Name *", name)

    def done(self, button: str = "Add") -> None:
        self.page.get_by_role("dialog").get_by_role("button", name=button, exact=True).click()
        expect(self.page.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE)

    def save(self) -> None:
        self.press("Save")
        expect(self.page.get_by_text("not saved")).to_have_count(0, timeout=PATIENCE)

    def run(self) -> None:
        self.press("Run")
        self.page.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
        self.page.wait_for_url("**/run/**", timeout=PATIENCE)
