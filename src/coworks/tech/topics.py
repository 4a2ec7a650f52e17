"""Publishing to a topic, for whoever is subscribed to it.

    publish("stock", "nails: 3 left", subject="Stock")

On AWS it goes by SNS; whoever has topics of his own, as `cws run` does, hands in a `Publisher`.

Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from __future__ import annotations

from coworks.tech.outgoing import aws_client

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Publisher = Callable[[str, str, "str | None"], str]


def publish(topic: str, message: str, *, subject: str | None = None) -> str:
    """Publish a message to a topic, given by its name or its ARN; the id of the message."""
    return _PUBLISHERS[-1](topic, message, subject)


def publish_by(publisher: Publisher) -> Callable[[], None]:
    """Let messages be published by `publisher`, until the function that this returns is called."""
    _PUBLISHERS.append(publisher)
    return lambda: _PUBLISHERS.remove(publisher)


def _to_sns(topic: str, message: str, subject: str | None) -> str:
    client = aws_client("sns")
    given = {} if subject is None else {"Subject": subject}
    answer = client.publish(TopicArn=_arn(topic, client.meta.region_name), Message=message, **given)
    return str(answer["MessageId"])


def _arn(topic: str, region: str) -> str:
    if topic.startswith("arn:"):
        return topic
    account = aws_client("sts").get_caller_identity()["Account"]
    return f"arn:aws:sns:{region}:{account}:{topic}"


_PUBLISHERS: list[Publisher] = [_to_sns]
