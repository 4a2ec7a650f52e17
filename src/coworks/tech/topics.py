"""Publishing to a topic, for whoever is subscribed to it.

    publish("stock", "nails: 3 left", subject="Stock")

On AWS it goes by SNS; whoever has topics of his own, as `cws run` does, hands in a `Publisher`.

Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from __future__ import annotations

import os

from coworks.errors import CoWorksError
from coworks.tech.outgoing import aws_client

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Publisher = Callable[[str, str, "str | None"], str]


class TopicClosedError(CoWorksError):
    """The service may not publish to this topic. Trying again will not help."""


def publish(topic: str, message: str, *, subject: str | None = None) -> str:
    """Publish a message to a topic, given by its name or its ARN; the id of the message.

    Raises `TopicClosedError` when the role of the function does not name the topic.
    """
    return _PUBLISHERS[-1](topic, message, subject)


def publish_by(publisher: Publisher) -> Callable[[], None]:
    """Let messages be published by `publisher`, until the function that this returns is called."""
    _PUBLISHERS.append(publisher)
    return lambda: _PUBLISHERS.remove(publisher)


def _to_sns(topic: str, message: str, subject: str | None) -> str:
    client = aws_client("sns")
    given = {} if subject is None else {"Subject": subject}
    arn = _arn(topic, client.meta.region_name)
    try:
        answer = client.publish(TopicArn=arn, Message=message, **given)
    except client.exceptions.AuthorizationErrorException:
        raise _closed(topic) from None
    return str(answer["MessageId"])


def _closed(topic: str, environment: Mapping[str, str] = os.environ) -> TopicClosedError:
    function = environment.get("AWS_LAMBDA_FUNCTION_NAME", "")
    stage = f"{environment.get('CWS_PROJECT')}-{environment.get('CWS_STAGE')}-"
    service = function.removeprefix(stage) or "NAME"
    return TopicClosedError(
        f'this service may not publish to the topic "{topic}": its setting publish does not name it',
        hint=f'write [tool.coworks.services.{service}] publish = ["{topic}"], and deploy',
    )


def _arn(topic: str, region: str) -> str:
    if topic.startswith("arn:"):
        return topic
    account = aws_client("sts").get_caller_identity()["Account"]
    return f"arn:aws:sns:{region}:{account}:{topic}"


_PUBLISHERS: list[Publisher] = [_to_sns]
