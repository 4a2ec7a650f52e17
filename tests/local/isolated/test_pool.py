"""A pool has a worker for each call at once, and never more than it may."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from coworks.local.function_errors import FunctionError
from coworks.local.isolated.pool import Pool


class Worker:
    """Works until it is told to go on; counts how many do at once."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.is_alive = True

    def invoke(self, event: bytes) -> int:
        if event == b"die":
            self.is_alive = False
            raise FunctionError({"errorType": "Runtime.ExitError"})
        self.shop.begin()
        return id(self)

    def end(self) -> None:
        self.is_alive = False
        self.shop.ended += 1


class Shop:
    def __init__(self, fails_after: int = 100) -> None:
        self.made = self.ended = self.working = self.most = 0
        self.fails_after = fails_after
        self.lock = threading.Lock()
        self.go = threading.Event()
        self.began = threading.Semaphore(0)

    def make(self) -> Worker:
        with self.lock:
            if self.made >= self.fails_after:
                raise FunctionError({"errorType": "Runtime.ImportModuleError"})
            self.made += 1
        return Worker(self)

    def begin(self) -> None:
        with self.lock:
            self.working += 1
            self.most = max(self.most, self.working)
        self.began.release()
        self.go.wait(60)
        with self.lock:
            self.working -= 1


def test_calls_beyond_the_bound_wait() -> None:
    shop = Shop()
    pool = Pool(shop.make, at_most=3)
    with ThreadPoolExecutor(10) as threads:
        calls = [threads.submit(pool.call, b"") for _ in range(10)]
        for _ in range(3):
            shop.began.acquire()
        shop.go.set()
        assert len({call.result() for call in calls}) == 3
    assert (shop.made, shop.most) == (3, 3)


def test_a_worker_that_died_is_replaced() -> None:
    shop = Shop()
    shop.go.set()
    pool = Pool(shop.make, at_most=1)
    with pytest.raises(FunctionError):
        pool.call(b"die")
    assert pool.call(b"") == pool.call(b"")
    assert shop.made == 2


def test_when_no_more_start_those_that_run_do_the_work() -> None:
    shop = Shop(fails_after=1)
    pool = Pool(shop.make, at_most=5)
    with ThreadPoolExecutor(3) as threads:
        calls = [threads.submit(pool.call, b"")]
        shop.began.acquire()
        calls += [threads.submit(pool.call, b"") for _ in range(2)]
        shop.go.set()
        assert len({call.result() for call in calls}) == 1


def test_when_none_starts_the_call_says_why() -> None:
    with pytest.raises(FunctionError) as failed:
        Pool(Shop(fails_after=0).make, at_most=5).call(b"")
    assert failed.value.error == "Runtime.ImportModuleError"


def test_a_retired_pool_ends_what_is_idle_now_and_what_is_busy_later() -> None:
    shop = Shop()
    pool = Pool(shop.make, at_most=2)
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(pool.call, b"")
        shop.began.acquire()
        pool.retire()
        assert shop.ended == 0
        shop.go.set()
        call.result()
    assert shop.ended == 1
