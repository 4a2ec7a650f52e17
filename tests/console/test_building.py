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
