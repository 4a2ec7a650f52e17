"""What AWS has and we have not: passed to the endpoint that the user named, or to moto in this process.

moto is loaded by the first request that is for it; what it keeps is in memory, and ends with the process.
Source: https://docs.getmoto.org/en/latest/docs/server_mode.html
"""

from __future__ import annotations

from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from coworks.local.aws.protocols import json_refusal
from coworks.local.aws.wire import AwsAnswer, AwsError

if TYPE_CHECKING:
    from coworks.local.aws.wire import AwsRequest

_WITHIN: Final = 60
PASSED_ON: Final = "x-coworks-passed-on"
"""Says that a request went through such an endpoint as this already."""

_OF_THE_CONNECTION: Final = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "keep-alive"}
)


class Elsewhere(Protocol):
    """Answers what is not ours."""

    def __call__(self, request: AwsRequest) -> AwsAnswer: ...


class Endpoint:
    """An endpoint that the user named."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def __call__(self, request: AwsRequest) -> AwsAnswer:
        if PASSED_ON in request.headers:
            said = f"AWS_ENDPOINT_URL names {self._url}, which leads back here: take it out, or name another"
            return json_refusal(AwsError("ServiceUnavailable", said, status=508))
        address = f"{self._url}{request.path}{f'?{request.query}' if request.query else ''}"
        headers = _passed_on(request) | {PASSED_ON: "1"}
        asked = Request(address, request.body or None, headers, method=request.method)  # noqa: S310 - see below
        try:
            with urlopen(asked, timeout=_WITHIN) as answer:  # noqa: S310 - the address is the user's own
                return AwsAnswer(answer.status, answer.read(), _kept(answer.headers, request))
        except HTTPError as error:
            with error:
                return AwsAnswer(error.code, error.read(), _kept(error.headers, request))
        except (URLError, OSError) as error:
            said = f"AWS_ENDPOINT_URL names {self._url}, which does not answer: {error}"
            return json_refusal(AwsError("ServiceUnavailable", said, status=503))


class Moto:
    """moto's server, in this process. Without moto it says how to get it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._client: Any = None

    def __call__(self, request: AwsRequest) -> AwsAnswer:
        try:
            client = self._loaded()
        except ModuleNotFoundError:
            said = (
                f"{request.signed_for or 'this service'} is not run by CoWorks itself: "
                'pip install "coworks[aws]", or set AWS_ENDPOINT_URL to an emulator of your own'
            )
            return json_refusal(AwsError("UnsupportedOperation", said, status=501))
        answer = client.open(
            request.path,
            method=request.method,
            query_string=request.query,
            data=request.body,
            headers=_passed_on(request),
        )
        return AwsAnswer(answer.status_code, answer.get_data(), _kept(answer.headers, request))

    def _loaded(self) -> Any:
        with self._lock:
            if self._client is None:
                server = import_module("moto.moto_server.werkzeug_app")
                app = server.DomainDispatcherApplication(server.create_backend_app)
                self._client = import_module("werkzeug.test").Client(app, use_cookies=False)
            return self._client


def _passed_on(request: AwsRequest) -> dict[str, str]:
    return {name: text for name, text in request.headers.items() if name not in _OF_THE_CONNECTION}


def _kept(headers: Any, request: AwsRequest) -> dict[str, str]:
    """The headers of an answer. To a HEAD, the length is that of what a GET would give."""
    kept = {name.lower(): text for name, text in headers.items() if name.lower() not in _OF_THE_CONNECTION}
    length = headers.get("content-length")
    return kept | ({"content-length": length} if request.method == "HEAD" and length else {})
