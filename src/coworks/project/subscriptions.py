"""What a technical service wants to hear: the events, topics and buckets that its class names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from coworks.biz.patterns import PatternError
from coworks.biz.triggers import OnBucket, OnEvent, OnTopic, is_name
from coworks.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coworks.tech import TechMicroService

Subscription: TypeAlias = OnEvent | OnTopic | OnBucket
_ENDS: Final = frozenset({"prefix", "suffix"})


def subscriptions_of(service: type[TechMicroService], file: Path) -> tuple[Subscription, ...]:
    """What a class names of all three. Raises `DefinitionError` for what AWS would refuse."""
    return tuple(_read(service, str(file)))


def _read(service: type[TechMicroService], file: str) -> Iterator[Subscription]:
    for pattern in service.event_patterns:
        try:
            yield OnEvent(pattern)
        except PatternError as error:
            raise _refused(f"{file}: event_patterns", error) from None
    for topic, policy in service.topics.items():
        if not isinstance(topic, str) or not is_name("topic", topic):
            hint = "write letters, digits, - and _, at most 256"
            raise DefinitionError(f'{file}: "{topic}" is not the name of a topic', hint=hint)
        try:
            yield OnTopic(topic, policy or None)
        except PatternError as error:
            raise _refused(f"{file}: the filter of the topic {topic}", error) from None
    for bucket, ends in service.buckets.items():
        yield _bucket(bucket, ends, file)


def _bucket(name: object, ends: object, file: str) -> OnBucket:
    if not isinstance(name, str) or not is_name("bucket", name):
        hint = "write 3 to 63 small letters, digits, - and ."
        raise DefinitionError(f'{file}: "{name}" is not the name of a bucket', hint=hint)
    if not isinstance(ends, dict) or not ends.keys() <= _ENDS or not all(map(_is_text, ends.values())):
        hint = 'write {}, {"prefix": "in/"} or {"suffix": ".pdf"}'
        raise DefinitionError(f"{file}: the keys of the bucket {name} are {ends!r}", hint=hint)
    return OnBucket(name, ends.get("prefix", ""), ends.get("suffix", ""))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _refused(where: str, error: PatternError) -> DefinitionError:
    steps = "".join(f"[{step!r}]" for step in error.path)
    return DefinitionError(
        f"{where}: at {steps or 'its top'}: {error}",
        hint="fields hold lists of values, or comparisons such as {'prefix': 'eu-'}",
    )
