"""AWS JSON 1.0 as bytes: requests in, answers and errors out.

Source: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
"""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

from coworks.engine.api.errors import ApiError, not_serialised, unknown_operation

CONTENT_TYPE: Final = "application/x-amz-json-1.0"
PREFIX: Final = "AWSStepFunctions."


def read_operation(target: str | None) -> str:
    """The operation that the header X-Amz-Target names."""
    if target is None or not target.startswith(PREFIX):
        raise unknown_operation(f"no operation of Step Functions: {target}")
    return target.removeprefix(PREFIX)


def read_parameters(body: bytes) -> dict[str, Any]:
    """The members of a request, those that are null left out. Raises AWS's SerializationException."""
    try:
        value = json.loads(body or b"{}", parse_constant=_refuse)
        if not body.isascii() or b"\\u" in body or b"\0" in body:
            json.dumps(value, ensure_ascii=False).encode()  # lone surrogates are no text
    except (ValueError, RecursionError):
        raise not_serialised("the body is not a JSON document") from None
    if not isinstance(value, dict):
        raise not_serialised("the body is not a JSON object")
    return {name: member for name, member in value.items() if member is not None}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def error_body(error: ApiError) -> dict[str, Any]:
    return {"__type": error.code, "message": error.message}
