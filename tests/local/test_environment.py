"""Values that are in an environment for a while."""

from __future__ import annotations

from coworks.local.environment import environment_with, unless_set


def test_what_was_there_before_comes_back() -> None:
    environment = {"SMTP_PORT": "2525", "HOME": "/home/ann"}
    with environment_with({"SMTP_PORT": "1025", "SMTP_HOST": "127.0.0.1"}, environment):
        assert environment == {"SMTP_PORT": "1025", "SMTP_HOST": "127.0.0.1", "HOME": "/home/ann"}
    assert environment == {"SMTP_PORT": "2525", "HOME": "/home/ann"}


def test_what_the_user_set_stays() -> None:
    assert unless_set({"CWS_STAGE": "local", "MAIL_FROM": "a@b"}, {"CWS_STAGE": "dev"}) == {
        "MAIL_FROM": "a@b"
    }
