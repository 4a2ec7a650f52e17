"""What a person does at the console, in a browser."""

from __future__ import annotations

from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, expect
from tests.console.browsing import (
    PATIENCE,
    WANTS_BROWSER,
    WRITTEN,
    Person,
    browser,
    page_of,
    project,
    shoot,
    watching,
)
from tests.e2e.conftest import RunProject, run_project

from coworks.biz.editing import add_step
from coworks.project import load_project

pytestmark = [WANTS_BROWSER, pytest.mark.slow]
__all__ = ["browser", "project", "run_project", "watching"]


def build_server_watch(person: Person, url: str) -> None:
    person.page.goto(f"{url}/_console/")
    person.press("New workflow")
    person.fill("Name *", "server_watch")
    person.fill("What it is for", "Tell the team when the server is down")
    person.press("Create")
    person.press("+ Add what starts it")
    person.fill("Every *", "5 minutes")
    person.done()
    person.press("Change the data")
    person.fill("Name", "url")
    person.fill("Value", "/website")
    person.done("Done")
    person.add("Ask a service", "Check server")
    person.choose("Service *", "check")
    person.press("Use a value of the workflow")
    person.page.get_by_text("$data.url", exact=True).click()
    shoot(person.page, "step")
    person.done()
    person.add("Choose a way", "Alive?", after="Check server")
    person.fill("Value", "$check_server.status")
    person.fill("Other value", "200")
    person.choose("Then go to", "The end")
    person.done()
    person.add("Ask a service", "Tell the team", after="Alive?")
    person.choose("Service *", "mail")
    person.choose("What to ask of it *", "POST /send")
    person.fill("to_addrs", "ops@example.com")
    person.fill("subject *", "Server is down")
    person.fill("body", "{% $data.url %} answers {% $check_server.status %}")
    person.done()


def take_website(url: str, state: str) -> None:
    urlopen(Request(f"{url}/website/state/{state}", method="PUT")).close()


def test_a_workflow_is_built_run_and_broken_without_yaml(
    project: Path, run_project: RunProject, browser: Browser
) -> None:
    process = run_project(project)
    file = project / "biz" / "server_watch.yml"
    with page_of(browser) as page:
        person = Person(page)
        build_server_watch(person, process.url)
        person.save()
        shoot(page, "workflow")
        assert file.read_text() == WRITTEN
        assert load_project(project).problems == ()
        person.run()
        expect(page.locator("h1 .chip")).to_have_text("succeeded", timeout=PATIENCE)
        take_website(process.url, "down")
        page.get_by_role("link", name="server_watch").first.click()
        person.run()
        expect(page.locator("h1 .chip")).to_have_text("succeeded", timeout=PATIENCE)
        expect(page.get_by_text("Tell the team").first).to_be_visible()
        page.get_by_text("Result").first.click()
        shoot(page, "run", height=690)
        take_website(process.url, "up")
        page.get_by_role("link", name="server_watch").first.click()
        person.press("Change: Check server")
        person.fill("url *", "ftp://nowhere")
        person.done("Done")
        person.save()
        person.run()
        expect(page.locator("h1 .chip")).to_have_text("failed", timeout=PATIENCE)
        expect(page.get_by_role("alert")).to_contain_text("Failed at “Check server” (line 9)")
        expect(page.get_by_role("alert")).to_contain_text("BadRequestError: ftp://nowhere is no http address")
        shoot(page, "failed")
        failed = page.url
        person.press("Run again")
        person.done("Run")
        page.wait_for_url(lambda url: "/run/" in url and url != failed, timeout=PATIENCE)
        page.goto(f"{process.url}/_console/")
        expect(page.get_by_text("2 failed runs today")).to_be_visible(timeout=PATIENCE)
        shoot(page, "home")
        page.goto(f"{process.url}/_console/service/check")
        page.get_by_text("Try it").click()
        person.fill("url *", "/website")
        person.press("Ask")
        expect(page.get_by_role("status").locator("pre")).to_contain_text('"status": 200', timeout=PATIENCE)
        shoot(page, "service")
    assert 'query: {url: "ftp://nowhere"}' in file.read_text()


