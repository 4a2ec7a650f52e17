"""The JSON texts that come from outside, checked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from coworks.engine.errors import InvalidExecutionInputError, InvalidOutputError
from coworks.engine.json_text import json_text
from coworks.engine.quotas import hint

if TYPE_CHECKING:
    from coworks.engine.quotas import Quotas
    from coworks.engine.records import StartPoint


def read_output(text: str, quotas: Quotas) -> Any:
    """The value of a task's output. Raises `InvalidOutputError`."""
    try:
        value = json.loads(text)
        json_text(value)
    except (ValueError, RecursionError) as error:
        raise InvalidOutputError(f"Invalid Output: '{error}'", hint='write JSON, such as "done"') from None
    if not quotas.holds(text):
        raise InvalidOutputError(
            f"Invalid Output: 'it is larger than {(quotas.payload or 0) // 1024} KiB'", hint=hint("payload")
        )
    return value


def check_input(text: str, quotas: Quotas) -> None:
    """Raise `InvalidExecutionInputError` unless the text is JSON of a size that an execution may have."""
    try:
        text.encode()  # lone surrogates are no text
        small = quotas.holds(text)
        if small:
            json_text(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise InvalidExecutionInputError(
            f"Invalid State Machine Execution Input: '{error}'", hint='write JSON, such as {"url": "..."}'
        ) from None
    if not small:
        raise InvalidExecutionInputError(
            f"the input is larger than {(quotas.payload or 0) // 1024} KiB",
            hint=f"put the data in a file and pass its name; {hint('payload')}",
        )


def check_start_point(at: StartPoint, quotas: Quotas) -> None:
    """Raise `InvalidExecutionInputError` unless the input and each variable may be those of a state."""
    values = {"the input of the state": at.input, **{f"${name}": one for name, one in at.variables.items()}}
    for name, value in values.items():
        try:
            text = json_text(value)
        except (ValueError, RecursionError) as error:
            raise InvalidExecutionInputError(f"{name} is no JSON: {error}") from None
        if not quotas.holds(text):
            raise InvalidExecutionInputError(
                f"{name} is larger than {(quotas.payload or 0) // 1024} KiB", hint=hint("payload")
            )
