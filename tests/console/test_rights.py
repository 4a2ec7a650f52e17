"""Behind a password, in a browser: who gets in, what each role sees and may do, and what is written down."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.console.browsing import PATIENCE, WANTS_BROWSER, Person, browser, page_of, project, shoot
from tests.e2e.conftest import Process

from coworks.console.users import Role, Users

pytestmark = [WANTS_BROWSER, pytest.mark.slow]
__all__ = ["browser", "project"]
PASSWORD = "correct horse battery"
REFUSED = "status of 40"
"""What the browser writes down when a page wants a password (401), or is closed (403)."""

GREETING = "comment: Says hello\n\nstates:\n  - name: Hello\n    set: {greeting: hello}\n"


@pytest.fixture
def greeting(project: Path) -> Path:
    """A workflow that nothing starts by itself; its file."""
    file = project / "biz" / "greeting.yml"
    file.parent.mkdir()
    file.write_text(GREETING)
    return file


class Guarded(Process):
    """The console as another machine sees it."""

    @staticmethod
    def command(root: Path, *options: str) -> list[str]:
        return ["tests.console.guarded", str(root), *options]


@pytest.fixture
def closed(greeting: Path) -> Iterator[Process]:
    """Nobody has a password yet."""
    process = Guarded(greeting.parents[1])
    yield process
    process.end(signal.SIGKILL)


@pytest.fixture
def guarded(greeting: Path, closed: Process) -> Process:
    """There is somebody of each role."""
    users = Users(greeting.parents[1] / ".coworks")
    for role in Role:
        users.put(role.name.lower(), PASSWORD, role)
    return closed


def log_in(page: Page, url: str, name: str, password: str = PASSWORD) -> None:
    page.goto(f"{url}/_console/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def done(greeting: Path) -> list[tuple[str, str, str]]:
    """The audit log: who did what to what."""
    lines = (greeting.parents[1] / ".coworks" / "console.log").read_text().splitlines()
    return [(one["who"], one["did"], one["what"]) for one in map(json.loads, lines)]


def test_nobody_gets_in_before_somebody_has_a_password(closed: Process, browser: Browser) -> None:
    with page_of(browser, expected=REFUSED) as page:
        page.goto(f"{closed.url}/_console/")
        expect(page.get_by_role("heading")).to_have_text("The console is closed here")


def test_who_may_look_sees_no_buttons_and_the_server_refuses_what_a_forged_one_asks(
    guarded: Process, greeting: Path, browser: Browser
) -> None:
    with page_of(browser, expected=REFUSED) as page:
        log_in(page, guarded.url, "view", "wrong horse battery")
        expect(page.get_by_role("alert")).to_have_text("This name and this password do not go together.")
        shoot(page, "login")
        log_in(page, guarded.url, "view")
        expect(page.get_by_role("heading", name="Workflows")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_role("button", name="New workflow")).to_have_count(0)
        page.goto(f"{guarded.url}/_console/workflow/greeting")
        expect(page.locator(".step h3")).to_have_text("Hello", timeout=PATIENCE)
        for name in ("Save", "Undo", "Redo", "Run", "Change: Hello", "Delete: Hello"):
            expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
        page.evaluate("document.querySelectorAll('.head button').forEach((one) => one.click())")
        forged = '<button id="forged" data-do="delete" data-name="Hello">x</button>'
        page.locator(".steps").evaluate("(it, forged) => it.insertAdjacentHTML('beforeend', forged)", forged)
        page.locator("#forged").click()
        page.goto(f"{guarded.url}/_console/service/check")
        expect(page.get_by_role("heading", name="check", exact=True)).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text("Try it")).to_have_count(0)
    assert guarded.ask("GET", "/greeting")["executions"] == []
    assert greeting.read_text() == GREETING
    assert [one[:2] for one in done(greeting)] == [("view", "login refused"), ("view", "login")]


def test_who_may_operate_runs_and_who_may_edit_changes(
    guarded: Process, greeting: Path, browser: Browser
) -> None:
    with page_of(browser, expected=REFUSED) as page:
        person = Person(page)
        log_in(page, guarded.url, "operate")
        page.goto(f"{guarded.url}/_console/workflow/greeting")
        person.run()
        expect(page.locator("h1 .chip")).to_have_text("succeeded", timeout=PATIENCE)
        page.goto(f"{guarded.url}/_console/workflow/greeting")
        expect(page.locator(".step h3")).to_have_text("Hello", timeout=PATIENCE)
        expect(page.get_by_role("button", name="Save")).to_have_count(0)
        person.press("Log out")
        log_in(page, guarded.url, "edit")
        page.goto(f"{guarded.url}/_console/workflow/greeting")
        person.press("Copy: Hello")
        person.save()
    assert greeting.read_text().count("- name:") == 2
    assert done(greeting) == [
        ("operate", "login", "127.0.0.1"),
        ("operate", "start", "greeting"),
        ("operate", "logout", "127.0.0.1"),
        ("edit", "login", "127.0.0.1"),
        ("edit", "save", "greeting"),
    ]


def test_a_single_message_is_sent_again_and_another_dropped(
    guarded: Process, greeting: Path, browser: Browser
) -> None:
    first, second = (
        guarded.ask("POST", "/_queues/check-dead", {"body": {"coworks": 1, "number": number}})["id"]
        for number in (1, 2)
    )
    with page_of(browser, expected=REFUSED) as page:
        log_in(page, guarded.url, "operate")
        page.goto(f"{guarded.url}/_console/queue/check")
        page.get_by_text(first).click()
        page.get_by_role("button", name=f"Drop: {first}").click()
        page.get_by_role("dialog").get_by_role("button", name="Drop").click()
        expect(page.get_by_text(first)).to_have_count(0, timeout=PATIENCE)
        page.get_by_text(second).click()
        page.get_by_role("button", name=f"Send again: {second}").click()
        expect(page.get_by_text("it came from no queue")).to_be_visible(timeout=PATIENCE)
    dropped, again = done(greeting)[1:]
    assert (dropped[:2], again[:2]) == (("operate", "drop"), ("operate", "send again"))
    assert dropped[2].startswith("check-dead:") and again[2].startswith("check-dead:")


def test_a_page_that_is_open_when_its_session_ends_shows_nothing_more(
    guarded: Process, browser: Browser
) -> None:
    with page_of(browser, expected=REFUSED) as page:
        log_in(page, guarded.url, "edit")
        expect(page.get_by_role("button", name="New workflow")).to_be_visible(timeout=PATIENCE)
        other = page.context.new_page()
        other.goto(f"{guarded.url}/_console/runs")
        other.get_by_role("button", name="Log out").click()
        expect(other.get_by_role("button", name="Log in")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_role("button", name="Log in")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text("greeting")).to_have_count(0)


def test_a_run_is_run_again_by_who_may_operate_and_saved_as_a_test_by_who_may_edit(
    guarded: Process, greeting: Path, browser: Browser
) -> None:
    started = guarded.ask("POST", "/greeting", {})["id"]
    buttons = ("Run again", "Run again from “Hello”", "Save as a test")
    seen: dict[str, list[int]] = {}
    for role in ("view", "operate", "edit"):
        with page_of(browser, expected=REFUSED) as page:
            log_in(page, guarded.url, role)
            page.goto(f"{guarded.url}/_console/run/greeting/{started}")
            expect(page.locator(".step h3")).to_have_text("Hello", timeout=PATIENCE)
            seen[role] = [page.get_by_role("button", name=name, exact=True).count() for name in buttons]
            if role == "view":
                forged = '<button id="forged" data-do="again" data-name="Hello">x</button>'
                page.locator(".steps").evaluate(
                    "(it, made) => it.insertAdjacentHTML('beforeend', made)", forged
                )
                page.locator("#forged").click()
                page.wait_for_timeout(500)
                expect(page.get_by_role("dialog")).to_have_count(0)
    assert seen == {"view": [0, 0, 0], "operate": [1, 1, 0], "edit": [1, 1, 1]}
    assert len(guarded.ask("GET", "/greeting")["executions"]) == 1