ASKED = """\
comment: Ask the boss for each order

input: {orders: [7, 8]}

states:
  - name: Each order
    foreach:
      items: $data.orders
      as: order
      at_most: 1
      steps:
        - name: Ask the boss
          approve:
            who: [boss@example.com]
            subject: "Order {% $order %}"
            deadline: 3 days
        - name: Agreed?
          choices:
            - when: $ask_the_boss.approved = true
              goto: Deliver
        - name: Refuse
          success:
            output: {order: "{% $order %}", delivered: false}
        - name: Deliver
          success:
            output: {order: "{% $order %}", delivered: true}
"""


def build_asking(person: Person, url: str) -> None:
    page = person.page
    page.goto(f"{url}/_console/")
    person.press("New workflow")
    person.fill("Name *", "ask")
    person.fill("What it is for", "Ask the boss for each order")
    person.press("Create")
    person.press("Change the data")
    person.fill("Name", "orders")
    person.fill("Value", "[7, 8]")
    person.done("Done")
    person.add("Do for each", "Each order")
    person.fill("List *", "$data.orders")
    person.fill("Name of one item", "order")
    person.fill("How many at the same time", "1")
    person.done()
    person.add("Ask a person", "Ask the boss", after="New step")
    person.fill("Who decides *", "boss@example.com")
    person.fill("Subject of the mail *", "Order {% $order %}")
    person.fill("Answer within", "3 days")
    person.done()
    person.press("Delete: New step")
    for after, name, delivered in (("Ask the boss", "Deliver", "true"), ("Ask the boss", "Refuse", "false")):
        person.add("End well", name, after=after)
        person.fill("Name", "order")
        person.fill("Value", "{% $order %}")
        person.press("One more")
        page.get_by_label("Name", exact=True).nth(1).fill("delivered")
        page.get_by_label("Value", exact=True).nth(1).fill(delivered)
        person.done()
    person.add("Choose a way", "Agreed?", after="Ask the boss")
    person.fill("Value", "$ask_the_boss.approved")
    person.fill("Other value", "true")
    person.choose("Then go to", "Deliver")
    person.done()


def test_an_approval_with_two_ways_for_each_item_is_built_and_answered(
    project: Path, run_project: RunProject, browser: Browser
) -> None:
    (project / "tech" / "approval.py").write_text(
        "from coworks.catalog.approval import ApprovalMicroService\napp = ApprovalMicroService()\n"
    )
    process = run_project(project)
    with page_of(browser) as page:
        person = Person(page)
        build_asking(person, process.url)
        person.save()
        assert (project / "biz" / "ask.yml").read_text() == ASKED
        assert load_project(project).problems == ()
        person.run()
        for order, word in ((7, "accept"), (8, "refuse")):
            expect(page.locator(".question h3")).to_have_text(f"Order {order}", timeout=PATIENCE)
            shoot(page, "approval")
            person.press(word)
        expect(page.locator("h1 .chip")).to_have_text("succeeded", timeout=PATIENCE)
        page.get_by_text("What came out").click()
        expect(page.locator("details[open] pre")).to_contain_text('"delivered": true')


def test_a_change_outside_is_shown_beside_mine_and_nothing_is_lost(
    project: Path, watching: Path, run_project: RunProject, browser: Browser
) -> None:
    process = run_project(project)
    with page_of(browser) as page:
        person = Person(page)
        page.goto(f"{process.url}/_console/workflow/server_watch")
        person.press("Move down: Check server")
        expect(page.locator(".step h3").first).to_have_text("Alive?", timeout=PATIENCE)
        theirs = add_step(WRITTEN, {"name": "Theirs", "wait": "1 minute"})
        watching.write_text(theirs)
        person.press("Save")
        expect(page.get_by_role("dialog")).to_contain_text("- name: Theirs", timeout=PATIENCE)
        shoot(page, "conflict")
        assert watching.read_text() == theirs
        person.done("Take theirs")
        expect(page.locator(".step h3")).to_have_text(["Check server", "Alive?", "Tell the team", "Theirs"])
        person.press("Undo")
        expect(page.locator(".step h3").first).to_have_text("Alive?", timeout=PATIENCE)


