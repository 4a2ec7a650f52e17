"""Asynchronous calls of services: how often each is tried, and who is told what became of it.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html,
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from coworks.local.aws.failures import failure_of
from coworks.local.aws.targets import delivery_to
from coworks.local.bus.delivering import RETRIES, Manner
from coworks.local.calls import function_arn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coworks.engine.clock import Clock
    from coworks.local.aws.kept import Kept
    from coworks.local.bus import Bus
    from coworks.local.bus.receivers import Delivery

_CONFIGURATION: Final = "invoke_config"
LONGEST_AGE: Final = 21_600


class AsynchronousCalls:
    """Makes the calls by `call`. Records of what became of them go to their destinations by the bus."""

    def __init__(self, kept: Kept, bus: Bus, call: Callable[[str, Any], Any], clock: Clock) -> None:
        self._kept = kept
        self._bus = bus
        self._call = call
        self._clock = clock
        bus.deliveries.make_so("service", Manner(self._make, self._done, self._retries, self._given_up))

    def configuration(self, service: str) -> dict[str, Any] | None:
        """The members of PutFunctionEventInvokeConfig; None when there are none."""
        return self._kept.get(_CONFIGURATION, service)

    def configure(self, service: str, told: dict[str, Any]) -> dict[str, Any]:
        found = {**told, "LastModified": self._clock.now(), "FunctionArn": f"{function_arn(service)}:$LATEST"}
        self._kept.put(_CONFIGURATION, service, found)
        return found

    def forget(self, service: str) -> None:
        self._kept.remove(_CONFIGURATION, service)

    def _make(self, delivery: Delivery) -> object:
        return self._call(delivery.target, json.loads(delivery.payload))

    def _done(self, delivery: Delivery, tries: int, answer: object) -> None:
        self._tell("OnSuccess", delivery, {"condition": "Success", "approximateInvokeCount": tries}, answer)

    def _retries(self, delivery: Delivery) -> Sequence[float]:
        told = self.configuration(delivery.target) or {}
        retries = RETRIES[: told.get("MaximumRetryAttempts", len(RETRIES))]
        age = told.get("MaximumEventAgeInSeconds", LONGEST_AGE)
        return [rest for rest, moment in zip(retries, accumulate(retries), strict=True) if moment <= age]

    def _given_up(self, delivery: Delivery, tries: int, error: Exception) -> bool:
        context = {"condition": "RetriesExhausted", "approximateInvokeCount": tries}
        return self._tell("OnFailure", delivery, context, failure_of(error), functionError="Unhandled")

    def _tell(self, when: str, delivery: Delivery, about: dict[str, Any], answer: Any, **more: str) -> bool:
        """True when there is a destination: the record for it is on disk."""
        destinations = (self.configuration(delivery.target) or {}).get("DestinationConfig") or {}
        arn = (destinations.get(when) or {}).get("Destination")
        if not arn:
            return False
        context = {
            "requestId": delivery.name.rpartition("_")[0],
            "functionArn": function_arn(delivery.target),
        }
        record = {
            "version": "1.0",
            "timestamp": f"{datetime.fromtimestamp(self._clock.now(), UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
            "requestContext": context | about,
            "requestPayload": json.loads(delivery.payload),
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", **more},
            "responsePayload": answer,
        }
        text = json.dumps(record, ensure_ascii=False)
        self._bus.accept(delivery_to(arn, delivery.name, when, text))
        return True
