"""Requests, answers and errors of the AWS API, whatever the protocol."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Mapping

FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class AwsRequest:
    """A request: `path` raw and below `/_aws`, header names in small letters; `base` is where we are."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    base: str

    @property
    def target(self) -> tuple[str, str]:
        """The service and the operation of the header X-Amz-Target; empty when there is none."""
        service, _, operation = self.headers.get("x-amz-target", "").rpartition(".")
        return service, operation

    @property
    def signed_for(self) -> str:
        """The service that the signature is for; empty when there is none."""
        _, _, rest = self.headers.get("authorization", "").partition("Credential=")
        scope = rest.partition(",")[0].split("/")
        return scope[-2] if len(scope) > 4 else ""

    def form(self) -> dict[str, str]:
        """The parameters of the query protocol; empty for other bodies."""
        if not self.headers.get("content-type", "").startswith(FORM):
            return {}
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def parameters(self) -> dict[str, str]:
        """What stands behind the question mark."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def json(self) -> dict[str, Any]:
        """The JSON object of the body. Raises `AwsError` when it is none."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise AwsError("SerializationException", "the body is not a JSON object")
        return value


@dataclass(frozen=True, slots=True)
class AwsAnswer:
    """An answer over HTTP."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class AwsError(Exception):
    """A request that is refused: `code` is the error's name, `legacy` its name in the query protocol."""

    def __init__(self, code: str, message: str, *, status: int = 400, legacy: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.legacy = legacy
