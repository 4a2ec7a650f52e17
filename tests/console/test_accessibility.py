"""What everybody can use: axe-core finds nothing serious on any page, light and dark; a phone is wide enough;
the keyboard alone makes a step.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.console.browsing import (
    PATIENCE,
    SAMPLE,
    WANTS_BROWSER,
    WRITTEN,
    browser,
    page_of,
    project,
    running,
    shoot,
)
from tests.e2e.conftest import Process, RunProject, run_project, until

pytestmark = [WANTS_BROWSER, pytest.mark.slow]
__all__ = ["browser", "project", "run_project"]
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core comes with the extra dev")

ASKS = """\
comment: Ask the boss
states:
  - name: Ask
    approve: {who: [boss@example.com], subject: May we?, message: Say yes}
"""
WRONG = "comment: Has a mistake\nstates:\n  - name: A\n    wait: 1 minute\n    goto: Nowhere\n"


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Process, dict[str, str]]]:
    """A project in which there is something of everything, and the addresses of its pages."""
    root = tmp_path_factory.mktemp("full") / "watch"
    shutil.copytree(SAMPLE / "tech", root / "tech", ignore=shutil.ignore_patterns("__pycache__"))
    approval = "from coworks.catalog.approval import ApprovalMicroService as service\n"
    (root / "tech" / "approval.py").write_text(approval)
    (root / "biz").mkdir()
    for name, text in {"server_watch": WRITTEN, "asks": ASKS, "wrong": WRONG}.items():
        (root / "biz" / f"{name}.yml").write_text(text)
    with running(root) as process:
        asks = process.ask("POST", "/asks", {})["id"]
        failed = process.ask("POST", "/server_watch", {"url": "ftp://nowhere"})["id"]
        other = process.ask("POST", "/server_watch", {"url": "/website"})["id"]
        for number in range(3):
            process.ask("POST", "/_queues/check-dead", {"body": {"coworks": 1, "number": number}})
        path = f"/server_watch/{failed}"
        until(lambda: process.ask("GET", path)["status"] == "FAILED")
        yield (
            process,
            {
                "home": "",
                "runs": "runs",
                "workflow": "workflow/server_watch",
                "mistakes": "workflow/wrong",
                "run": f"run/server_watch/{failed}",
                "compare": f"compare?run=server_watch:{failed}&run=server_watch:{other}",
                "question": f"run/asks/{asks}",
                "service": "service/check",
                "queue": "queue/check",
                "nowhere": "workflow/nowhere",
            },
        )


def visit(page: Page, process: Process, path: str) -> None:
    page.goto(f"{process.url}/_console/{path}")
    page.locator("h1").first.wait_for(timeout=PATIENCE)
    page.wait_for_load_state("networkidle")


def barriers(page: Page) -> list[str]:
    """What axe-core finds that is serious: the rule, and where."""
    page.wait_for_function("document.getAnimations().length === 0")
    found = axe.Axe().run(page, options={"preload": False}).response["violations"]
    return [
        f"{page.url} {one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def open_yaml(page: Page) -> None:
    page.get_by_role("tab", name="YAML").click()
    page.locator(".cm-line").first.wait_for()


def open_form(name: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_role("button", name=name, exact=True).first.click()
        page.get_by_role("dialog").wait_for()

    return act


def open_all(page: Page) -> None:
    for details in page.locator("details > summary, .nicegui-expansion .q-item").all():
        details.click()


STATES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "yaml": ("workflow", open_yaml),
    "step": ("workflow", open_form("Change: Check server")),
    "condition": ("workflow", open_form("Change: Alive?")),
    "kinds": ("workflow", open_form("Add a step below: Alive?")),
    "trigger": ("workflow", open_form("+ Add what starts it")),
    "trigger_change": ("workflow", open_form("Change: every 5 minutes")),
    "settings": ("workflow", open_form("Change the settings")),
    "start": ("workflow", open_form("Run")),
    "new": ("home", open_form("New workflow")),
    "services": ("home", open_all),
    "run_open": ("run", open_all),
    "again": ("run", open_form("Run again from “Check server”")),
    "other_run": ("run", open_form("Compare")),
    "test": ("run", open_form("Save as a test")),
    "trying": ("service", open_all),
    "messages": ("queue", open_all),
}
"""What a page shows after somebody did something."""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_on_any_page_keeps_anybody_out(
    full: tuple[Process, dict[str, str]], browser: Browser, dark: bool
) -> None:
    process, pages = full
    found: list[str] = []
    with page_of(browser, dark=dark) as page:
        for name, path in pages.items():
            visit(page, process, path)
            found += barriers(page)
            shoot(page, f"all_{name}{'_dark' if dark else ''}")
        for name, (where, act) in STATES.items():
            visit(page, process, pages[where])
            act(page)
            found += barriers(page)
            shoot(page, f"all_{name}{'_dark' if dark else ''}")
    assert found == []


def too_wide(page: Page) -> list[str]:
    """What sticks out of the screen, boxes that scroll by themselves apart."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((one) => {
            const { right, width } = one.getBoundingClientRect();
            const apart = "pre, .cm-scroller, .picture, nav, .unseen, .skip, thead, .q-loading-bar";
            return width > 0 && right > innerWidth + 1 && !one.closest(apart);
        }).map((one) => `${one.tagName}.${one.className}`)"""
    )
    whole = page.evaluate("document.documentElement.scrollWidth")
    return [f"{page.url} {one}" for one in found] + ([f"{page.url} is {whole} wide"] if whole > 390 else [])


def test_on_a_phone_no_page_is_wider_than_the_screen(
    full: tuple[Process, dict[str, str]], browser: Browser
) -> None:
    process, pages = full
    found: list[str] = []
    with page_of(browser, width=390) as page:
        for name, path in pages.items():
            visit(page, process, path)
            found += too_wide(page)
            shoot(page, f"narrow_{name}")
        for name, (where, act) in STATES.items():
            visit(page, process, pages[where])
            act(page)
            found += too_wide(page)
            shoot(page, f"narrow_{name}")
    assert found == []


NAME_OF_FOCUS = """() => {
    const one = document.activeElement;
    return (one.getAttribute("aria-label") || one.labels?.[0]?.innerText || one.innerText || "").trim();
}"""


def tab_to(page: Page, name: str) -> None:
    """Go on with Tab until the focus is on what has this name."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(NAME_OF_FOCUS).startswith(name):
            return
    raise AssertionError(f"Tab does not lead to {name}")


def test_the_keyboard_alone_makes_a_step(project: Path, run_project: RunProject, browser: Browser) -> None:
    file = project / "biz" / "short.yml"
    file.parent.mkdir()
    file.write_text("states:\n  - name: First\n    pass:\n")
    process = run_project(project)
    with page_of(browser) as page:
        visit(page, process, "workflow/short")
        tab_to(page, "Add a step below: First")
        page.keyboard.press("Enter")
        page.get_by_role("dialog", name="What shall this step do?").wait_for()
        tab_to(page, "Wait")
        page.keyboard.press("Enter")
        page.get_by_role("dialog", name="Wait", exact=True).wait_for()
        tab_to(page, "Name")
        page.keyboard.type("Patience")
        tab_to(page, "Wait for")
        page.keyboard.type("2 minutes")
        tab_to(page, "Add")
        page.keyboard.press("Enter")
        expect(page.locator(".step h3")).to_have_text(["First", "Patience"], timeout=PATIENCE)
        tab_to(page, "Save")
        page.keyboard.press("Enter")
        expect(page.get_by_text("not saved")).to_have_count(0, timeout=PATIENCE)
    assert file.read_text().endswith("  - name: Patience\n    wait: 2 minutes\n")
