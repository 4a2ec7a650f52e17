"""A workflow of every kind of step, built by clicking and typing into forms."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
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

from coworks.console.samples import samples
from coworks.project import load_project

pytestmark = [WANTS_BROWSER, pytest.mark.slow]
__all__ = ["browser", "project", "run_project", "watching"]

# The file that the clicks below make, as a careful author writes it.
WRITTEN = """\
states:
  - name: Begin
    set: {day: 1}
  - name: Keep the order
    aws:
      call: dynamodb:putItem
      with:
        TableName: orders
        Item: {id: "{% $day %}"}
    retry: {attempts: 5, on: ThrottlingException, delay: 1 minute}
    timeout: 2 minutes
    heartbeat: 30 seconds
    catch: Give up
  - name: Check the site
    tech:
      service: check
      get: /status
      query: {url: /website}
    retry: 3
    timeout: 30 seconds
  - name: Both
    parallel:
      mail:
        - name: New step 1
          pass:
      phone:
        - name: New step 2
          pass:
  - name: For each
    foreach:
      items: $day
      steps:
        - name: New step
          pass:
  - name: A moment
    wait: 3 days
  - name: Ask
    approve: {who: [boss@example.com, ann@example.com], subject: Go on?}
  - name: Lucky number
    comment: What no other step says
    asl:
      Type: Pass
      Assign: {lucky: "{% $floor($random() * 10) %}"}
  - name: Later
    biz: server_watch
  - name: Enough?
    choices:
      - when: $day >= 3
        goto: Well
  - name: Nothing yet
    pass:
    goto: On
  - name: Well
    success:
      output: {day: "{% $day %}"}
  - name: On
    again: {day: "{% $day %}"}
  - name: Give up
    fail: {error: NotKept, cause: The order could not be kept}
"""


def build_calls(person: Person) -> None:
    page = person.page
    person.add("Keep values", "Begin")
    person.fill("Name", "day")
    person.fill("Value", "1")
    person.done()
    person.add("End as a failure", "Give up", after="Begin")
    person.fill("Name of the error", "NotKept")
    person.fill("What happened", "The order could not be kept")
    person.done()
    person.add("Call AWS", "Keep the order", after="Begin")
    person.fill("AWS service *", "dynamodb")
    person.fill("Action *", "putItm")
    expect(page.get_by_text("did you mean putItem?")).to_be_visible(timeout=PATIENCE)
    person.fill("Action *", "putItem")
    expect(page.get_by_text("It takes TableName, Item")).to_be_visible(timeout=PATIENCE)
    person.fill("Name", "TableName")
    person.fill("Value", "orders")
    person.press("One more")
    page.get_by_label("Name", exact=True).nth(1).fill("Item")
    page.get_by_label("Value", exact=True).nth(1).fill('{"id": "{% $day %}"}')
    page.get_by_text("More", exact=True).click()
    person.fill("Give up after", "2 minutes")
    person.fill("Give up without a sign of life for", "30 seconds")
    person.press("Try again when it fails")
    person.fill("How many times", "5")
    person.fill("On these errors", "ThrottlingException")
    person.fill("First pause", "1 minute")
    person.press("Go elsewhere when it fails")
    person.choose("Then go to *", "Give up")
    shoot(page, "aws")
    person.done()
    person.add("Ask a service", "Check the site", after="Keep the order")
    person.choose("Service *", "check")
    person.fill("url *", "/website")
    page.get_by_text("More", exact=True).click()
    person.press("Try again when it fails")
    person.done()


def build_the_rest(person: Person) -> None:
    person.add("Do at the same time", "Both", after="Check the site")
    person.fill("Branches *", "mail, phone")
    person.done()
    person.add("Do for each", "For each", after="Both")
    person.fill("List *", "$day")
    person.done()
    person.add("Wait For some time", "A moment", after="For each")
    person.fill("Wait for *", "3 days")
    person.done()
    person.add("Ask a person", "Ask", after="A moment")
    person.fill("Who decides *", "boss@example.com\nann@example.com")
    person.fill("Subject of the mail *", "Go on?")
    person.done()
    person.add("State of Step Functions", "Lucky number", after="Ask")
    person.fill("State *", 'Type: Pass\nAssign: {lucky: "{% $floor($random() * 10) %}"}')
    person.page.get_by_text("More", exact=True).click()
    person.fill("Comment", "What no other step says")
    person.done()
    person.add("Run another workflow", "Later", after="Lucky number")
    person.choose("Workflow *", "server_watch")
    person.done()
    for kind, name in (("Go on in a new run", "On"), ("End well", "Well")):
        person.add(kind, name, after="Later")
        person.fill("Name", "day")
        person.fill("Value", "{% $day %}")
        person.done()
    person.add("Do nothing", "Nothing yet", after="Later")
    person.page.get_by_text("More", exact=True).click()
    person.choose("Then go to", "On")
    person.done()
    person.add("Choose a way", "Enough?", after="Later")
    person.fill("Value", "$day")
    person.choose("How", "is at least")
    person.fill("Other value", "3")
    person.choose("Then go to", "Well")
    person.done()


def test_every_kind_of_step_is_added_by_its_form(
    project: Path, watching: Path, run_project: RunProject, browser: Browser
) -> None:
    assert watching.is_file()
    (project / "tech" / "approval.py").write_text(
        "from coworks.catalog.approval import ApprovalMicroService\napp = ApprovalMicroService()\n"
    )
    process = run_project(project)
    with page_of(browser) as page:
        person = Person(page)
        page.goto(f"{process.url}/_console/")
        person.press("New workflow")
        person.fill("Name *", "everything")
        person.press("Create")
        build_calls(person)
        build_the_rest(person)
        expect(page.locator(".step .problems")).to_have_text([], timeout=PATIENCE)
        person.save()
        shoot(page, "every_kind")
        assert (project / "biz" / "everything.yml").read_text() == WRITTEN


# Schedules and waits that are picked, and what holds for the whole.
SCHEDULED = """\
comment: Remind the office of its taxes

