"""A person at the console: `cws run` as a process, and Chromium in front of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
WANTS_BROWSER = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here: apt-get install chromium, or name one in CHROMIUM"
)
PATIENCE = 30_000
"""Milliseconds that a page may take; the machine may be busy."""


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
def page_of(browser: Browser, *, width: int = 1280, dark: bool = False) -> Iterator[Page]:
    """A page on which nothing may go wrong: no error in its console, nothing asked of another server."""
    context = browser.new_context(
        viewport={"width": width, "height": 860}, color_scheme="dark" if dark else "light"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: wrong.append(asked.url) if not _is_here(asked.url) else None)
    yield page
    context.close()
    assert wrong == []


def _is_here(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))


IN_THE_GUIDE = frozenset({"approval", "failed", "home", "step", "workflow"})


def shoot(page: Page, name: str) -> None:
    """A picture of the page, in the folder that CONSOLE_SCREENSHOTS names; into the guide go its own only."""
    folder = os.environ.get("CONSOLE_SCREENSHOTS")
    if folder and (name in IN_THE_GUIDE or Path(folder).name != "pictures"):
        page.wait_for_timeout(600)
        page.screenshot(path=Path(folder) / f"console_{name}.png")
