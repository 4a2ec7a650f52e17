"""boto3's clients: loaded by the first call, one a service, shared by all threads.

Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
"""

from __future__ import annotations

import importlib
import os
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from coworks.engine.tasks import TaskError

if TYPE_CHECKING:
    from collections.abc import Mapping

AT_ONCE: Final = 64
"""Connections to a service: as many as the engine has workers."""

LONGEST_CALL: Final = 900
"""Seconds that a call may take: as long as a Lambda function."""

# An emulator takes any credentials; a machine without an account has none to give.
_ANY_KEYS: Final = {"aws_access_key_id": "none", "aws_secret_access_key": "none"}

# What botocore calls services that Step Functions calls by another name, but for hyphens.
SERVICE_NAMES: Final = {
    "applicationinsights": "application-insights",
    "bedrock": "bedrock-runtime",
    "cloudwatchevents": "events",
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "configservice": "config",
    "costexplorer": "ce",
    "databasemigration": "dms",
    "directory": "ds",
    "elasticloadbalancing": "elb",
    "elasticloadbalancingv2": "elbv2",
    "elasticmapreduce": "emr",
    "elasticsearch": "es",
    "eventbridge": "events",
    "iotdataplane": "iot-data",
    "marketplacemetering": "meteringmarketplace",
    "rdsdata": "rds-data",
    "sfn": "stepfunctions",
    "states": "stepfunctions",
    "timestreamquery": "timestream-query",
}


def botocore_name(service: str, available: list[str]) -> str | None:
    """What botocore calls a service of a resource; None when it knows none of that name."""
    named = SERVICE_NAMES.get(service, service)
    return next((one for one in available if one.replace("-", "") == named.replace("-", "")), None)


class Clients:
    """See the module."""

    def __init__(self, region: str, endpoints: Mapping[str, str] | None = None) -> None:
        self._region = region
        self._endpoints = endpoints or {}
        self._lock = Lock()
        self._session: Any = None
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """The client of a service, named as in a resource. Raises `TaskError` without boto3 or for none."""
        with self._lock:  # clients are safe between threads, making one is not
            if service not in self._clients:
                self._clients[service] = self._made(service)
            return self._clients[service]

    def _made(self, service: str) -> Any:
        if self._session is None:
            self._session = _session(self._region)
        name = botocore_name(service, self._session.get_available_services())
        if name is None:
            raise TaskError("States.Runtime", f"boto3 knows no service named '{service}'.")
        endpoint = self._endpoints.get(name)
        emulated = endpoint is not None or _is_redirected()
        config = importlib.import_module("botocore.config").Config(
            max_pool_connections=AT_ONCE,
            read_timeout=LONGEST_CALL,
            retries={"mode": "standard"},
            inject_host_prefix=not emulated,
        )
        keys = _ANY_KEYS if emulated and self._session.get_credentials() is None else {}
        return self._session.client(name, endpoint_url=endpoint, config=config, **keys)


def _session(region: str) -> Any:
    try:
        boto3 = importlib.import_module("boto3")
    except ModuleNotFoundError:
        raise TaskError(
            "States.Runtime", 'AWS is called through boto3, which is missing: pip install "coworks[aws]"'
        ) from None
    return boto3.session.Session(region_name=region)


def _is_redirected() -> bool:
    return any(name.startswith("AWS_ENDPOINT_URL") for name in os.environ)
