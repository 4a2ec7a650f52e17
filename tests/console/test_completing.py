"""What a person is offered while typing, in the forms and in the YAML."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.console.browsing import (
    PATIENCE,
    WANTS_BROWSER,
    Person,
    browser,
    page_of,
    project,
    shoot,
    watching,
)
from tests.e2e.conftest import RunProject, run_project

pytestmark = [WANTS_BROWSER, pytest.mark.slow]
__all__ = ["browser", "project", "run_project", "watching"]


CHECK = """
from typing import TypedDict
from coworks import TechMicroService

class Answer(TypedDict):
    status: int
    seconds: float

class Check(TechMicroService):
    public = True

    def get_status(self, *, url: str) -> Answer:
        return Answer(status=200, seconds=0.1)
"""


@pytest.fixture
def typed(watching: Path) -> Path:
    """The workflow, and a service that says what it answers; the file of the workflow."""
    (watching.parents[1] / "tech" / "check.py").write_text(CHECK)
    return watching


def options(page: Page) -> list[str]:
    return page.locator(".offers [role=option]").all_inner_texts()


def test_values_are_offered_in_a_form_and_taken_by_the_keyboard(
    typed: Path, run_project: RunProject, browser: Browser
) -> None:
    process = run_project(typed.parents[1])
    with page_of(browser) as page:
        person = Person(page)
        page.goto(f"{process.url}/_console/workflow/server_watch")
        person.press("Change: Tell the team")
        subject = page.get_by_label("subject *", exact=True)
        subject.fill("")
        subject.press_sequentially("About {% $d")
        assert options(page)[0] == "$data" and "$decodeUrl" in options(page)
        expect(subject).to_have_attribute("aria-activedescendant", "offer-0")
        expect(page.get_by_role("listbox", name="Use a value of the workflow")).to_be_visible()
        page.keyboard.press("Enter")
        page.keyboard.type(".")
        assert options(page) == ["$data.url"]
        shoot(page, "completion")
        page.keyboard.press("Enter")
        page.keyboard.type(" & $check_server.")
        assert options(page) == ["$check_server.seconds", "$check_server.status"]
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.keyboard.type(" %} for $")
        assert options(page)[0] == "$data"
        expect(subject).not_to_have_attribute("aria-activedescendant", "offer-0")
        page.keyboard.press("Escape")
        expect(page.locator(".offers")).to_have_count(0)
        expect(page.get_by_role("dialog")).to_be_visible()
        assert subject.input_value() == "About {% $data.url & $check_server.status %} for $"
        page.keyboard.type("ch")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        person.done("Done")
        person.save()
    assert "{% $data.url & $check_server.status %} for {% $check_server %}" in typed.read_text()


def test_the_editor_offers_steps_services_and_values(
    typed: Path, run_project: RunProject, browser: Browser
) -> None:
    process = run_project(typed.parents[1])
    with page_of(browser) as page:
        page.goto(f"{process.url}/_console/workflow/server_watch")
        page.get_by_role("tab", name="YAML").click()
        page.locator(".cm-line", has_text="goto: End").click()
        page.keyboard.press("End")
        page.keyboard.press("Control+Backspace")
        page.keyboard.type("T")
        offer = page.locator(".cm-tooltip-autocomplete [role=option]")
        expect(offer.filter(has_text="Tell the team")).to_be_visible(timeout=PATIENCE)
        page.wait_for_timeout(100)
        shoot(page, "completion_yaml")
        page.keyboard.press("Enter")
        expect(page.locator(".cm-line", has_text="goto: Tell the team")).to_be_visible()
        page.locator(".cm-line", has_text="when: ").click()
        page.keyboard.press("End")
        page.keyboard.type(" and $check_server.")
        expect(offer.filter(has_text="$check_server.seconds")).to_be_visible(timeout=PATIENCE)
        page.keyboard.press("Escape")
        expect(offer).to_have_count(0)
