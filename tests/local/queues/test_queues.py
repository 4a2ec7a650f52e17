"""A queue keeps what SQS promises."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.local.queues.conftest import Clock

from coworks.local.queues import (
    Counts,
    InvalidReceiptError,
    MessageNotInFlightError,
    QueueError,
    QueueNameTakenError,
    Queues,
    QueueSettings,
    Sending,
    UnknownQueueError,
)


def bodies(queues: Queues, name: str = "work", limit: int = 10) -> list[str]:
    return [message.body for message in queues.receive(name, limit=limit, wait=0)]


def test_a_received_message_is_hidden_and_comes_back_with_another_receipt(
    queues: Queues, clock: Clock
) -> None:
    sent = queues.send("work", "a", attributes={"n": {"DataType": "Number", "StringValue": "1"}})
    (first,) = queues.receive("work", wait=0)
    assert (first.id, first.body, first.receives) == (sent.id, "a", 1)
    assert first.attributes == {"n": {"DataType": "Number", "StringValue": "1"}}
    assert bodies(queues) == []
    clock.now += 30
    (second,) = queues.receive("work", wait=0)
    assert (second.id, second.receives, second.first_received) == (sent.id, 2, clock.now - 30)
    assert second.receipt != first.receipt


def test_only_the_last_receipt_deletes(queues: Queues, clock: Clock) -> None:
    queues.send("work", "a")
    (first,) = queues.receive("work", wait=0)
    clock.now += 30
    (second,) = queues.receive("work", wait=0)
    queues.delete("work", first.receipt)
    assert queues.counts()["work"] == Counts(in_flight=1)
    queues.delete("work", second.receipt)
    queues.delete("work", second.receipt)
    assert queues.counts()["work"] == Counts()
    with pytest.raises(InvalidReceiptError):
        queues.delete("work", "nonsense")


def test_a_delayed_message_waits_its_time(queues: Queues, clock: Clock) -> None:
    queues.send("work", "late", delay=10)
    queues.send("work", "now")
    assert queues.counts()["work"] == Counts(waiting=1, delayed=1)
    assert bodies(queues) == ["now"]
    clock.now += 10
    assert bodies(queues) == ["late"]


def test_what_is_received_too_often_becomes_a_dead_letter_and_can_be_sent_again(
    queues: Queues, clock: Clock
) -> None:
    sent = queues.send("work", "bad")
    for _ in range(2):
        assert bodies(queues) == ["bad"]
        clock.now += 30
    assert bodies(queues) == []
    (dead,) = queues.receive("work-dead", wait=0, visibility=0)
    assert (dead.id, dead.source, dead.receives) == (sent.id, "work", 3)
    assert queues.redrive("work-dead") == 1
    (again,) = queues.receive("work", wait=0)
    assert (again.body, again.receives, again.source) == ("bad", 1, None)
    assert again.id != sent.id


def test_one_dead_letter_is_sent_again_and_one_is_dropped(queues: Queues, clock: Clock) -> None:
    for body in ("a", "b", "c"):
        queues.send("work", body)
    for _ in range(2):
        assert len(bodies(queues)) == 3
        clock.now += 30
    assert bodies(queues) == []
    first, second, third = queues.look("work-dead", 10)
    assert queues.look("work-dead", 10, after=first.sequence) == [second, third]
    assert queues.redrive("work-dead", sequence=second.sequence) == 1
    assert queues.redrive("work-dead", sequence=second.sequence) == 0
    assert queues.drop("work-dead", third.sequence)
    assert not queues.drop("work-dead", third.sequence)
    assert bodies(queues) == ["b"]
    assert [one.body for one in queues.look("work-dead", 10)] == ["a"]


def test_a_message_that_somebody_works_on_is_not_dropped(queues: Queues, clock: Clock) -> None:
    sent = queues.send("work", "a")
    assert bodies(queues) == ["a"]
    assert not queues.drop("work", sent.sequence)
    clock.now += 30
    assert queues.drop("work", sent.sequence)
    delayed = queues.send("work", "late", delay=10)
    assert queues.drop("work", delayed.sequence)


def test_messages_older_than_the_retention_are_gone(queues: Queues, clock: Clock) -> None:
    queues.declare(QueueSettings("short", retention=60))
    queues.send("short", "old")
    clock.now += 59
    queues.send("short", "young")
    clock.now += 1
    assert bodies(queues, "short") == ["young"]


def test_a_message_can_be_hidden_for_longer_or_come_back_at_once(queues: Queues, clock: Clock) -> None:
    queues.send("work", "a")
    (message,) = queues.receive("work", wait=0)
    queues.change_visibility("work", message.receipt, 100)
    clock.now += 99
    assert bodies(queues) == []
    queues.change_visibility("work", message.receipt, 0)
    with pytest.raises(MessageNotInFlightError):
        queues.change_visibility("work", message.receipt, 0)
    assert bodies(queues) == ["a"]


def test_a_group_gives_one_after_the_other_and_other_groups_go_on(queues: Queues, clock: Clock) -> None:
    for number, group in enumerate("aabab"):
        queues.send("line.fifo", f"{group}{number}", group=group, deduplication_id=str(number))
    (first,) = queues.receive("line.fifo", wait=0)
    assert first.body == "a0"
    assert bodies(queues, "line.fifo") == ["b2", "b4"]
    queues.delete("line.fifo", first.receipt)
    assert bodies(queues, "line.fifo") == ["a1", "a3"]


def test_a_message_that_comes_back_is_before_those_behind_it(queues: Queues, clock: Clock) -> None:
    for number in range(3):
        queues.send("line.fifo", str(number), group="a", deduplication_id=str(number))
    first, _ = queues.receive("line.fifo", limit=2, wait=0)
    clock.now += 30
    assert bodies(queues, "line.fifo") == ["0", "1", "2"]
    with pytest.raises(MessageNotInFlightError):
        queues.change_visibility("line.fifo", first.receipt, 0)


def test_an_expired_receipt_of_a_fifo_queue_is_refused(queues: Queues, clock: Clock) -> None:
    queues.send("line.fifo", "a", group="g", deduplication_id="1")
    (message,) = queues.receive("line.fifo", wait=0)
    clock.now += 30
    with pytest.raises(InvalidReceiptError, match="expired"):
        queues.delete("line.fifo", message.receipt)


def test_of_two_messages_with_one_deduplication_id_within_five_minutes_the_first_counts(
    queues: Queues, clock: Clock
) -> None:
    first = queues.send("line.fifo", "a", group="g", deduplication_id="x")
    (message,) = queues.receive("line.fifo", wait=0)
    queues.delete("line.fifo", message.receipt)
    clock.now += 299
    assert queues.send("line.fifo", "b", group="g", deduplication_id="x") == first
    clock.now += 1
    assert queues.send("line.fifo", "c", group="g", deduplication_id="x") != first
    assert bodies(queues, "line.fifo") == ["c"]


def test_equal_bodies_are_one_message_where_the_content_decides(queues: Queues) -> None:
    queues.declare(QueueSettings("once.fifo", content_deduplication=True))
    assert queues.send("once.fifo", "a", group="g") == queues.send("once.fifo", "a", group="h")
    with pytest.raises(QueueError, match="deduplication id"):
        queues.send("line.fifo", "a", group="g")


def test_a_batch_is_sent_whole_or_not_at_all(queues: Queues) -> None:
    with pytest.raises(QueueError, match="larger"):
        queues.send_all("work", [Sending("fits"), Sending("x" * (1024 * 1024 + 1))])
    assert queues.counts()["work"] == Counts()


def test_who_waits_is_woken_at_once_by_a_message(queues: Queues) -> None:
    received: list[str] = []

    def wait() -> None:
        received.extend(message.body for message in queues.receive("work", wait=20))

    waiting = threading.Thread(target=wait)
    waiting.start()
    queues.send("work", "hello")
    waiting.join(10)
    assert received == ["hello"]


def test_many_receivers_never_share_a_message(queues: Queues) -> None:
    sent = [str(number) for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda body: queues.send("work", body), sent))
        received = list(pool.map(lambda _: bodies(queues, limit=5), range(60)))
    assert sorted(body for batch in received for body in batch) == sorted(sent)


def test_a_restart_finds_everything(tmp_path: Path) -> None:
    first = Queues(tmp_path / "again.db")
    first.declare(QueueSettings("work", visibility=77))
    first.send("work", "kept")
    first.close()
    second = Queues(tmp_path / "again.db")
    assert second.settings("work").visibility == 77
    assert bodies(second) == ["kept"]
    second.close()
    with pytest.raises(QueueError, match="closed"):
        second.send("work", "late")
    with pytest.raises(QueueError, match="closed"):
        second.counts()
    assert second.receive("work") == []


@pytest.mark.parametrize(
    "settings",
    [
        QueueSettings("a b"),
        QueueSettings("x" * 81),
        QueueSettings("work", delay=901),
        QueueSettings("work", retention=59),
        QueueSettings("a.fifo", dead_letters="b"),
        QueueSettings("work", content_deduplication=True),
    ],
)
def test_a_queue_that_sqs_would_not_make_is_refused(queues: Queues, settings: QueueSettings) -> None:
    with pytest.raises(QueueError):
        queues.declare(settings)


def test_a_name_is_taken_by_other_settings_only(queues: Queues) -> None:
    queues.create(QueueSettings("line.fifo"))
    with pytest.raises(QueueNameTakenError):
        queues.create(QueueSettings("line.fifo", delay=1))
    queues.remove("line.fifo")
    with pytest.raises(UnknownQueueError, match="no queue is named"):
        queues.send("line.fifo", "a", group="g", deduplication_id="1")


@pytest.mark.parametrize(
    ("name", "sending"),
    [
        ("work", Sending("")),
        ("work", Sending("\x00")),
        ("work", Sending("a", delay=901)),
        ("work", Sending("a", deduplication_id="1")),
        ("line.fifo", Sending("a")),
        ("line.fifo", Sending("a", group="g", deduplication_id="1", delay=1)),
    ],
)
def test_a_message_that_sqs_would_not_take_is_refused(queues: Queues, name: str, sending: Sending) -> None:
    with pytest.raises(QueueError):
        queues.send_all(name, [sending])
