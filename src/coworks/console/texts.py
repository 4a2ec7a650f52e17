"""Every text of the console, in one place, so that another language can follow."""

from __future__ import annotations

from typing import Final

CLOSED_TITLE: Final = "The console is closed here"
CLOSED: Final = (
    "From another machine the console wants a password, and nobody has one yet. "
    "On the machine that runs it: cws console add NAME --role edit"
)
LOGIN_TITLE: Final = "CoWorks console"
LOGIN_NAME: Final = "Name"
LOGIN_PASSWORD: Final = "Password"  # noqa: S105 - a label
LOGIN_BUTTON: Final = "Log in"
LOGIN_WRONG: Final = "This name and this password do not go together."
LOGIN_HELD_BACK: Final = "Too many wrong passwords. Wait a minute, then try again."

TITLE: Final = "CoWorks"
