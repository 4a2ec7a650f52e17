"""The jobs of a distributed Map outside the loop: reading its items, gathering and writing its results."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from coworks.engine.item_reader import read_items
from coworks.engine.json_text import json_text
from coworks.engine.result_writer import write_results
from coworks.engine.results import Results
from coworks.engine.runs.map_progress import Collecting, Reading

if TYPE_CHECKING:
    from coworks.engine.buckets import Buckets
    from coworks.engine.names import Arns
    from coworks.engine.quotas import Quotas
    from coworks.engine.runs.map_progress import Job
    from coworks.engine.stores.store import Store


class Datasets:
    """Does the jobs of distributed Maps, in a worker. Failures are `TaskError`s with AWS's names."""

    def __init__(self, store: Store, arns: Arns, buckets: Buckets, quotas: Quotas) -> None:
        self._results = Results(store, arns, quotas)
        self._arns = arns
        self._buckets = buckets

    def perform(self, job: Job) -> Any:
        """The `items` that were read with their `sources`, or the result of the Map."""
        match job:
            case Reading(settings):
                return json.loads(json_text(asdict(read_items(self._buckets, settings))))
            case Collecting(run, settings) if settings and settings["resource"]:
                where = self._arns.map_run(run.machine, run.name)
                return write_results(self._buckets, settings, self._results, run, where)
            case Collecting(run, settings):
                return self._results.collect(run, settings)
