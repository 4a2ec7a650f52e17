"""People decide under `cws run`: from the mail in the mail box, over its link, to the end of the workflow."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

from tests.e2e.conftest import Process, RunProject, until

APPROVAL = "from coworks.catalog.approval import ApprovalMicroService as service\n"
HOLIDAY = """\
states:
  - name: Ask the boss
    approve:
      who: "{% $data.boss %}"
      subject: Holiday of {% $data.who %}
      message: Two weeks in June.
DEADLINE
  - name: Agreed?
    choices:
      - when: $ask_the_boss.approved
        goto: Enjoy
  - name: Stay here
    success: {output: {refused: "{% $ask_the_boss.comment %}"}}
  - name: Enjoy
    success: {output: {by: "{% $ask_the_boss.by %}", comment: "{% $ask_the_boss.comment %}"}}
  - name: Nobody answered
    success: {output: {refused: nobody answered}}
"""
THREE_DAYS = "      deadline: {after: 3 days, goto: Nobody answered}\n"
THREE_SECONDS = """\
      deadline: {after: 3 seconds, goto: Nobody answered}
      remind: 1 second
      escalate: {after: 2 seconds, who: director@example.com}
"""
DATA = {"boss": "boss@example.com", "who": "Ann"}


def running(root: Path, run_project: RunProject, deadline: str) -> Process:
    for name, text in {
        "tech/approval.py": APPROVAL,
        "biz/holiday.yml": HOLIDAY.replace("DEADLINE\n", deadline),
    }.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return run_project(root)


def mails(process: Process) -> Any:
    return process.ask("GET", "/_mail")["mails"]


def newest_of(process: Process, count: int) -> Any:
    """The newest mail, once there are so many."""
    return until(lambda: len(mails(process)) == count and mails(process)[0])


def ended(process: Process, identity: str) -> Any:
    def told() -> Any:
        execution = process.ask("GET", f"/holiday/{identity}")
        return execution if execution["status"] != "RUNNING" else None

    return until(told)["output"]


def link_in(mail: Any) -> str:
    (address,) = re.findall(r"http://\S+", mail["text"])
    return str(address)


def page(address: str, form: dict[str, str] | None = None) -> tuple[int, str]:
    """What a browser shows at an address, or after a form was sent there."""
    try:
        with urlopen(address, urlencode(form).encode() if form else None, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def decide(address: str, decision: str, comment: str) -> tuple[int, str]:
    """Open the link, write a comment, and press a button: the form goes to the page's own address."""
    status, shown = page(address)
    assert (status, '<form method="post">' in shown) == (200, True)
    assert f'name="decision" value="{decision}"' in shown
    return page(address, {"comment": comment, "decision": decision})


def test_the_answer_of_a_person_goes_on_with_the_workflow(tmp_path: Path, run_project: RunProject) -> None:
    process = running(tmp_path, run_project, THREE_DAYS)
    said = "Enjoy – it's fine!"
    for count, decision, output in (
        (1, "accept", {"by": "boss@example.com", "comment": said}),
        (2, "refuse", {"refused": said}),
    ):
        identity = process.ask("POST", "/holiday", DATA)["id"]
        mail = newest_of(process, count)
        assert (mail["to"], mail["subject"]) == (["boss@example.com"], "Holiday of Ann")
        assert mail["text"].startswith("Two weeks in June.")
        assert decide(link_in(mail), decision, said)[0] == 200
        assert ended(process, identity) == output
        status, shown = decide(link_in(mail), "accept", "")
        assert (status, "answered already" in shown) == (410, True)


def test_who_does_not_answer_is_reminded_then_others_are_asked_and_then_it_is_too_late(
    tmp_path: Path, run_project: RunProject
) -> None:
    process = running(tmp_path, run_project, THREE_SECONDS)
    identity = process.ask("POST", "/holiday", DATA)["id"]
    assert ended(process, identity) == {"refused": "nobody answered"}
    sent = mails(process)[::-1]
    boss, director = ["boss@example.com"], ["director@example.com"]
    assert [mail["to"] for mail in sent] == [boss, boss, boss, director]
    assert len({link_in(mail) for mail in sent}) == 4
    for mail in sent:
        status, shown = page(link_in(mail), {"decision": "accept"})
        assert (status, "has expired" in shown) == (410, True)
