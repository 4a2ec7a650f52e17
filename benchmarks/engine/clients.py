"""Those who call an engine: a light client, and boto3.

boto3 takes more than a millisecond of processor time for a call, several times what an engine takes for it: a
benchmark through it tells its own speed. The light client sends the bytes that AWS JSON 1.0 needs, on a
connection that stays open; no engine looks at the signature, so it is always the same.
"""

from __future__ import annotations

import http.client
import json
import re
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from benchmarks.engine.servers import Server

_HEADERS: Final = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Date": "20260101T000000Z",
    "Authorization": "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/states/aws4_request,"
    " SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=0",
}
ROLE: Final = "arn:aws:iam::000000000000:role/any"


class RefusedError(Exception):
    """An engine refused a call."""


class Client(Protocol):
    """A caller of Step Functions; operations and members have AWS's names."""

    def call(self, operation: str, **members: Any) -> dict[str, Any]: ...

    def close(self) -> None: ...


class Light:
    """One connection, kept open."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=300)

    def call(self, operation: str, **members: Any) -> dict[str, Any]:
        target = {"X-Amz-Target": f"AWSStepFunctions.{operation}"}
        self._connection.request("POST", "/", json.dumps(members).encode(), {**_HEADERS, **target})
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RefusedError(f"{answer.status}: {body.decode()}")
        told: dict[str, Any] = json.loads(body)
        return told

    def close(self) -> None:
        self._connection.close()


class Boto3:
    """What most people use."""

    def __init__(self, server: Server) -> None:
        self._client = server.client("stepfunctions")

    def call(self, operation: str, **members: Any) -> dict[str, Any]:
        method = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()
        answer: dict[str, Any] = getattr(self._client, method)(**members)
        return answer

    def close(self) -> None:
        self._client.close()
