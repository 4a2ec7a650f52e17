"""Events and messages reach those who want them, at least once, and start a workflow once."""

from __future__ import annotations

from typing import Any

import pytest
from tests.local.hearing import Listening

from coworks.engine import StoreError
from coworks.local.bus import NotAcceptedError, topic_publisher
from coworks.local.bus.envelopes import Happening, Publication
from coworks.tech.topics import publish, publish_by

BIG = Happening("shop", "Order placed", {"id": 7, "total": 2000})


def test_an_event_starts_the_workflows_that_want_it_and_reaches_the_services(listen: Listening) -> None:
    heard = listen()
    accepted = heard.bus.put_event(BIG)
    assert accepted.receivers == ("workflow big", "service ear")
    assert heard.started() == [{"order": 7}]
    ((service, event),) = heard.calls
    assert (service, event["id"], event["detail-type"]) == ("ear", accepted.id, "Order placed")
    assert (event["time"], event["account"], event["resources"]) == (
        "2027-01-15T08:00:00Z",
        "000000000000",
        [],
    )


def test_a_message_reaches_those_whose_filter_it_passes(listen: Listening) -> None:
    heard = listen()
    heard.bus.publish(Publication("stock", "much", attributes={"level": "high"}))
    heard.bus.publish(Publication("stock", '{"item": "nails"}', "Stock", {"level": "low", "left": 3}))
    heard.bus.publish(Publication("other", "nobody"))
    assert heard.started() == [{"item": "nails"}]
    told = [event["Records"][0]["Sns"] for _, event in heard.calls]
    assert [(one["Message"], one["Subject"]) for one in told] == [
        ("much", None),
        ('{"item": "nails"}', "Stock"),
    ]
    assert told[1]["MessageAttributes"]["left"] == {"Type": "Number", "Value": "3"}


def test_what_a_service_publishes_reaches_the_topic_by_its_name_or_its_arn(listen: Listening) -> None:
    heard = listen()
    stop = publish_by(topic_publisher(heard.bus))
    for topic in ("stock", "arn:aws:sns:eu-west-1:123456789012:stock"):
        assert publish(topic, "nails", subject="Stock")
    stop()
    assert heard.started() == []  # the workflow wants messages of a low level alone
    told = [event["Records"][0]["Sns"] for _, event in heard.calls]
    assert [(one["Message"], one["Subject"]) for one in told] == [("nails", "Stock")] * 2


def test_what_was_accepted_is_delivered_by_the_next_process(listen: Listening) -> None:
    listen().bus.put_event(BIG)  # and nothing is delivered: the process is killed here
    heard = listen()
    assert heard.started() == [{"order": 7}]
    assert len(heard.calls) == 1
    assert heard.bus.state() == {"waiting": 0, "failed": []}


def test_a_delivery_that_is_made_again_starts_nothing_again(listen: Listening) -> None:
    first = listen()
    accepted = first.bus.put_event(BIG)
    # Killed after the start, before the delivery left the disk: an execution of its name is there.
    first.engine.start_execution("big", '{"order": 7}', name=f"{accepted.id}_0")
    assert listen().started() == [{"order": 7}]


def test_a_service_that_fails_is_called_after_one_and_two_minutes_more(listen: Listening) -> None:
    heard = listen(failures=2)
    heard.bus.put_event(BIG)
    made = []
    for seconds in (0, 59, 1, 119, 1, 1000):
        listen.clock.advance(seconds)
        heard.bus.deliveries.make_due()
        made.append(len(heard.calls))
    assert made == [1, 1, 2, 2, 3, 3]
    assert heard.bus.state()["waiting"] == 0


def test_what_is_given_up_is_kept_and_can_be_tried_again(listen: Listening) -> None:
    heard = listen(failures=3)
    heard.bus.put_event(BIG)
    for _ in range(3):
        heard.bus.deliveries.make_due()
        listen.clock.advance(200)
    (failed,) = heard.bus.state()["failed"]
    assert (failed["target"], failed["tries"], failed["error"]) == ("ear", 3, "ValueError: not now")
    assert heard.bus.try_again() == 1
    heard.bus.deliveries.make_due()
    assert heard.bus.state() == {"waiting": 0, "failed": []}


def test_a_store_that_is_busy_loses_no_start(listen: Listening) -> None:
    heard = listen()
    start, refusals = heard.engine.start_execution, [StoreError("the disk is full")]

    def start_later(*arguments: Any, **named: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return start(*arguments, **named)

    heard.engine.start_execution = start_later  # type: ignore[method-assign]
    heard.bus.put_event(BIG)
    assert heard.started() == []
    listen.clock.advance(60)
    assert heard.started() == [{"order": 7}]


@pytest.mark.parametrize(
    "happening",
    [
        Happening("", "Order placed"),
        Happening("aws.s3", "Object Created"),
        Happening("shop", ""),
        Happening("shop", "Order placed", ["no", "object"]),  # type: ignore[arg-type]
        Happening("shop", "Order placed", {"much": "x" * 262_144}),
        Happening("shop", "Order placed", {"odd": float("nan")}),
    ],
)
def test_an_event_that_aws_would_refuse_is_refused(listen: Listening, happening: Happening) -> None:
    with pytest.raises(NotAcceptedError):
        listen().bus.put_event(happening)


@pytest.mark.parametrize(
    "publication",
    [
        Publication("a topic", "hello"),
        Publication("stock", ""),
        Publication("stock", "hello", "two\nlines"),
        Publication("stock", "hello", attributes={"deep": {"a": 1}}),
        Publication("stock", "x" * 262_145),
    ],
)
def test_a_message_that_aws_would_refuse_is_refused(listen: Listening, publication: Publication) -> None:
    with pytest.raises(NotAcceptedError):
        listen().bus.publish(publication)
