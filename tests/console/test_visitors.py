"""Who may do what, and the log of what was done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from coworks.console.audit import FILE, AuditLog
from coworks.console.sessions import LASTS, Sessions
from coworks.console.users import Role, User
from coworks.console.visitors import NotAllowedError, Visitor

NO_SYSTEM = cast("Any", None)


def log_of(folder: Path) -> list[dict[str, str]]:
    file = folder / FILE
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_whoever_uses_this_machine_may_do_everything_and_it_is_written_down(tmp_path: Path) -> None:
    Visitor(NO_SYSTEM, AuditLog(tmp_path)).act(Role.EDIT, "save", "server_watch")
    (line,) = log_of(tmp_path)
    assert (line["who"], line["did"], line["what"]) == ("local", "save", "server_watch")
    assert line["time"].endswith("Z")


@pytest.mark.parametrize(("mine", "wanted"), [(Role.VIEW, Role.OPERATE), (Role.OPERATE, Role.EDIT)])
def test_a_role_does_not_reach_further(tmp_path: Path, mine: Role, wanted: Role) -> None:
    sessions = Sessions()
    ann = Visitor(NO_SYSTEM, AuditLog(tmp_path), sessions, sessions.begin(User("ann", mine)))
    assert ann.may(mine) and not ann.may(wanted)
    with pytest.raises(NotAllowedError, match=f"needs the role {wanted.name.lower()}"):
        ann.act(wanted, "save", "server_watch")
    assert log_of(tmp_path) == []


def test_a_page_that_is_still_open_does_nothing_once_its_session_is_over(tmp_path: Path) -> None:
    now = [0.0]
    sessions = Sessions(clock=lambda: now[0])
    ann = Visitor(NO_SYSTEM, AuditLog(tmp_path), sessions, sessions.begin(User("ann", Role.EDIT)))
    ann.act(Role.EDIT, "save", "server_watch")
    now[0] = LASTS + 1
    assert not ann.may(Role.VIEW)
    with pytest.raises(NotAllowedError, match="not logged in any more"):
        ann.act(Role.EDIT, "save", "server_watch")
