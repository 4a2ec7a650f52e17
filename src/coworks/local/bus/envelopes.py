"""What happened, written as AWS writes it. Pure: moment and id are handed in.

Sources: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html,
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html,
https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.triggers import is_name
from coworks.engine.names import Arns
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_BYTES: Final = 262_144
"""What an event or a message may have, as on AWS."""

_MAX_SUBJECT: Final = 100
_ARNS: Final = Arns()


class NotAcceptedError(CoWorksError):
    """An event or a message that AWS would refuse."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something for the bus. `resources` are ARNs; the detail is a JSON object."""

    source: str
    detail_type: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    resources: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """Something for a topic. Attributes are texts, numbers, or lists of texts, numbers and booleans."""

    topic: str
    message: str
    subject: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


def event_of(happening: Happening, identity: str, moment: float) -> dict[str, Any]:
    """The event as rules match it and targets get it."""
    return {
        "version": "0",
        "id": identity,
        "detail-type": happening.detail_type,
        "source": happening.source,
        "account": _ARNS.account,
        "time": f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "region": _ARNS.region,
        "resources": list(happening.resources),
        "detail": happening.detail,
    }


def creation_of(bucket: str, key: str, size: int) -> Happening:
    """What S3 tells EventBridge of a new file.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """
    detail = {
        "version": "0",
        "bucket": {"name": bucket},
        "object": {"key": key, "size": size},
        "reason": "PutObject",
    }
    return Happening("aws.s3", "Object Created", detail, [f"arn:aws:s3:::{bucket}"])


def check_happening(happening: Happening) -> None:
    """Raises `NotAcceptedError` for what PutEvents refuses."""
    for what, text in {"source": happening.source, "detail type": happening.detail_type}.items():
        if not isinstance(text, str) or not text:
            raise NotAcceptedError(f"an event needs a {what}", hint="for example shop, and Order placed")
    if happening.source.startswith("aws."):
        raise NotAcceptedError(
            f'"{happening.source}" is no source for your own events',
            hint='AWS keeps what begins with "aws." to itself; take the name of your project',
        )
    if not isinstance(happening.detail, dict):
        raise NotAcceptedError("the detail of an event is a JSON object", hint='write for example {"id": 7}')
    if isinstance(happening.resources, str) or not all(isinstance(one, str) for one in happening.resources):
        raise NotAcceptedError("the resources of an event are a list of texts", hint="leave them out, or []")
    told = f"{happening.source}{happening.detail_type}{''.join(happening.resources)}"
    _check_size("the event", told + _json(happening.detail))


def notification_of(publication: Publication, identity: str, moment: float) -> dict[str, Any]:
    """The event of a Lambda that is subscribed to the topic."""
    topic = f"arn:aws:sns:{_ARNS.region}:{_ARNS.account}:{publication.topic}"
    time = datetime.fromtimestamp(moment, UTC)
    told = {
        "Type": "Notification",
        "MessageId": identity,
        "TopicArn": topic,
        "Subject": publication.subject,
        "Message": publication.message,
        "Timestamp": f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z",
        "SignatureVersion": "1",
        "Signature": "",
        "SigningCertUrl": "",
        "UnsubscribeUrl": "",
        "MessageAttributes": {
            name: _attribute(name, value) for name, value in publication.attributes.items()
        },
    }
    about = {"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": f"{topic}:local"}
    return {"Records": [about | {"Sns": told}]}


def check_publication(publication: Publication) -> None:
    """Raises `NotAcceptedError` for what Publish refuses."""
    if not isinstance(publication.topic, str) or not is_name("topic", publication.topic):
        raise NotAcceptedError(
            f'"{publication.topic}" is not the name of a topic',
            hint="write letters, digits, - and _, at most 256",
        )
    if not isinstance(publication.message, str) or not publication.message:
        raise NotAcceptedError("a message is a text, and not empty", hint="write what is to be told")
    subject = publication.subject
    if subject is not None and not _is_subject(subject):
        raise NotAcceptedError(
            "the subject of a message is one line of ASCII", hint=f"write 1 to {_MAX_SUBJECT} characters"
        )
    if not isinstance(publication.attributes, dict):
        raise NotAcceptedError(
            "the attributes of a message are an object", hint='write for example {"level": "low"}'
        )
    for name, value in publication.attributes.items():
        _attribute(name, value)
    _check_size("the message", publication.message + _json(publication.attributes))


def said(publication: Publication) -> dict[str, Any]:
    """The publication as triggers of workflows know it: a message in JSON is read."""
    try:
        message = json.loads(publication.message)
    except ValueError:
        message = publication.message
    return {
        "topic": publication.topic,
        "subject": publication.subject,
        "message": message,
        "attributes": dict(publication.attributes),
    }


def _is_subject(subject: object) -> bool:
    return (
        isinstance(subject, str)
        and 0 < len(subject) <= _MAX_SUBJECT
        and subject.isascii()
        and subject.isprintable()
    )


def _attribute(name: str, value: Any) -> dict[str, str]:
    """An attribute with the type that SNS has for it. Raises `NotAcceptedError` when it has none."""
    if isinstance(value, str) and value:
        return {"Type": "String", "Value": value}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"Type": "Number", "Value": _json(value)}
    if isinstance(value, list) and all(one is None or isinstance(one, str | int | float) for one in value):
        return {"Type": "String.Array", "Value": _json(value)}
    raise NotAcceptedError(
        f'the attribute "{name}" of the message is no text, number or list of them',
        hint="put what has more parts into the message",
    )


def _check_size(what: str, text: str) -> None:
    if (size := len(text.encode())) > MAX_BYTES:
        raise NotAcceptedError(
            f"{what} has {size:,} bytes, and AWS takes {MAX_BYTES:,}",
            hint="put the data into a bucket, and tell its key",
        )


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise NotAcceptedError(f"not JSON: {error}", hint="send texts, numbers, lists and objects") from None
