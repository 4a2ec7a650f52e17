"""The names by which states call functions, and the service that each stands for."""

from __future__ import annotations

import re

# An ARN, or a name alone; a version or an alias may come last.
# https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html (FunctionName)
_FUNCTION = re.compile(
    r"(?:(?:arn:aws[\w-]*:lambda:[\w-]*:)?\d*:?function:)?(?P<name>[\w-]+)(?::[\w$-]+)?", re.ASCII
)
_SYMBOL = re.compile(r"\$\{(?P<name>[^{}]+)\}")


def symbol_in(function: str) -> str | None:
    """The name in `${mail}`, which the deployment fills in; None when it is written otherwise."""
    match = _SYMBOL.fullmatch(function)
    return match["name"] if match else None


def service_named(function: str) -> str:
    """The service that a function is: `mail` for `${mail}`, `mail`, `mail:live` and its ARN."""
    if symbol := symbol_in(function):
        return symbol
    match = _FUNCTION.fullmatch(function)
    return match["name"] if match else function
