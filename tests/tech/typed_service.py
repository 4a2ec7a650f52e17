"""The service that the tests of typed entries call: one entry for each thing an annotation may ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal, NamedTuple, NewType, NotRequired, TypedDict
from uuid import UUID

import msgspec

from coworks.tech import FileParam, TechMicroService


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Point(NamedTuple):
    x: int
    y: int = 0


class Options(TypedDict):
    deep: bool
    note: NotRequired[str]


@dataclass
class Line:
    product: str
    count: int = 1
    more: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.count == 13:
            raise ValueError("13 is not sold")


class Person(msgspec.Struct, rename="camel"):
    first_name: str
    age: Annotated[int, msgspec.Meta(ge=0, le=150)] = 0
    born: date | None = None


class Cat(msgspec.Struct, tag="cat"):
    lives: int


class Dog(msgspec.Struct, tag="dog"):
    tricks: list[str]


Identifier = NewType("Identifier", int)

# What `POST /{kind}` makes of its `value`.
KINDS: dict[str, Any] = {
    "int": int,
    "float": float,
    "bool": bool,
    "decimal": Decimal,
    "datetime": datetime,
    "date": date,
    "time": time,
    "timedelta": timedelta,
    "uuid": UUID,
    "bytes": bytes,
    "enum": Colour,
    "int_enum": Level,
    "literal": Literal["a", 2, True],
    "new_type": Identifier,
    "optional": int | None,
    "optional_text": str | None,
    "int_or_text": int | str,
    "date_or_text": date | str,
    "number_or_bool": int | bool,
    "list": list[int],
    "bare_list": list,
    "sequence": Sequence[int],
    "tuple": tuple[int, ...],
    "pair": tuple[int, str],
    "set": set[int],
    "dict": dict[int, bool],
    "point": Point,
    "options": Options,
    "line": Line,
    "person": Person,
    "pet": Cat | Dog,
    "ranged": Annotated[int, msgspec.Meta(ge=1, lt=10, multiple_of=3)],
    "price": Annotated[Decimal, msgspec.Meta(ge=0, multiple_of=3)],
    "named": Annotated[str, msgspec.Meta(min_length=2, max_length=4, pattern="^[a-z]+$")],
    "some": Annotated[list[int], msgspec.Meta(min_length=1)],
    "zoned": Annotated[datetime, msgspec.Meta(tz=True)],
    "file": FileParam,
}


def _entry(name: str, kind: Any) -> Any:
    def value(self: Any, *, value: Any = "default") -> None:
        seen.append(value)

    value.__name__ = f"post_{name}"
    value.__annotations__ = {"value": kind}
    return value


# The last values that entries were given, to see their types.
seen: list[Any] = []

Values: Any = type(
    "Values",
    (TechMicroService,),
    {"public": True, **{f"post_{name}": _entry(name, kind) for name, kind in KINDS.items()}},
)


def address(kind: str) -> str:
    return "/" + kind.replace("_", "/")


class Shop(TechMicroService):
    public = True

    def get_item(
        self, key: int, *, day: date | None = None, tag: list[str] | None = None, full: bool = False
    ) -> Any:
        return {"key": key, "day": day, "tag": tag, "full": full}

    def post_order(self, body: Line) -> Any:
        return body

    def post_raw(self, body: bytes) -> Any:
        return [len(body)]

    def put_order(
        self, key: UUID, *, line: Line, paid: Decimal, by: Person, when: datetime | None = None
    ) -> Any:
        return {"key": key, "line": line, "paid": paid, "by": by, "when": when}

    def post_numbers(self, name: str = "", **rest: int) -> Any:
        return {"name": name, **rest}
