"""What a person does with a run that failed, in a browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.console.browsing import PATIENCE, WANTS_BROWSER, browser, page_of, project, shoot
from tests.e2e.conftest import RunProject, run_project

pytestmark = [WANTS_BROWSER, pytest.mark.slow]
WORKFLOW = """\
states:
  - name: Check server
    tech: {service: check, get: /status, query: {url: "{% $data.url %}"}}
    timeout: 30 seconds
  - name: Tell
    set: {told: "{% $check_server.status %}"}
"""
__all__ = ["browser", "project", "run_project"]


@pytest.fixture
def failing(project: Path) -> Path:
    """A project whose one workflow fails when it is given no address."""
    (project / "biz").mkdir()
    (project / "biz" / "server_watch.yml").write_text(WORKFLOW)
    return project


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def accept(page: Page, name: str) -> None:
    """Press the button of the dialog that is open."""
    page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


def test_a_run_that_failed_is_run_again_from_its_step_compared_and_saved_as_a_test(
    failing: Path, run_project: RunProject, browser: Browser
) -> None:
    process = run_project(failing)
    failed = process.ask("POST", "/server_watch", {"url": "ftp://nowhere"})["id"]
    with page_of(browser) as page:
        page.goto(f"{process.url}/_console/run/server_watch/{failed}")
        expect(page.locator("h1 .chip")).to_have_text("failed", timeout=PATIENCE)
        page.locator(".step").first.hover()
        press(page, "Run again from “Check server”")
        known = page.get_by_role("dialog").get_by_label("$data", exact=True)
        assert json.loads(known.input_value()) == {"url": "ftp://nowhere"}
        known.fill('{"url": ')
        accept(page, "Run")
        expect(page.get_by_role("alert").last).to_contain_text("begins like a list or an object")
        known.fill('{"url": "/website"}')
        shoot(page, "again")
        accept(page, "Run")
        page.wait_for_url(lambda url: "/run/" in url and failed not in url, timeout=PATIENCE)
        expect(page.locator("h1 .chip")).to_have_text("succeeded", timeout=PATIENCE)
        expect(page.get_by_text("It began at “Check server”")).to_contain_text(failed)
        press(page, "Save as a test")
        page.get_by_label("File in tests *", exact=True).fill("test_watch.py")
        accept(page, "Save")
        expect(page.get_by_text("Written: tests/test_watch.py")).to_be_visible(timeout=PATIENCE)
        press(page, "Compare")
        accept(page, "Compare")
        page.wait_for_url("**/compare?**", timeout=PATIENCE)
        expect(page.locator("tr.differs th").first).to_contain_text('"url": "ftp://nowhere"')
        expect(page.locator("tbody tr").last).to_contain_text("not reached")
        shoot(page, "compare")
    assert "def test_server_watch_goes_as_on_" in (failing / "tests" / "test_watch.py").read_text()
    audit = [json.loads(line) for line in (failing / ".coworks" / "console.log").read_text().splitlines()]
    assert [one["did"] for one in audit] == ["replay", "save test"]


def test_two_runs_are_chosen_from_the_list_on_a_phone(
    failing: Path, run_project: RunProject, browser: Browser
) -> None:
    process = run_project(failing)
    ids = [process.ask("POST", "/server_watch", {"url": url})["id"] for url in ("/website", "ftp://nowhere")]
    with page_of(browser, width=390) as page:
        page.goto(f"{process.url}/_console/runs")
        page.get_by_label(f"Compare: {ids[0]}").check()
        press(page, "Compare the two that are chosen")
        expect(page.get_by_text("Choose two runs of one workflow to compare.")).to_be_visible()
        page.go_back()
        for one in ids:
            page.get_by_label(f"Compare: {one}").check()
        press(page, "Compare the two that are chosen")
        expect(page.locator("h1")).to_contain_text("two runs compared")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        shoot(page, "phone_compare")
