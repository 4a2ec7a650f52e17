"""Members of requests and answers between Step Functions and botocore: their names and their values.

Step Functions writes the names that AWS's SDK for Java gives to members, with a capital: what the model calls
`logGroupName` is `LogGroupName`, `MD5OfBody` is `Md5OfBody`, `DBInstanceArn` is `DbInstanceArn`.
"""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from coworks.engine.json_text import json_text

if TYPE_CHECKING:
    from collections.abc import Callable

_LEADING = re.compile(r"^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+")
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


def sdk_name(member: str) -> str:
    """A member's name as the AWS SDK integrations write it."""
    lower = _LEADING.sub(lambda found: found[0].lower(), member)
    return capital(lower)


def capital(member: str) -> str:
    """A member's name as the optimised integrations write it."""
    return member[:1].upper() + member[1:]


def service_name(service_id: str) -> str:
    """A service's name in errors: that of its class in the SDK for Java, such as `DynamoDb`."""
    return "".join(word.capitalize() for word in _WORDS.findall(service_id))


def to_botocore(value: Any, shape: Any) -> Any:
    """A value of a request as botocore takes it; members that the model does not know keep their names."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        names = {name.lower(): name for name in shape.members}
        read = {names.get(name.lower(), name): inner for name, inner in value.items()}
        return {
            name: to_botocore(inner, shape.members[name]) if name in shape.members else inner
            for name, inner in read.items()
        }
    if kind == "list" and isinstance(value, list):
        return [to_botocore(inner, shape.member) for inner in value]
    if kind == "map" and isinstance(value, dict):
        return {name: to_botocore(inner, shape.value) for name, inner in value.items()}
    if kind == "blob":
        return (value if isinstance(value, str) else json_text(value)).encode()
    if kind in {"integer", "long"} and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def from_botocore(value: Any, shape: Any, name: Callable[[str], str]) -> Any:
    """A value of an answer as Step Functions tells it; `name` writes the members' names."""
    kind = shape.type_name
    if kind == "structure":
        known = shape.members
        return {name(key): from_botocore(value[key], known[key], name) for key in value if key in known}
    if kind == "list":
        return [from_botocore(inner, shape.member, name) for inner in value]
    if kind == "map":
        return {key: from_botocore(inner, shape.value, name) for key, inner in value.items()}
    if kind == "blob":
        return _text(value.read() if hasattr(value, "read") else value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value


def as_json(value: Any) -> str:
    """A text that a service wants, of a value that a state gives."""
    return value if isinstance(value, str) else json_text(value)


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return base64.b64encode(data).decode()


def parsed(text: str) -> Any:
    """The value of a JSON text; any other text is itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text
