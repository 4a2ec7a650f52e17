"""A queue as people look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coworks.console.queues import queue_view
from coworks.console.rendering import render
from coworks.local.queues import Queues, QueueSettings, UnknownQueueError
from coworks.local.queues.records import Sending, with_dead_letters


@pytest.fixture
def queues(tmp_path: Path) -> Iterator[Queues]:
    opened = Queues(tmp_path / "queues.db")
    opened.declare(*with_dead_letters(QueueSettings("stock")))
    yield opened
    opened.close()


def test_messages_are_looked_at_and_stay_where_they_are(queues: Queues) -> None:
    queues.send("stock", '{"coworks": 1}')
    queues.send("stock-dead", "no JSON")
    view = queue_view(queues, "stock")
    assert [one.body for one in view.waiting.messages] == [{"coworks": 1}]
    assert view.dead_letters == "stock-dead"
    assert ([one.body for one in view.dead.messages], view.dead_count) == (["no JSON"], 1)
    assert [one.receives for one in view.waiting.messages] == [0]
    assert queue_view(queues, "stock") == view
    assert len(queues.receive("stock")) == 1


def test_ten_thousand_hostile_messages_are_pages_of_text(queues: Queues) -> None:
    evil = '{"a": "</pre><img src=x onerror=alert(1)>"}'
    for _ in range(100):
        queues.send_all("stock-dead", [Sending(evil)] * 100)
    view = queue_view(queues, "stock")
    shown = render("queue", queue=view, may_operate=True)
    assert (view.dead_count, len(view.dead.messages)) == (10_000, 25)
    assert "<img" not in shown and "10000" in shown and "Next page" in shown
    assert len(shown) < 50_000
    following = queue_view(queues, "stock", dead_after=view.dead.following or 0)
    assert following.dead.messages[0].sequence > view.dead.messages[-1].sequence
    last = queue_view(queues, "stock", dead_after=view.dead.messages[0].sequence + 9_990)
    assert last.dead.following is None and "First page" in render("queue", queue=last, may_operate=False)


def test_who_may_not_operate_sees_no_buttons(queues: Queues) -> None:
    queues.send("stock-dead", "a")
    view = queue_view(queues, "stock")
    assert "<button" in render("queue", queue=view, may_operate=True)
    assert "<button" not in render("queue", queue=view, may_operate=False)


def test_a_queue_that_is_not_there_is_refused(queues: Queues) -> None:
    with pytest.raises(UnknownQueueError, match=r'no queue is named "\.\./stock"'):
        queue_view(queues, "../stock")
