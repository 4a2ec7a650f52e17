"""Another language can follow: what people read stands in `texts.py`, and nowhere else in pages and views."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import coworks.console
from coworks.console import texts

ROOT = Path(coworks.console.__file__).parent
PAGES = sorted((ROOT / "pages").glob("*.py"))
FORMS = sorted((ROOT / "forms").rglob("*.py"))
VIEWS = sorted((ROOT / "views").glob("*.html"))

SHOWN = {
    "button", "checkbox", "expansion", "html", "input", "label", "link", "markdown", "menu_item", "notify",
    "number", "page_title", "radio", "select", "switch", "textarea", "toggle", "tooltip", "upload",
}  # fmt: skip
"""What shows its first argument; `tab` shows its second."""
WORDS = {"about", "close_button", "hint", "label", "message", "placeholder", "text", "title"}
"""Arguments that are shown, of whatever they are."""
IN_PROPS = re.compile(r"(?:aria-label|hint|label|placeholder|title)=[\"']?[A-Za-z]")
LETTERS = re.compile(r"[A-Za-z]{2}")


def literals(node: ast.AST) -> Iterator[str]:
    """The words of an expression that are written out in it, those inside of calls apart."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from (word for one in node.values for word in literals(one))
    elif isinstance(node, ast.IfExp):
        yield from (word for one in (node.body, node.orelse) for word in literals(one))
    elif isinstance(node, ast.BinOp):
        yield from (word for one in (node.left, node.right) for word in literals(one))


def shown_by(call: ast.Call) -> Iterator[str]:
    """The words that a call shows."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    places = {"tab": call.args[1:2]}.get(name, call.args[:1] if name in SHOWN else [])
    for one in (*places, *(keyword.value for keyword in call.keywords if keyword.arg in WORDS)):
        yield from literals(one)
    if name == "Field":
        yield from (word for one in call.args[1:2] for word in literals(one))
    if name == "props":
        yield from (text for one in call.args for text in literals(one) if IN_PROPS.search(text))


@pytest.mark.parametrize("page", [*PAGES, *FORMS], ids=lambda one: one.stem)
def test_pages_and_forms_hold_no_words_of_their_own(page: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(page.read_text())) if isinstance(node, ast.Call)]
    assert [text for call in calls for text in shown_by(call) if LETTERS.search(text)] == []


@pytest.mark.parametrize("view", VIEWS, ids=lambda one: one.stem)
def test_views_hold_no_words_of_their_own(view: Path) -> None:
    without_values = re.sub(r"\{[{%#].*?[}%#]\}", "", view.read_text(), flags=re.DOTALL)
    attributes = re.findall(r"(?:alt|aria-label|placeholder|title)=\"([^\"]*)\"", without_values)
    between = re.sub(r"<[^>]*>", " ", re.sub(r"&\w+;", "", without_values))
    assert [one for one in (*attributes, between) if LETTERS.search(one)] == []


def test_the_words_of_a_page_are_found_where_they_are() -> None:
    wrong = 'ui.button("Save", icon="check")\nui.input(label="Name")\nx.props("aria-label=\\"Close\\"")\n'
    calls = [node for node in ast.walk(ast.parse(wrong)) if isinstance(node, ast.Call)]
    assert [word for call in calls for word in shown_by(call)] == ["Save", "Name", 'aria-label="Close"']


def names_used() -> set[str]:
    """The names of `texts` that anything of the console reads."""
    sources = [*ROOT.rglob("*.py"), *VIEWS]
    return {
        name
        for one in sources
        if one.name != "texts.py"
        for name in re.findall(r"\b(?:texts|t)\.([A-Z_]+)\b", one.read_text())
    }


def test_every_text_is_used_and_exists() -> None:
    known = {name for name in vars(texts) if name.isupper()}
    used = names_used()
    assert (known - used, used - known) == (set(), set())


# What English says with one word, and another language with two: to run and a run; how a run stands, and a
# state of the States Language.
TWO_MEANINGS = {"Run", "State"}


def test_a_text_stands_there_once() -> None:
    plain = [one for name, one in vars(texts).items() if name.isupper() and isinstance(one, str)]
    assert {one for one in plain if plain.count(one) > 1} == TWO_MEANINGS
