"""JSON that is given to a command: as text, or in a file."""

from __future__ import annotations

import json
from pathlib import Path

from coworks.errors import UsageError


def read_json(option: str, text: str, example: str) -> str:
    """The JSON text of an option, or of the file that `@FILE` names. Raises `UsageError` when it is none."""
    source = option
    if text.startswith("@"):
        source = text.removeprefix("@")
        try:
            text = Path(source).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UsageError(
                f"{option}: {source} cannot be read: {reason}",
                hint="@ stands before the name of a file that holds JSON, as UTF-8 text",
            ) from None
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{source} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}",
            hint=f"write it like {option} {example}",
        ) from None
    return text
