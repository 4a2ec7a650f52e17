"""Texts with expressions in them become one expression that gives the text back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworks.asl.jsonata import inside, is_expression, parse
from coworks.biz.nodes import Scalar
from coworks.biz.problems import Place
from coworks.biz.templates import quote, render, template_of, to_states_language

HERE = Place(1, 1)


def scalar(text: str) -> Scalar:
    return Scalar(text, text, HERE, HERE)


def evaluate(written: str, **variables: Any) -> Any:
    assert is_expression(written)
    return parse(inside(written)).evaluate(variables)


@given(st.text())
def test_a_quoted_text_gives_itself(text: str) -> None:
    assert parse(quote(text)).evaluate({}) == text


@given(st.text().filter(lambda text: "{%" not in text), st.text().filter(lambda text: "{%" not in text))
def test_a_mixed_text_gives_its_words_back(before: str, after: str) -> None:
    before = before.removesuffix("{")
    written = to_states_language(scalar(f"x{before}{{% $name %}}{after}x"))
    assert evaluate(written, name="N") == f"x{before}N{after}x"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("hello", "hello"),
        ("{% $a %}", "{% $a %}"),
        ("{%$a%}\n", "{% $a %}"),
        ("a {% $b %} c", "{% 'a ' & $b & ' c' %}"),
        ("{% $a %}{% $b %}", "{% $a & $b %}"),
        ("{% $a %} and {% $b %}", "{% $a & ' and ' & $b %}"),
        ("it's {% $a %}", '{% "it\'s " & $a %}'),
        ("{% '%}' & $a %}", "{% '%}' & $a %}"),
        ("{% $a /* %} */ %}", "{% $a /* %} */ %}"),
        ("{% `%}` %}", "{% `%}` %}"),
        ("50 %} off", "50 %} off"),
    ],
)
def test_a_text_is_written_as_states_language(text: str, written: str) -> None:
    assert to_states_language(scalar(text)) == written


def test_a_lone_expression_keeps_its_type() -> None:
    assert evaluate(to_states_language(scalar("{% [1, 2] %}"))) == [1, 2]


def test_an_expression_knows_where_it_begins() -> None:
    text = "a {%  $b %} c {% $d %}"
    assert [text[one.offset :][:2] for one in template_of(scalar(text)).expressions] == ["$b", "$d"]


def test_a_mark_that_is_not_closed_is_found() -> None:
    assert template_of(scalar("a {% $b %} {% $c")).unclosed == 11


def test_a_quote_that_is_not_closed_ends_at_the_mark() -> None:
    assert [one.source for one in template_of(scalar("{% 'a %} {% $b %}")).expressions] == ["'a", "$b"]


def test_a_wrapped_expression_is_encoded() -> None:
    written = render(template_of(scalar("/a/{% $b %}")), "$encodeUrlComponent($string({}))".format)
    assert evaluate(written, b="x/y z?") == "/a/x%2Fy%20z%3F"
