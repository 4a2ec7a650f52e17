"""Functions called through boto3, at the address that AWS_ENDPOINT_URL_LAMBDA or AWS_ENDPOINT_URL tells.

Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html and
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import importlib
import json
from threading import Lock
from typing import TYPE_CHECKING, Any

from coworks.engine.tasks import TaskError, lambda_invoker

if TYPE_CHECKING:
    from coworks.engine.tasks import Invoke


def boto3_invoker(region: str) -> Invoke:
    """An `Invoke` for functions. The first call loads boto3; without it the task fails and says so."""
    return lambda_invoker(_Functions(region).call)


class _Functions:
    def __init__(self, region: str) -> None:
        self._region = region
        self._lock = Lock()
        self._client: Any = None

    def call(self, function: str, payload: Any) -> Any:
        try:
            answer = self._lambda().invoke(FunctionName=function, Payload=json.dumps(payload).encode())
        except Exception as error:
            raise _refused(error) from error
        text = answer["Payload"].read().decode()
        if "FunctionError" in answer:
            raise _failed(text)
        return json.loads(text) if text else None

    def _lambda(self) -> Any:
        with self._lock:  # clients are safe between threads, making one is not
            if self._client is None:
                self._client = _boto3().client("lambda", region_name=self._region)
            return self._client


def _boto3() -> Any:
    try:
        return importlib.import_module("boto3")
    except ModuleNotFoundError:
        raise TaskError(
            "States.Runtime", "Functions are called through boto3, which is missing: pip install boto3"
        ) from None


def _failed(text: str) -> TaskError:
    """The failure of a function that raised: its class, and Lambda's JSON about it."""
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    kind = told.get("errorType") if isinstance(told, dict) else None
    return TaskError(str(kind or "Lambda.Unknown"), text)


def _refused(error: Exception) -> TaskError:
    """The failure of a call that did not reach the function, in the words of AWS's own client."""
    if isinstance(error, TaskError):
        return error
    response = getattr(error, "response", None)
    if not isinstance(response, dict):
        return TaskError("Lambda.SdkClientException", str(error))
    told, meta = response.get("Error", {}), response.get("ResponseMetadata", {})
    cause = (
        f"{told.get('Message')} (Service: Lambda, Status Code: {meta.get('HTTPStatusCode')},"
        f" Request ID: {meta.get('RequestId')})"
    )
    return TaskError(f"Lambda.{told.get('Code')}", cause)
