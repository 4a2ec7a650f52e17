"""What Lambda tells of a function that failed, in its words.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html and
https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
"""

from __future__ import annotations

import json
import signal
from typing import Any

from coworks.engine import TaskError


class FunctionError(TaskError):
    """The call of a function failed: `error` is the type, `cause` Lambda's JSON about it, `told` the same."""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(str(told.get("errorType") or "Lambda.Unknown"), json.dumps(told, ensure_ascii=False))
        self.told = told

    def __str__(self) -> str:
        return str(self.told.get("errorMessage", ""))


def timed_out(request: str, seconds: float) -> FunctionError:
    """The function took longer than it may."""
    return _of_platform("Sandbox.Timedout", request, f"Task timed out after {seconds:.2f} seconds")


def out_of_memory(request: str) -> FunctionError:
    """The process took more memory than the function has."""
    return _of_platform("Runtime.OutOfMemory", request, "Runtime exited with error: signal: killed")


def exited(request: str, code: int) -> FunctionError:
    """The process ended within a call; a negative `code` is the signal that ended it."""
    if code == 0:
        return _of_platform("Runtime.ExitError", request, "Runtime exited without providing a reason")
    how = f"exit status {code}" if code > 0 else f"signal: {_name_of(-code)}"
    return _of_platform("Runtime.ExitError", request, f"Runtime exited with error: {how}")


def _of_platform(kind: str, request: str, said: str) -> FunctionError:
    return FunctionError({"errorType": kind, "errorMessage": f"RequestId: {request} Error: {said}"})


def _name_of(number: int) -> str:
    return (signal.strsignal(number) or f"signal {number}").lower()
