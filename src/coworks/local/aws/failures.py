"""What Lambda's Python runtime tells of an exception."""

from __future__ import annotations

import traceback
from typing import Any

from coworks.engine import TaskError
from coworks.local.function_errors import FunctionError


def failure_of(error: Exception) -> dict[str, Any]:
    """What Lambda's Python runtime tells of an exception, or has told already."""
    if isinstance(error, FunctionError):
        return error.told
    kind = error.error if isinstance(error, TaskError) else type(error).__name__
    frames = traceback.format_tb(error.__traceback__)
    return {"errorMessage": str(error), "errorType": kind, "stackTrace": frames}
