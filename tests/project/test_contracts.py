"""Workflows are checked against the types of the services' signatures, whatever simple form these have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from coworks.project import load_project

SERVICE = """
    from __future__ import annotations
    from collections.abc import Mapping, Sequence
    from dataclasses import dataclass
    from enum import Enum
    from typing import Annotated, Any, Literal, TypedDict
    from coworks import TechMicroService

    class Size(Enum):
        SMALL = "s"
        LARGE = "l"

    @dataclass
    class Address:
        city: str

    class Line(TypedDict):
        article: str

    class Shop(TechMicroService):
        public = True
        def get_level(self, number: int, *, unit: Literal["piece", "box"] = "piece"):
            return number
        def post_order(
            self, *, size: Size = Size.SMALL, count: int | None = None, tags: list[str] = (),
            to: Address = None, lines: Sequence[Line] = (), price: Annotated[float, "euros"] = 0,
            more: dict[str, int] = {},
            who: str | list[str] = "", rating: Literal[1, 2, 3] = 1, note: Any = None,
        ):
            return size
"""
ORDER = "states:\n  - name: Order\n    timeout: 5\n    tech: {service: shop, %s}\n"


def told(make_project: Callable[[Mapping[str, str]], Path], order: str) -> list[str]:
    files = {"tech/shop.py": SERVICE, "biz/order.yml": ORDER % order}
    return [f"{one.code} {one.message}; {one.hint}" for one in load_project(make_project(files)).problems]


@pytest.mark.parametrize(
    "body",
    [
        "size: s, count: 3, tags: [a], to: {city: Paris}, lines: [], price: 3, more: {a: 1}, rating: 3",
        "who: ann, note: 1, count: null, size: '{% $data.size %}'",
        "who: [ann, bob], price: 2.5",
    ],
)
def test_values_of_the_right_type_are_let_through(
    make_project: Callable[[Mapping[str, str]], Path], body: str
) -> None:
    assert told(make_project, f"post: /order, body: {{{body}}}") == []
    assert told(make_project, "get: /level/3, query: {unit: box}") == []


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("post: /order, body: {size: small}", 'B206 "size" takes "s" or "l", not "small"; '),
        ("post: /order, body: {count: many}", 'B206 "count" takes a whole number, not "many"; '),
        ("post: /order, body: {tags: a}", 'B206 "tags" takes a list, not "a"; '),
        ("post: /order, body: {to: Paris}", 'B206 "to" takes keys and values, not "Paris"; '),
        ("post: /order, body: {lines: {a: 1}}", 'B206 "lines" takes a list, not this; '),
        ("post: /order, body: {price: '3'}", 'B206 "price" takes a number, not "3"; '),
        ("post: /order, body: {more: [1]}", 'B206 "more" takes keys and values, not this; '),
        ("post: /order, body: {rating: '3'}", 'B206 "rating" takes 1 or 2 or 3, not "3"; '),
        (
            "get: /level/3, query: {unit: boxx}",
            'B206 "unit" takes "piece" or "box", not "boxx"; did you mean "box"?',
        ),
        ("get: /level/three", 'B206 "number" takes a whole number, not "three"; '),
    ],
)
def test_a_value_of_another_type_is_told(
    make_project: Callable[[Mapping[str, str]], Path], order: str, expected: str
) -> None:
    assert told(make_project, order) == [expected]
