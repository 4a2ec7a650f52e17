"""The engine alone: a database, the API in front of it, and nothing else of CoWorks."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from coworks.engine.api.api import Api
from coworks.engine.api.app import ApiApp
from coworks.engine.buckets import FolderBuckets, S3Buckets
from coworks.engine.engine import Engine
from coworks.engine.holding import hold
from coworks.engine.integrations import aws_invoker
from coworks.engine.integrations.clients import Clients
from coworks.engine.listening import is_loopback, listen, server_of, url_of
from coworks.engine.mocks import Mocks
from coworks.engine.names import Arns
from coworks.engine.quotas import Quotas
from coworks.engine.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.engine.buckets import Buckets


@dataclass(frozen=True, slots=True)
class Alone:
    """What to serve where; `buckets` is a folder in the place of S3."""

    database: Path
    host: str = "127.0.0.1"
    port: int = 8083
    arns: Arns = field(default_factory=Arns)
    buckets: Path | None = None

    @property
    def is_local(self) -> bool:
        return is_loopback(self.host)


def serve_alone(alone: Alone, announce: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; `announce` is given the address once the engine works.

    Raises `AddressInUseError`, `DatabaseInUseError` and `StoreError`, all before anything has begun.
    """
    # The server gives the signal that ended it back to us once it is down; the engine has still to stop.
    signal.signal(signal.SIGTERM, _interrupt)
    with suppress(KeyboardInterrupt), ExitStack() as stack:
        listener = stack.enter_context(listen(alone.host, alone.port))
        url = url_of(alone.host, listener)
        stack.enter_context(hold(alone.database, url))
        store = SqliteStore(alone.database)
        stack.callback(store.close)
        engine = Engine(
            store,
            aws_invoker(alone.arns.region, endpoints=_endpoints(url)),
            arns=alone.arns,
            buckets=_buckets(alone),
            quotas=Quotas.read(os.environ),
            mocks=_mocks(),
        )
        engine.start()
        stack.callback(engine.stop)
        announce(url)
        server_of(ApiApp(Api(engine), only_local=alone.is_local)).run(sockets=[listener])


def _endpoints(url: str) -> dict[str, str]:
    """Where Task states call Step Functions: here, unless another is named."""
    return {} if "AWS_ENDPOINT_URL_SFN" in os.environ else {"stepfunctions": url}


def _mocks() -> Mocks | None:
    path = os.environ.get("SFN_MOCK_CONFIG")
    return Mocks.read(Path(path)) if path else None


def _buckets(alone: Alone) -> Buckets:
    if alone.buckets is not None:
        return FolderBuckets(alone.buckets)
    return S3Buckets(partial(Clients(alone.arns.region).client, "s3"))


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
