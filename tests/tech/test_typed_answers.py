"""Answers of every type are written as JSON, and pydantic models work both ways."""

from __future__ import annotations

import json
from collections import namedtuple
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

import msgspec
import pydantic
import pytest

from coworks.tech import AnswerError, FileParam, TechMicroService

if TYPE_CHECKING:
    from collections.abc import Callable

ID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"


class Colour(Enum):
    RED = "red"


class Deep(Enum):
    DAY = date(2030, 1, 31)


class Word(StrEnum):
    A = "a"


class Level(IntEnum):
    LOW = 1


class Options(TypedDict):
    day: date


Pair = namedtuple("Pair", "a b")


@dataclass
class Inner:
    price: Decimal


@dataclass
class Outer:
    inner: list[Inner]


class Person(msgspec.Struct, rename="camel", tag="person"):
    first_name: str
    born: date
    inner: Inner
    size: Decimal = Decimal("1.0")


class Mail(pydantic.BaseModel):
    to: list[str]
    count: int = pydantic.Field(1, alias="howMany", ge=1)
    at: datetime | None = None

    @pydantic.field_validator("to")
    @classmethod
    def not_empty(cls, to: list[str]) -> list[str]:
        if not to:
            raise ValueError("nobody to send it to")
        return to


ANSWERS: list[tuple[Any, Any]] = [
    ({"at": datetime(2030, 1, 31, 12, tzinfo=UTC)}, {"at": "2030-01-31T12:00:00+00:00"}),
    ([date(2030, 1, 31), time(12, 30)], ["2030-01-31", "12:30:00"]),
    ([timedelta(days=1, seconds=2, microseconds=500), timedelta(seconds=-1)], ["P1DT2.0005S", "-P0DT1S"]),
    ({"price": Decimal("1.10")}, {"price": "1.10"}),
    ([UUID(ID), Colour.RED, Word.A, Level.LOW, Deep.DAY], [ID, "red", "a", 1, "2030-01-31"]),
    ({"set": {1}, "frozen": frozenset("a"), "tuple": (1, 2)}, {"set": [1], "frozen": ["a"], "tuple": [1, 2]}),
    (Outer([Inner(Decimal("0.1"))]), {"inner": [{"price": "0.1"}]}),
    (Options(day=date(2030, 1, 31)), {"day": "2030-01-31"}),
    (Pair(1, 2), [1, 2]),
    (
        Person("Ann", date(2000, 2, 3), Inner(Decimal(2))),
        {"type": "person", "firstName": "Ann", "born": "2000-02-03", "inner": {"price": "2"}, "size": "1.0"},
    ),
    ([Mail(to=["a"], howMany=2)], [{"to": ["a"], "howMany": 2, "at": None}]),
]


class Echo(TechMicroService):
    public = True
    answer: Any = None

    def get(self) -> Any:
        return self.answer

    def post(self, *, mail: Mail, copies: list[Mail] = [], other: Mail | None = None) -> Any:  # noqa: B006
        return {"mail": mail, "is_mail": isinstance(mail, Mail), "copies": len(copies)}

    def put(self, body: Mail) -> Mail:
        return body


@pytest.mark.parametrize(("answer", "sent"), ANSWERS)
def test_an_answer_of_any_type_is_json(
    call: Callable[..., Any], order: Callable[..., Any], answer: Any, sent: Any
) -> None:
    app = Echo()
    app.answer = answer
    assert call(app, "GET", "/")["body"] == sent
    assert app(order("GET", "/"))["body"] == sent


class Blob(msgspec.Struct):
    data: bytes


REFUSED: list[tuple[Any, str, str]] = [
    ({"a": b"x"}, "bytes have no JSON form", "base64"),
    (Blob(b"x"), "bytes have no JSON form", "base64"),
    (FileParam("a", "b", "c", b"x"), "bytes have no JSON form", "base64"),
    ((n for n in "ab"), "a generator has no JSON form", "list(...)"),
    ({"a": iter([])}, "a list_iterator has no JSON form", "list(...)"),
    ({"a": Decimal("Infinity")}, "a Decimal that is Infinity", "return str"),
    ({"a": object()}, "a object has no JSON form", "return str"),
]


@pytest.mark.parametrize(("answer", "message", "hint"), REFUSED)
def test_what_json_cannot_hold_is_refused(
    order: Callable[..., Any], answer: Any, message: str, hint: str
) -> None:
    app = Echo()
    app.answer = answer
    with pytest.raises(AnswerError) as refusal:
        app(order("GET", "/"))
    assert message in refusal.value.message
    assert hint in str(refusal.value.hint)


def test_pydantic_models_are_validated_by_pydantic(call: Callable[..., Any]) -> None:
    body = {"mail": {"to": ["a"], "at": "2030-01-31T12:00:00Z"}, "copies": [{"to": ["b"], "howMany": "2"}]}
    answer = call(Echo(), "POST", "/", body=body)["body"]
    assert answer == {
        "mail": {"to": ["a"], "howMany": 1, "at": "2030-01-31T12:00:00Z"}, "is_mail": True, "copies": 1,
    }  # fmt: skip
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert call(Echo(), "PUT", "/", headers=form, body="to=a&howMany=3")["body"]["howMany"] == 3


def test_errors_of_pydantic_are_told_as_ours(call: Callable[..., Any]) -> None:
    body = {"mail": {"to": [1], "howMany": 0}, "copies": [{"to": []}, {}], "other": 1}
    assert call(Echo(), "POST", "/", body=json.dumps(body))["body"]["errors"] == [
        {"pointer": "/mail/to/0", "detail": "must be a valid string"},
        {"pointer": "/mail/howMany", "detail": "must be greater than or equal to 1"},
        {"pointer": "/copies/0/to", "detail": "nobody to send it to"},
        {"pointer": "/copies/1/to", "detail": "missing"},
        {"pointer": "/other", "detail": "must be an object, not a number"},
    ]
