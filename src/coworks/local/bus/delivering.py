"""Makes the deliveries: starts the workflows, calls the services, tries again what failed.

The rule is that of Lambda's asynchronous calls: what a service fails at is tried again after one minute and
after two more, and then given up. What the engine cannot take now is put off by a minute and never given up,
unless the workflow is gone.
Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import json
import logging
import threading
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from coworks.engine import EngineError, ExecutionAlreadyExistsError, StoreError, ThreadWorkers
from coworks.local.grace import Grace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from coworks.engine import Engine
    from coworks.engine.clock import Clock
    from coworks.engine.workers import Workers
    from coworks.local.bus.kept import KeptDeliveries, Waiting
    from coworks.local.bus.receivers import Delivery

logger = logging.getLogger("coworks.local")

RETRIES: Final = (60.0, 120.0)
"""Seconds before the second and the third try."""

AT_ONCE: Final = 10
"""Deliveries under way to one receiver, so that a slow one keeps nobody else waiting."""

LONGEST_REST: Final = 60.0


class Deliver(Protocol):
    """Makes a delivery, or raises; `StoreError` when it can only be made later."""

    def __call__(self, delivery: Delivery) -> object: ...


def _as_usual(delivery: Delivery) -> Sequence[float]:
    return RETRIES


def _kept(delivery: Delivery, tries: int, error: Exception) -> bool:
    return False


def _untold(delivery: Delivery, tries: int, answer: object) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How deliveries of a kind are made.

    `done` is told the tries and the answer; `retries` are the seconds after which each is tried again;
    `given_up` is True when somebody took over what is given up, else it is kept where people see it.
    """

    deliver: Deliver
    done: Callable[[Delivery, int, object], None] = _untold
    retries: Callable[[Delivery], Sequence[float]] = _as_usual
    given_up: Callable[[Delivery, int, Exception], bool] = _kept


def starter(engine: Engine) -> Deliver:
    """Starts the workflow that a delivery is for. The same delivery again starts nothing."""

    def start(delivery: Delivery) -> None:
        try:
            engine.start_execution(delivery.target, delivery.payload, name=delivery.name)
        except ExecutionAlreadyExistsError:
            logger.debug("%s was started before", delivery.name)

    return start


def sender(send: Callable[..., object]) -> Deliver:
    """Sends to a queue; in a FIFO queue, what is delivered again is the same message."""

    def deliver(delivery: Delivery) -> None:
        told = json.loads(delivery.payload)
        group = told["group"]
        identity = None if group is None else delivery.name
        attributes = told["attributes"]
        send(delivery.target, told["body"], group=group, deduplication_id=identity, attributes=attributes)

    return deliver


class Deliveries:
    """A thread that makes what is due, from `start` to `stop`."""

    def __init__(
        self,
        kept: KeptDeliveries,
        deliver: Mapping[str, Deliver],
        clock: Clock,
        workers: Workers | None = None,
        grace: Grace | None = None,
    ) -> None:
        self._grace = grace or Grace()
        self._kept = kept
        self._manners = {kind: Manner(one) for kind, one in deliver.items()}
        self._clock = clock
        self._workers = workers or ThreadWorkers(256)
        self._taken: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        self._change = threading.Condition()
        self._news = False
        self._stopped = False
        self._thread = threading.Thread(target=self._keep, name="bus", daemon=True)

    def make_so(self, kind: str, manner: Manner) -> None:
        """Make the deliveries of a kind in this manner."""
        self._manners = {**self._manners, kind: manner}

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End. What is under way may finish for a moment; what does not is made again at the next start."""
        with self._change:
            self._stopped = True
            self._change.notify_all()
        self._thread.join()
        with self._change:
            self._change.wait_for(lambda: not any(self._taken.values()), self._grace.left())
            self._taken.clear()

    def wake(self) -> None:
        """There is something new."""
        with self._change:
            self._news = True
            self._change.notify_all()

    def make_due(self) -> float | None:
        """Begin to make what is due; the moment of the next, None when there is none."""
        now = self._clock.now()
        with self._change:
            due = self._kept.due(now, self._taken, AT_ONCE)
            for waiting in due:
                self._taken[_receiver(waiting)].add(waiting.id)
        for waiting in due:
            self._workers.submit(partial(self._make, waiting))
        return self._kept.next_due(now)

    def _keep(self) -> None:
        while not self._stopped:
            moment = self.make_due()
            rest = LONGEST_REST if moment is None else moment - self._clock.now()
            with self._change:
                self._change.wait_for(lambda: self._news or self._stopped, min(max(rest, 0), LONGEST_REST))
                self._news = False

    def _make(self, waiting: Waiting) -> None:
        try:
            manner = self._manners[waiting.delivery.kind]
            manner.done(waiting.delivery, waiting.tries + 1, manner.deliver(waiting.delivery))
        except Exception as error:  # noqa: BLE001 - a service may raise whatever it wants
            self._settle(waiting, partial(self._after_failure, waiting, error))
        else:
            self._settle(waiting, partial(self._kept.remove, waiting.id))

    def _settle(self, waiting: Waiting, write: Callable[[], None]) -> None:
        with self._change:
            busy = self._taken[_receiver(waiting)]
            if waiting.id not in busy:  # it came too late: the end was not waiting any more
                return
            try:
                write()
            except Exception:
                logger.exception("the delivery to %s cannot be settled: it is made again", waiting.delivery)
            busy.discard(waiting.id)
            self._news = True
            self._change.notify_all()

    def _after_failure(self, waiting: Waiting, error: Exception) -> None:
        now, told = self._clock.now(), f"{type(error).__name__}: {error}"
        manner = self._manners[waiting.delivery.kind]
        retries = manner.retries(waiting.delivery)
        if isinstance(error, StoreError):
            self._kept.put_off(waiting.id, now + RETRIES[0], told)
        elif isinstance(error, EngineError) or waiting.tries >= len(retries):
            if manner.given_up(waiting.delivery, waiting.tries + 1, error):
                self._kept.remove(waiting.id)
            else:
                self._kept.give_up(waiting.id, now, told)
            logger.error("the delivery to %s is given up: %s", waiting.delivery, told)
        else:
            rest = retries[waiting.tries]
            self._kept.put_off(waiting.id, now + rest, told)
            logger.warning(
                "the delivery to %s failed, and is tried again in %d s: %s", waiting.delivery, rest, told
            )


def _receiver(waiting: Waiting) -> tuple[str, str]:
    return waiting.delivery.kind, waiting.delivery.target
