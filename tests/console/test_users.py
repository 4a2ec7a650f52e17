"""Users, passwords and sessions of the console."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from coworks.console.sessions import LASTS, Sessions
from coworks.console.users import FILE, THE_ONE_HERE, Role, User, Users
from coworks.errors import CoWorksError, UsageError

GOOD = "correct horse battery"


def test_a_user_gets_in_by_name_and_password_only(tmp_path: Path) -> None:
    users = Users(tmp_path)
    users.put("ann", GOOD, Role.OPERATE)
    found = users.authenticate("ann", GOOD)
    assert found and (found.name, found.role) == ("ann", Role.OPERATE)
    assert users.authenticate("ann", "wrong horse battery") is None
    assert users.authenticate("bob", GOOD) is None


def test_the_file_holds_a_hash_and_is_for_its_owner_only(tmp_path: Path) -> None:
    Users(tmp_path).put("ann", GOOD, Role.VIEW)
    text = (tmp_path / FILE).read_text()
    assert GOOD not in text
    assert json.loads(text)["ann"]["hash"].startswith("$argon2id$")
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_a_short_password_and_a_strange_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too short"):
        Users(tmp_path).put("ann", "short", Role.VIEW)
    with pytest.raises(UsageError, match="cannot be the name"):
        Users(tmp_path).put("../ann", GOOD, Role.VIEW)


def test_a_user_is_taken_out(tmp_path: Path) -> None:
    users = Users(tmp_path)
    users.put("ann", GOOD, Role.VIEW)
    users.remove("ann")
    assert users.all() == []
    with pytest.raises(UsageError, match='no user is named "ann"'):
        users.remove("ann")


@pytest.mark.parametrize("text", ["no json", '{"ann": {}}', '{"ann": {"role": "king", "hash": ""}}', "[]"])
def test_a_file_that_is_not_ours_lets_nobody_in(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(CoWorksError, match="does not hold users"):
        Users(tmp_path).authenticate("ann", GOOD)


def test_each_role_may_do_what_those_before_it_may() -> None:
    assert THE_ONE_HERE.may(Role.EDIT)
    operator = User("ann", Role.OPERATE)
    assert operator.may(Role.VIEW) and operator.may(Role.OPERATE) and not operator.may(Role.EDIT)


def test_a_session_ends_by_itself() -> None:
    now = [0.0]
    sessions = Sessions(clock=lambda: now[0])
    session = sessions.begin(THE_ONE_HERE)
    assert sessions.find(session.key) == session
    now[0] = LASTS + 1
    assert sessions.find(session.key) is None


def test_an_address_with_many_wrong_passwords_has_to_wait() -> None:
    now = [0.0]
    sessions = Sessions(clock=lambda: now[0])
    for _ in range(5):
        assert not sessions.is_held_back("10.0.0.1")
        sessions.count_failure("10.0.0.1")
    assert sessions.is_held_back("10.0.0.1") and not sessions.is_held_back("10.0.0.2")
    now[0] = 61.0
    assert not sessions.is_held_back("10.0.0.1")
