"""A person is asked by mail, reads it in the mail box, follows its link and answers: the workflow goes on."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from tests.local.conftest import Running

from coworks.local import serving
from coworks.local.isolated import Isolated
from coworks.project import load_project

FILES = {
    "tech/approval.py": "from coworks.catalog.approval import ApprovalMicroService as service\n",
    "biz/order.yml": """
        states:
          - name: Ask
            approve: {who: boss@example.com, subject: Order 7, deadline: {after: 3 days, goto: End}}
          - name: Told
            set: {told: $ask.approved}
    """,
}


@pytest.mark.parametrize("isolated", [False, True])
def test_the_link_of_a_mail_leads_to_the_page_that_answers(
    make_project: Callable[[Mapping[str, str]], Path], isolated: bool
) -> None:
    if isolated and sys.platform != "linux":
        pytest.skip("AWS's runtime client has Linux wheels only")
    isolation = Isolated if isolated else None
    with serving(load_project(make_project(FILES)), triggers=True, isolation=isolation) as system:
        running = Running(system)
        started = running.ask("POST", "/order", "{}").headers["location"]
        while not running.ask("GET", "/_mail").json["mails"]:
            time.sleep(0.01)
        page = running.ask("GET", "/_mail/1", headers={"Accept": "text/html"}).content.decode()
        link = unescape(re.findall(r'href="(http[^"]+/approval/answer[^"]+)"', page)[0])
        assert link.startswith(system.url)
        path = link.removeprefix(system.url)
        assert b"accept" in running.ask("GET", path).content
        answer = urlencode({"link": parse_qs(urlsplit(link).query)["link"][0], "decision": "accept"})
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert running.ask("POST", "/approval/answer", answer, form).status == 200
        while (told := running.ask("GET", started).json)["status"] == "RUNNING":
            time.sleep(0.01)
        assert told["steps"][0]["output"]["approved"] is True


def test_the_link_is_in_no_line(
    make_project: Callable[[Mapping[str, str]], Path], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with serving(load_project(make_project(FILES))) as system:
        Running(system).ask("GET", "/approval/answer?link=signed")
    assert "approval GET /answer 410" in caplog.text
    assert "signed" not in caplog.text
