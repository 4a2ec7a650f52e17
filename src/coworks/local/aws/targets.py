"""Who is meant by an ARN: a queue, a service, a workflow or a topic of this machine."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.functions import service_named
from coworks.local.aws.wire import AwsError
from coworks.local.bus.receivers import Delivery, delivery_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.local.bus.receivers import Kind

_KINDS: Final[dict[tuple[str, str], Kind]] = {
    ("lambda", "function"): "service",
    ("states", "stateMachine"): "workflow",
}
_PLAIN: Final[dict[str, Kind]] = {"sqs": "queue", "sns": "topic"}


def target_of(arn: str, code: str = "ValidationException") -> tuple[Kind, str]:
    """The kind and the name. Raises `AwsError` of this code for what cannot be a target here."""
    parts = arn.split(":", 5)
    if len(parts) == 6 and parts[0] == "arn":
        service, rest = parts[2], parts[5]
        if service in _PLAIN and ":" not in rest:
            return _PLAIN[service], rest
        form, _, name = rest.partition(":")
        if kind := _KINDS.get((service, form)):
            return kind, service_named(arn) if kind == "service" else name.partition(":")[0]
    raise AwsError(code, f"{arn} is no queue, function, state machine or topic")


def delivery_to(
    arn: str,
    identity: str,
    place: str,
    text: str,
    group: str | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> Delivery:
    """Brings a text to who is meant. Services and workflows are given its JSON value, when it is JSON."""
    kind, name = target_of(arn)
    label = hashlib.sha256(f"{place} {arn}".encode()).hexdigest()[:12]
    if kind == "queue":
        told: Any = {"body": text, "group": group, "attributes": dict(attributes or {})}
    else:
        told = text if kind == "topic" else _value(text)
    return delivery_of(kind, name, identity, label, told)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