on:
  - cron: 0 8 ? * MON-FRI *
    timezone: Europe/Paris
  - at: 2100-01-31T08:00:00
    timezone: Europe/Paris
  - every: 2 hours
    data: {late: true}

takes: {late: flag}

input: {late: false}

overlap: skip

timeout: 10 days

states:
  - name: The morning
    wait: until 08:00 Europe/Paris
  - name: The new century
    wait: 2100-01-01T00:00:00+01:00
  - name: Tell the office
    tech:
      service: mail
      post: /send
      body: {to_addrs: [ann@example.com, ops@example.com], subject: Taxes}
    timeout: 90 seconds
"""


def pick_schedules(person: Person) -> None:
    page = person.page
    person.press("+ Add what starts it")
    person.choose("What starts it", "at a time of some days")
    page.get_by_role("checkbox", name="Friday", exact=True).click()
    person.fill("At *", "08:00")
    person.fill("Time zone", "Europe/Pariss")
    person.press("Add")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("did you mean Europe/Paris?")
    person.fill("Time zone", "Europe/Paris")
    told = page.get_by_role("dialog").get_by_role("status").first
    expect(told).to_contain_text("every Monday, Tuesday, Wednesday and Thursday at 08:00", timeout=PATIENCE)
    page.get_by_role("checkbox", name="Friday", exact=True).click()
    expect(told).to_contain_text("every weekday at 08:00 (Europe/Paris); next: ", timeout=PATIENCE)
    shoot(page, "schedule")
    person.done()
    person.press("+ Add what starts it")
    person.choose("What starts it", "once, at a date and time")
    person.fill("Date and time *: date", "2100-01-31")
    person.fill("Date and time *: time", "08:00")
    person.fill("Time zone", "Europe/Paris")
    expect(told).to_contain_text("next: Sun 31 Jan 2100 08:00", timeout=PATIENCE)
    person.done()
    person.press("+ Add what starts it")
    person.fill("Every *", "90")
    expect(page.get_by_role("dialog").get_by_text("1 hour 30 minutes", exact=True)).to_be_visible(
        timeout=PATIENCE
    )
    person.done()
    person.press("Change: every 1 hour 30 minutes")
    person.fill("Every *", "2")
    person.choose("Every: unit", "hours")
    page.get_by_text("More", exact=True).click()
    person.fill("Name", "late")
    person.fill("Value", "true")
    person.done("Done")


def pick_the_rest(person: Person) -> None:
    page = person.page
    person.press("Change the data")
    person.fill("Name", "late")
    person.fill("Value", "false")
    person.done("Done")
    person.press("Change the settings")
    person.fill("Give up as a whole after", "10")
    person.choose("Give up as a whole after: unit", "days")
    person.choose("Skip a run while another one is under way", "yes")
    person.press("A value that it takes")
    person.fill("Name *", "late")
    person.choose("Kind of value *", "flag")
    shoot(page, "settings")
    person.done("Done")
    person.add("Wait For some time", "The morning")
    person.choose("How long *", "until a time of the day")
    person.fill("At *", "08:00")
    person.fill("Time zone *", "Europe/Paris")
    person.done()
    person.add("Wait For some time", "The new century", after="The morning")
    person.choose("How long *", "until a date and time")
    person.fill("Date and time *: date", "2100-01-01")
    person.fill("Date and time *: time", "00:00")
    person.fill("Time zone *", "Europe/Paris")
    shoot(page, "wait")
    person.done()
    person.add("Ask a service", "Tell the office", after="The new century")
    person.choose("Service *", "mail")
    person.choose("What to ask of it *", "POST /send")
    person.fill("to_addrs", "ann@example.com\nops@")
    expect(page.get_by_text("2 people")).to_be_visible(timeout=PATIENCE)
    person.fill("to_addrs", "ann@example.com")
    person.press("Somebody whom the project knows: to_addrs")
    page.locator(".q-menu").get_by_text("ops@example.com", exact=True).click()
    person.fill("subject *", "Taxes")
    page.get_by_text("More", exact=True).click()
    person.fill("Give up after", "90")
    shoot(page, "people")
    person.done()


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_schedules_waits_and_people_are_picked_and_told_in_words(
    project: Path, watching: Path, run_project: RunProject, browser: Browser, width: int, dark: bool
) -> None:
    assert watching.is_file()
    process = run_project(project)
    with page_of(browser, width=width, dark=dark) as page:
        person = Person(page)
        page.goto(f"{process.url}/_console/workflow/taxes?about=Remind+the+office+of+its+taxes")
        pick_schedules(person)
        pick_the_rest(person)
        expect(page.locator(".step .problems")).to_have_text([], timeout=PATIENCE)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        person.save()
        shoot(page, "scheduled")
        assert (project / "biz" / "taxes.yml").read_text() == SCHEDULED


def test_a_new_workflow_begins_with_a_sample_which_says_what_it_lacks(
    project: Path, run_project: RunProject, browser: Browser
) -> None:
    process = run_project(project)
    with page_of(browser) as page:
        person = Person(page)
        page.goto(f"{process.url}/_console/")
        person.press("New workflow")
        person.fill("Name *", "watch_it")
        person.choose("Begin with", "sample: Ask somebody before an order goes out, and tell the customer")
        expect(page.get_by_role("dialog")).to_contain_text("does not have: approval.", timeout=PATIENCE)
        shoot(page, "sample")
        person.choose("Begin with", "sample: Tell the team when the server is down")
        expect(page.get_by_role("dialog")).not_to_contain_text("does not have", timeout=PATIENCE)
        person.press("Create")
        expect(page.locator(".step h3").first).to_have_text("Check the server", timeout=PATIENCE)
        expect(page.locator(".step .problems")).to_have_text([])
        person.save()
    assert (project / "biz" / "watch_it.yml").read_text() == samples()["server_watch"].text
    assert load_project(project).problems == ()
