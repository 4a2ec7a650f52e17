"""The sample of the guide: an order from the stock to the mail, with its real services."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from coworks.testing import WorkflowRun, run

SHOP = Path(__file__).parents[2] / "samples" / "shop"
ORDER = {
    "id": "7",
    "customer": "ann@example.com",
    "card": "1234",
    "total": 20,
    "lines": [{"article": "pen", "count": 2}, {"article": "ink", "count": 3}],
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("APPROVAL_SECRET", "s" * 20)
    monkeypatch.setenv("APPROVAL_URL", "https://shop.example.com/approval")
    shutil.copytree(SHOP, tmp_path / "shop", ignore=shutil.ignore_patterns(".coworks", "__pycache__"))
    return tmp_path / "shop"


def order(shop: Path, answers: Any = None, **changes: Any) -> WorkflowRun:
    return run("order", {**ORDER, **changes}, project=shop, answers=answers)


def test_an_order_is_paid_and_the_customer_hears_of_it_twice(shop: Path) -> None:
    ran = order(shop)
    assert ran.output == {"paid": True, "receipt": "R-7"}, ran.cause
    assert {(mail["to"][0], mail["subject"]) for mail in ran.mails} == {
        ("ann@example.com", "Your order 7"),
        ("ann@example.com", "How was your order 7?"),
    }


def test_what_is_missing_is_told(shop: Path) -> None:
    lines = [{"article": "pen", "count": 200}, {"article": "ink", "count": 1}]
    assert order(shop, lines=lines).output == {"paid": False, "why": "out of stock", "missing": ["pen"]}


def test_a_refused_card_is_told(shop: Path) -> None:
    assert order(shop, card="1230").output == {"paid": False, "why": "CardRefusedError"}


def test_the_boss_is_asked_each_day_until_the_deadline(shop: Path) -> None:
    ran = order(shop, total=1000)
    assert ran.output == {"paid": False, "why": "nobody answered"}, ran.cause
    assert [mail["to"] for mail in ran.mails] == [["boss@example.com"]] * 3
    assert "https://shop.example.com/approval/answer?link=" in ran.mails[0]["text"]


@pytest.mark.parametrize(("approved", "paid"), [(True, True), (False, False)])
def test_the_answer_of_the_boss_decides(shop: Path, approved: bool, paid: bool) -> None:
    answer = {"approved": approved, "by": "boss@example.com", "comment": "", "at": "2027-01-01T00:00:00Z"}
    ran = order(shop, {"Ask the boss": answer}, total=1000)
    assert ran.status == "SUCCEEDED", ran.cause
    assert ran.output["paid"] is paid


def test_an_article_that_the_shop_has_not_is_told_to_the_team(shop: Path) -> None:
    ran = order(shop, lines=[{"article": "boat", "count": 1}])
    assert [(mail["to"], mail["subject"]) for mail in ran.mails] == [(["team@example.com"], "NotFoundError")]


def test_the_guide_takes_the_sample_step_by_step() -> None:
    guide = (SHOP.parents[1] / "docs" / "biz.md").read_text(encoding="utf-8")
    pieces = re.findall(r"```{code-block} yaml\n(.*?)```", guide, re.DOTALL)
    order, reminder = (
        (SHOP / "biz" / f"{name}.yml").read_text(encoding="utf-8") for name in ("order", "reminder")
    )
    assert len(pieces) > 5
    assert written("".join(pieces)) == written(order)
    assert f"```yaml\n{reminder}```" in guide


def written(text: str) -> list[str]:
    """The lines of a text that are not blank."""
    return [line for line in text.splitlines() if line]
