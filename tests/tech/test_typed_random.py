"""Random values come back as they went; random garbage is a 400 that says why, never a 500."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.tech.typed_service import KINDS, Colour, Level, Values, address

from coworks.tech import TechMicroService

CALM = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _echo(name: str) -> Any:
    def echo(self: Any, *, value: Any) -> Any:
        return [value]

    echo.__name__ = f"post_{name}"
    echo.__annotations__ = {"value": KINDS[name]}
    return echo


ROUND_TRIP: dict[str, st.SearchStrategy[Any]] = {
    "int": st.integers(),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "bool": st.booleans(),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False),
    "datetime": st.datetimes(timezones=st.none() | st.timezones()),
    "date": st.dates(),
    "time": st.times(),
    "timedelta": st.timedeltas(min_value=timedelta(-999_999_998)),
    "uuid": st.uuids(),
    "enum": st.sampled_from(Colour),
    "int_enum": st.sampled_from(Level),
    "literal": st.sampled_from(["a", 2, True]),
    "optional": st.none() | st.integers(),
    "list": st.lists(st.integers(), min_size=1),
}
Echoes: Any = type(
    "Echoes", (TechMicroService,), {"public": True, **{f"post_{name}": _echo(name) for name in ROUND_TRIP}}
)
ECHOES = Echoes()
VALUES = Values()


def answered(app: Any, kind: str, *, query: str = "", body: str = "", headers: Any = None) -> dict[str, Any]:
    event = {
        "rawPath": address(kind), "rawQueryString": query, "headers": headers or {}, "body": body,
        "requestContext": {"http": {"method": "POST"}},
    }  # fmt: skip
    answer: dict[str, Any] = app(event, None)
    return answer


@CALM
@pytest.mark.parametrize("kind", ROUND_TRIP)
@given(data=st.data())
def test_a_value_survives_text_type_and_json(kind: str, data: st.DataObject) -> None:
    value = data.draw(ROUND_TRIP[kind])
    (form,) = json.loads(answered(ECHOES, kind, body=json.dumps({"value": _plain(value)}))["body"])
    texts = [form] if not isinstance(form, list) else form
    query = "&".join(f"value={quote(_text(text))}" for text in texts)
    (again,) = json.loads(answered(ECHOES, kind, query=query)["body"])
    assert again == form


def _plain(value: Any) -> Any:
    """The value as an answer would have it, to be sent as JSON."""
    if isinstance(value, (Colour, Level)):
        return value.value
    if isinstance(value, timedelta):
        sign, value = ("-", -value) if value.days < 0 else ("", value)
        return f"{sign}P{value.days}DT{value.seconds}.{value.microseconds:06}S"
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, float, str, list)) else str(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
    max_leaves=8,
)


def check(answer: dict[str, Any]) -> None:
    assert answer["statusCode"] in (204, 400)
    if answer["statusCode"] == 400:
        assert answer["headers"]["Content-Type"] == "application/problem+json"
        problem = json.loads(answer["body"])
        assert problem["status"] == 400
        for error in problem.get("errors", []):
            assert set(error) in ({"parameter", "detail"}, {"pointer", "detail"})
            assert error.get("pointer", "/").startswith(("/", "")) and "class" not in error["detail"]


@CALM
@pytest.mark.parametrize("kind", KINDS)
@given(value=JSON)
def test_any_json_is_taken_or_refused(kind: str, value: Any) -> None:
    check(answered(VALUES, kind, body=json.dumps({"value": value})))


@CALM
@pytest.mark.parametrize("kind", KINDS)
@given(texts=st.lists(st.text() | st.text("0123456789-+.eEPTDHMS:Z_ ", max_size=12), min_size=1, max_size=3))
def test_any_text_is_taken_or_refused(kind: str, texts: list[str]) -> None:
    check(answered(VALUES, kind, query="&".join(f"value={quote(text, errors='replace')}" for text in texts)))


PIECES = st.sampled_from(
    [
        "--B",
        "\r\n",
        "--",
        'Content-Disposition: form-data; name="value"',
        '; filename="a"',
        ":",
        ";",
        "=",
        '"',
        "x",
        "\\",
    ]
)


@CALM
@given(pieces=st.lists(PIECES, max_size=20))
def test_any_form_is_taken_or_refused(pieces: list[str]) -> None:
    check(
        answered(
            VALUES, "file", body="".join(pieces), headers={"content-type": "multipart/form-data; boundary=B"}
        )
    )
