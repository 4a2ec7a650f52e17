"""The codes that EventBridge has for members that are missing or wrong."""

from __future__ import annotations

from typing import Final

from coworks.local.aws.members import Members

MEMBERS: Final = Members("ValidationException", "ValidationException")
