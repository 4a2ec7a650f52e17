"""The tokens between pages: opaque, and good only for the query that gave them."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any, Final

from coworks.engine.errors import InvalidTokenError

_DIGEST: Final = 12


def write_token(query: object, place: object) -> str:
    """The token that goes on after `place` (a JSON value) in the same query (another one)."""
    data = json.dumps(place).encode()
    return base64.urlsafe_b64encode(_digest(query, data) + data).decode().rstrip("=")


def read_token(query: object, token: str | None) -> Any:
    """The place that a token tells; None without a token. Raises `InvalidTokenError`."""
    if token is None:
        return None
    try:
        padded = token + "=" * (-len(token) % 4)
        read = base64.b64decode(padded, altchars=b"-_", validate=True)
        digest, data = read[:_DIGEST], read[_DIGEST:]
        if digest == _digest(query, data):
            return json.loads(data)
    except ValueError:
        pass
    raise InvalidTokenError("Invalid Token: 'Invalid token'")


def _digest(query: object, data: bytes) -> bytes:
    return hashlib.sha256(json.dumps(query).encode() + b"\n" + data).digest()[:_DIGEST]
