"""Orders by hand into a queue, and what queues hold."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.cli.conftest import Cws

from coworks.local import serving
from coworks.project import load_project

MakeProject = Callable[[Mapping[str, str]], Path]
FILES = {
    "tech/stock.py": """
        from coworks import NotFoundError, TechMicroService
        class Stock(TechMicroService):
            public = True
            asked = 0
            def post_item(self, key):
                Stock.asked += 1
                if Stock.asked <= 3:
                    raise NotFoundError("no such item")
    """
}


def test_what_fails_three_times_is_a_dead_letter_and_can_be_sent_again(
    make_project: MakeProject, cws: Cws
) -> None:
    root = make_project(FILES)
    with serving(load_project(root), triggers=True) as system:
        sent = cws("-p", root, "send", "stock", "item/bad", "--json", "{}")
        assert sent.returncode == 0, sent.stderr
        ends = time.monotonic() + 60
        while not system.queues.counts()["stock-dead"].waiting and time.monotonic() < ends:
            time.sleep(0.1)
        assert "stock-dead       1 waiting" in cws("-p", root, "queues").stdout
        assert cws("-p", root, "queues", "--redrive", "stock-dead").stdout == "1 sent again\n"
        held = {one["name"]: one for one in json.loads(cws("-p", root, "queues", "--json").stdout)}
    assert held["stock-dead"]["waiting"] == 0
    assert held["stock"]["dead_letters"] == "stock-dead"


def test_a_queue_that_is_not_there_is_told_with_the_near_name(make_project: MakeProject, cws: Cws) -> None:
    root = make_project(FILES)
    with serving(load_project(root)):
        refused = cws("-p", root, "send", "stok", "item")
    assert refused.returncode == 1
    assert 'no queue is named "stok"' in refused.stderr
    assert "nothing runs this project" in cws("-p", root, "queues").stderr
