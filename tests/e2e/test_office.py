"""The sample `office`, with its real services and an Odoo for trials: from the event to the sold order."""

from __future__ import annotations

import re
import shutil
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from statelint.linter import Linter
from tests.catalog.odoo_server import Odoo
from tests.e2e.conftest import Process, RunProject, until

from coworks.project import load_project
from coworks.testing import run

SAMPLE = Path(__file__).parents[2] / "samples" / "office"
ORDER = {
    "id": "7",
    "customer": {"name": "Ann <3", "email": "ann@example.com"},
    "lines": [{"article": "pen", "count": 2, "price": 1.5}, {"article": "desk", "count": 1, "price": 90}],
}
# statelint takes no expression in a Wait or a timeout; Step Functions does.
LINTER_IS_WRONG = re.compile(r'\.(Seconds|TimeoutSeconds|Timestamp) is "\{% .* %\}" but should be')


@pytest.fixture
def odoo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Odoo]:
    server = Odoo(18)
    settings = {"URL": server.url, "DATABASE": "shop", "USER": "ada", "PASSWORD": "secret"}
    for name, value in settings.items():
        monkeypatch.setenv(f"ODOO_{name}", value)
    yield server
    server.stop()


@pytest.fixture
def office(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "office", ignore=shutil.ignore_patterns(".coworks", "__pycache__"))
    return tmp_path / "office"


def mail(running: Process, subject: str) -> Any:
    """The mail of this subject, once it is there."""
    return until(
        lambda: next(
            (one for one in running.ask("GET", "/_mail")["mails"] if one["subject"] == subject), None
        )
    )


def ended(running: Process, workflow: str) -> Any:
    """How the first run of a workflow went, once it is over."""
    listed = running.ask("GET", f"/{workflow}")["executions"]
    told = running.ask("GET", f"/{workflow}/{listed[-1]['id']}") if listed else {"status": "RUNNING"}
    return None if told["status"] == "RUNNING" else told


def test_an_order_becomes_a_quote_that_the_customer_confirms(
    office: Path, odoo: Odoo, run_project: RunProject
) -> None:
    running = run_project(office)
    event = {"source": "office.web", "detail-type": "Order placed", "detail": ORDER}
    assert running.ask("POST", "/_events", event)["receivers"] == ["workflow quote"]
    quote = mail(running, "Quote 7")
    assert quote["to"] == ["ann@example.com"]
    assert "Dear Ann &lt;3," in quote["html"] and "<th>93.00</th>" in quote["html"]
    asked = mail(running, "Please confirm quote 7")
    assert odoo.orders.records[1]["state"] == "draft"
    (link,) = re.findall(r"http\S+/approval/answer\?link=\S+", asked["text"])
    with urlopen(link, timeout=30) as page:
        assert ">Done</button>" in page.read().decode()
    given = {"link": urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)["link"][0], "decision": "Done"}
    with urlopen(link.partition("?")[0], urllib.parse.urlencode(given).encode(), timeout=30) as page:
        assert page.status == 200
    told = until(lambda: ended(running, "quote"))
    assert told["output"] == {"order": "7", "sold": True, "quotation": 1}
    assert odoo.orders.records[1] | {"id": 1} == odoo.orders.records[1]
    assert (odoo.orders.records[1]["state"], odoo.orders.records[1]["note"]) == ("sale", "2 pen, 1 desk")
    assert odoo.partners.records[4]["email"] == "ann@example.com"


@pytest.mark.slow
def test_the_alert_tells_when_quotations_pile_up_and_when_they_are_gone(
    office: Path, odoo: Odoo, run_project: RunProject
) -> None:
    running = run_project(office)
    odoo.orders.create([{"partner_id": 1} for _ in range(21)])
    running.ask("POST", "/erp_watch", {"look_again": 1})
    assert '{"count":21}' in mail(running, "The ERP is broken")["text"]
    assert "skipped" in until(lambda: skipped(running))
    odoo.orders.action_confirm([1])
    assert mail(running, "The ERP is fine again")["to"] == ["ops@example.com"]


def skipped(running: Process) -> Any:
    """What a second run gives while the first is under way."""
    identity = running.ask("POST", "/erp_watch", {})["id"]
    return until(lambda: running.ask("GET", f"/erp_watch/{identity}").get("output"))


def test_who_does_not_confirm_is_asked_five_times_and_the_sales_team_is_told(
    office: Path, odoo: Odoo
) -> None:
    ran = run("quote", {"order": ORDER}, project=office)
    assert ran.output == {"order": "7", "sold": False, "quotation": 1}, ran.cause
    subjects = [one["subject"] for one in reversed(ran.mails)]
    asked = "Please confirm quote 7"
    assert subjects == ["Quote 7", *[asked] * 5, f"Not done - {asked}"]
    assert odoo.orders.records[1]["state"] == "cancel"


def test_an_erp_that_is_away_is_the_office_s_work(office: Path, odoo: Odoo) -> None:
    odoo.plan = [502] * 100
    ran = run("quote", {"order": ORDER}, project=office)
    assert [(one["to"], one["subject"]) for one in ran.mails] == [
        (["sales@example.com"], "Order 7 needs you")
    ]
    assert ran.output["error"] == "OdooUnavailableError"


def test_a_known_customer_is_not_made_anew(office: Path, odoo: Odoo) -> None:
    odoo.partners.create([{"name": "Ann", "email": "ann@example.com"}])
    ran = run(
        "quote",
        {"order": ORDER},
        project=office,
        answers={"Wait for the customer": {"done": True}},
    )
    assert ran.output["sold"] is True, ran.cause
    assert odoo.orders.records[1]["partner_id"] == 4
    assert len(odoo.partners.records) == 4


def test_nothing_is_wrong_with_it(office: Path) -> None:
    project = load_project(office)
    assert [problem.render() for problem in project.problems] == []
    for workflow in project.workflows:
        assert [one for one in Linter.validate(workflow.definition) if not LINTER_IS_WRONG.search(one)] == []
