"""The intrinsic functions of JSONPath mode: what each does with its arguments.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import random
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_RANGE: Final = 1000
MAX_TEXT: Final = 10_000
_LEAST: Final = -(2**31)
_MOST: Final = 2**31 - 1
_HASHES: Final = {
    name: name.replace("-", "").lower() for name in ("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512")
}


class IntrinsicError(Exception):
    """A function that cannot work with the arguments that it got."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function and how many arguments it takes; `most` None is any number."""

    run: Callable[..., Any]
    least: int
    most: int | None

    def takes(self, count: int) -> bool:
        return self.least <= count and (self.most is None or count <= self.most)


# What arguments must be


def _array(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise IntrinsicError(f"an array was expected, not {_json(value)}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise IntrinsicError(f"a string was expected, not {_json(value)}")
    return value


def _limited(value: Any) -> str:
    if len(_text(value)) > MAX_TEXT:
        raise IntrinsicError(f"a string may have {MAX_TEXT} characters at most here")
    return str(value)


def _integer(value: Any) -> int:
    """A whole number, others rounded as Java does: halves go up."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise IntrinsicError(f"a number was expected, not {_json(value)}")
    whole = value if isinstance(value, int) else math.floor(value + 0.5)
    if not _LEAST <= whole <= _MOST:
        raise IntrinsicError(f"a number from -2147483648 to 2147483647 was expected, not {value}")
    return whole


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


# Arrays


def _array_of(*values: Any) -> list[Any]:
    return list(values)


def _partition(items: Any, size: Any) -> list[list[Any]]:
    step = _integer(size)
    if step < 1:
        raise IntrinsicError(f"the size of a chunk must be 1 or more, not {step}")
    return [_array(items)[start : start + step] for start in range(0, len(_array(items)), step)]


def _contains(items: Any, wanted: Any) -> bool:
    return any(_same(item, wanted) for item in _array(items))


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _range(first: Any, last: Any, step: Any) -> list[int]:
    start, stop, stride = _integer(first), _integer(last), _integer(step)
    if stride == 0:
        raise IntrinsicError("the step of a range must not be 0")
    numbers = range(start, stop + (1 if stride > 0 else -1), stride)
    if len(numbers) > MAX_RANGE:
        raise IntrinsicError(f"a range may hold {MAX_RANGE} numbers at most")
    return list(numbers)


def _get_item(items: Any, index: Any) -> Any:
    at, known = _integer(index), _array(items)
    if not 0 <= at < len(known):
        raise IntrinsicError(f"the index {at} is outside of the array, which has {len(known)} items")
    return known[at]


def _length(items: Any) -> int:
    return len(_array(items))


def _unique(items: Any) -> list[Any]:
    found: dict[str, Any] = {}
    for item in _array(items):
        found.setdefault(json.dumps(item, sort_keys=True), item)
    return list(found.values())


# Texts


def _format(template: Any, *values: Any) -> str:
    r"""The template with each `{}` replaced; `\{`, `\}`, `\'` and `\\` are the characters themselves."""
    holes = sum(found[0] == "{}" for found in _FORMAT.finditer(_text(template)))
    if holes != len(values):
        raise IntrinsicError(f"the template has {holes} times {{}}, but {len(values)} values were given")
    rest = iter(values)
    return _FORMAT.sub(lambda found: found[1] or _shown(next(rest)), template)


_FORMAT: Final = re.compile(r"\\([\\'{}])|\{\}")


def _shown(value: Any) -> str:
    """A value in a text, as Java shows it: {name=value, list=[1, 2]}."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={_shown(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_shown, value)) + "]"
    return _json(value)


def _split(text: Any, delimiters: Any) -> list[str]:
    """The parts between any of the delimiting characters; empty parts do not count."""
    if not _text(delimiters):
        return [_text(text)]
    return [part for part in re.split(f"[{re.escape(delimiters)}]", _text(text)) if part]


def _to_json(text: Any) -> Any:
    if not _text(text).strip():
        return None
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise IntrinsicError("the string is no JSON text") from None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _encode(text: Any) -> str:
    return base64.b64encode(_limited(text).encode()).decode()


def _decode(text: Any) -> str:
    try:
        return base64.b64decode(_limited(text).encode(), validate=True).decode()
    except ValueError:
        raise IntrinsicError("the string is no Base64 of a text") from None


def _hash(data: Any, algorithm: Any) -> str:
    name = _HASHES.get(_text(algorithm))
    if name is None:
        raise IntrinsicError(f"the algorithm must be one of {', '.join(_HASHES)}")
    content = _limited(data if isinstance(data, str) else _json(data))
    return hashlib.new(name, content.encode(), usedforsecurity=False).hexdigest()


def _uuid() -> str:
    return str(uuid.uuid4())


# Objects and numbers


def _merge(first: Any, second: Any, deep: Any) -> dict[str, Any]:
    if deep is not False:
        raise IntrinsicError("only the shallow merge is supported: the third argument must be false")
    if not isinstance(first, dict) or not isinstance(second, dict):
        raise IntrinsicError("two objects were expected")
    return {**first, **second}


def _random(first: Any, last: Any, seed: Any = None) -> int:
    start, stop = _integer(first), _integer(last)
    if start >= stop:
        raise IntrinsicError("the start must be less than the end")
    generator = random.Random(None if seed is None else _integer(seed))  # noqa: S311 - no secret
    return generator.randrange(start, stop)


def _add(one: Any, other: Any) -> int:
    return _integer(_integer(one) + _integer(other))


FUNCTIONS: Final[dict[str, Function]] = {
    "States.Array": Function(_array_of, 0, None),
    "States.ArrayContains": Function(_contains, 2, 2),
    "States.ArrayGetItem": Function(_get_item, 2, 2),
    "States.ArrayLength": Function(_length, 1, 1),
    "States.ArrayPartition": Function(_partition, 2, 2),
    "States.ArrayRange": Function(_range, 3, 3),
    "States.ArrayUnique": Function(_unique, 1, 1),
    "States.Base64Decode": Function(_decode, 1, 1),
    "States.Base64Encode": Function(_encode, 1, 1),
    "States.Format": Function(_format, 1, None),
    "States.Hash": Function(_hash, 2, 2),
    "States.JsonMerge": Function(_merge, 3, 3),
    "States.JsonToString": Function(_json, 1, 1),
    "States.MathAdd": Function(_add, 2, 2),
    "States.MathRandom": Function(_random, 2, 3),
    "States.StringSplit": Function(_split, 2, 2),
    "States.StringToJson": Function(_to_json, 1, 1),
    "States.UUID": Function(_uuid, 0, 0),
}

GIVE_TEXT: Final = frozenset(
    f"States.{name}"
    for name in ("Format", "JsonToString", "ArrayGetItem", "Base64Encode", "Base64Decode", "Hash", "UUID")
)
"""The functions that `ErrorPath` and `CausePath` may call."""


def run(function: Function, arguments: Sequence[Any]) -> Any:
    """The function's result. Raises `IntrinsicError` for arguments that it refuses."""
    try:
        return function.run(*arguments)
    except (ValueError, RecursionError) as error:  # lone surrogates, values nested too deeply
        raise IntrinsicError(str(error)) from None