def test_the_three_views_follow_each_other_and_mistakes_stand_at_their_line(
    project: Path, watching: Path, run_project: RunProject, browser: Browser
) -> None:
    process = run_project(project)
    with page_of(browser) as page:
        page.goto(f"{process.url}/_console/workflow/server_watch")
        expect(page.locator(".picture svg")).to_contain_text("Alive?", timeout=PATIENCE)
        page.get_by_role("tab", name="YAML").click()
        page.locator(".cm-line", has_text="goto: End").click()
        page.keyboard.press("End")
        page.keyboard.type("ing")
        expect(page.locator(".cm-line.marked.error")).to_contain_text("goto: Ending", timeout=PATIENCE)
        shoot(page, "yaml")
        expect(page.locator(".problems.listed")).to_contain_text('no step is named "Ending"')
        page.get_by_role("tab", name="Steps").click()
        expect(page.locator(".step.wrong h3")).to_have_text("Alive?")
        page.get_by_role("button", name="Undo", exact=True).click()
        expect(page.locator(".step.wrong")).to_have_count(0, timeout=PATIENCE)
        assert watching.read_text() == WRITTEN


def test_the_keyboard_alone_moves_a_step_and_saves(
    project: Path, watching: Path, run_project: RunProject, browser: Browser
) -> None:
    process = run_project(project)
    with page_of(browser) as page:
        page.goto(f"{process.url}/_console/workflow/server_watch")
        page.get_by_role("button", name="Move up: Tell the team").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".step h3").nth(1)).to_have_text("Tell the team", timeout=PATIENCE)
        page.keyboard.press("Control+s")
        expect(page.get_by_text("not saved")).to_have_count(0, timeout=PATIENCE)
    names = [line for line in watching.read_text().splitlines() if "name:" in line]
    assert names == ["  - name: Check server", "  - name: Tell the team", "  - name: Alive?"]


HOSTILE = """\
comment: "<img src=x onerror=document.title=1>"
states:
  - name: "<img src=x onerror=document.title=2>"
    fail: {error: "<script>document.title=3</script>", cause: "</script><img src=x onerror=document.title=4>"}
"""


def test_a_hostile_project_is_shown_as_text(project: Path, run_project: RunProject, browser: Browser) -> None:
    file = project / "biz" / "hostile.yml"
    file.parent.mkdir()
    file.write_text(HOSTILE)
    process = run_project(project)
    started = process.ask("POST", "/hostile", {"<b>": "</pre><img src=x onerror=document.title=5>"})
    with page_of(browser) as page:
        for path in ("", "workflow/hostile", "runs", f"run/hostile/{started['id']}"):
            page.goto(f"{process.url}/_console/{path}")
            expect(page.get_by_text("onerror=document.title").or_(page.locator("h1")).first).to_be_visible()
            page.wait_for_timeout(300)
            assert page.title().endswith("watch")
            assert page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_nothing_is_wider_than_the_screen(
    project: Path, watching: Path, run_project: RunProject, browser: Browser, dark: bool
) -> None:
    assert watching.is_file()
    process = run_project(project)
    with page_of(browser, width=390, dark=dark) as page:
        for path in ("", "workflow/server_watch", "runs"):
            page.goto(f"{process.url}/_console/{path}")
            page.locator("h1").first.wait_for()
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            rights = page.locator(".card, .step, .step-head, table").evaluate_all(
                "all => all.map(one => one.getBoundingClientRect().right)"
            )
            assert max(rights) <= 390
            shoot(page, f"phone_{path.partition('/')[0] or 'home'}{'_dark' if dark else ''}")
