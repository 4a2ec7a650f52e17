"""What a setting may be: small functions that give None for a good value, else what is wrong and its fix."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable


class Problem(NamedTuple):
    """What is wrong with a value, and what to write."""

    what: str
    fix: str


if TYPE_CHECKING:
    Check: TypeAlias = Callable[[Any], Problem | None]

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
_VARIABLE: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_]+")
_RESERVED: Final = ("AWS_", "LAMBDA_", "CWS_")
_ACTION: Final = re.compile(r"[a-z0-9-]+:[A-Za-z0-9*]+")
_TOPIC: Final = re.compile(r"(arn:aws[\w-]*:sns:[\w-]+:\d{12}:)?[\w-]{1,256}(\.fifo)?", re.ASCII)
_SECRET: Final = re.compile(r"(ssm:[\w./-]+|secretsmanager:[\w./+=@-]+(:[\w.-]+)?)")


def check_text(value: Any) -> Problem | None:
    return None if isinstance(value, str) and value else Problem("is no text", 'write it as "..."')


def true_or_false(value: Any) -> Problem | None:
    return None if isinstance(value, bool) else Problem("is neither true nor false", "write true or false")


def texts(value: Any) -> Problem | None:
    if isinstance(value, list) and all(isinstance(one, str) and one for one in value):
        return None
    return Problem("is no list of texts", 'write ["...", "..."]')


def check_topics(value: Any) -> Problem | None:
    """Topics of SNS, each by its name, in the region and the account of the stage, or by its ARN."""
    if isinstance(value, list) and all(isinstance(one, str) and _TOPIC.fullmatch(one) for one in value):
        return None
    return Problem("is no list of topics", 'write ["NAME", "arn:aws:sns:REGION:ACCOUNT:NAME"]')


def one_of(*known: Any) -> Check:
    """One of these values."""

    def check(value: Any) -> Problem | None:
        if any(value == one and type(value) is type(one) for one in known):
            return None
        return Problem("is not possible", f"write one of {', '.join(str(one) for one in known)}")

    return check


def whole(least: int, most: int, unit: str) -> Check:
    """A whole number in a range."""

    def check(value: Any) -> Problem | None:
        if type(value) is int and least <= value <= most:
            return None
        return Problem("is not possible", f"write a whole number of {unit} from {least} to {most}")

    return check


def check_account(value: Any) -> Problem | None:
    if isinstance(value, str) and re.fullmatch(r"\d{12}", value):
        return None
    return Problem("is no account of AWS", 'write its twelve digits as a text: "123456789012"')


def check_variables(value: Any) -> Problem | None:
    """Names and texts for the environment of a function."""
    if not isinstance(value, dict):
        return Problem("is no table", 'write {NAME = "value"}')
    for name, text in value.items():
        if problem := _check_variable(name):
            return problem
        if not isinstance(text, str):
            return Problem(f"{name} is no text", f'write {name} = "{text}"')
    return None


def _check_variable(name: str) -> Problem | None:
    if not _VARIABLE.fullmatch(name):
        return Problem(f"{name} cannot name a variable on Lambda", "use letters, digits and _, two at least")
    if name.startswith(_RESERVED):
        return Problem(f"{name} is a variable of Lambda's or CoWorks's own", "give it another name")
    return None


def check_secrets(value: Any) -> Problem | None:
    """Names, and where the secret of each is kept."""
    if problem := check_variables(value):
        return problem
    for name, source in value.items():
        if not _SECRET.fullmatch(source):
            return Problem(
                f"{name} does not say where the secret is kept",
                f'write {name} = "secretsmanager:NAME:KEY" or {name} = "ssm:/NAME"; '
                "the secret itself belongs in no file",
            )
    return None


def check_permissions(value: Any) -> Problem | None:
    """Statements of IAM, each with the actions and the resources that it is about."""
    example = '[{Action = "s3:GetObject", Resource = "arn:aws:s3:::BUCKET/*"}]'
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, dict) for one in value):
        return Problem("is no list of statements", f"write {example}")
    for statement in value:
        unknown = statement.keys() - {"Sid", "Effect", "Action", "Resource", "Condition"}
        if unknown or not statement.keys() >= {"Action", "Resource"}:
            return Problem("has a statement without Action and Resource, or with more", f"write {example}")
        for action in _several(statement["Action"]):
            if not isinstance(action, str) or not _ACTION.fullmatch(action) or action.endswith(":*"):
                return Problem(f"{action!r} is no action of one service by name", f"write {example}")
        if not all(isinstance(one, (str, dict)) and one for one in _several(statement["Resource"])):
            return Problem("has a Resource that is no ARN", f"write {example}")
    return None


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
