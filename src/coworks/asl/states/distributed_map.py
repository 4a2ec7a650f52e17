"""Map, distributed: runs one child execution for each portion of a list or a dataset.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Self

from coworks.asl.failures import EXCEED_TOLERATED_FAILURE_THRESHOLD, RUNTIME, StateFailure
from coworks.asl.flow import read_target
from coworks.asl.outcomes import Distribute
from coworks.asl.recovery import Recovery
from coworks.asl.states.base import Machine
from coworks.asl.states.batches import Batcher
from coworks.asl.states.datasets import ItemReader, ResultWriter
from coworks.asl.states.labels import check_label
from coworks.asl.states.map_ import CONFIG, Map

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from coworks.asl.fields import Fields
    from coworks.asl.flow import Flow
    from coworks.asl.outcomes import Fork
    from coworks.asl.scope import Scope
    from coworks.asl.templates import Template

MOST_AT_ONCE: Final = 10_000
"""How many child executions AWS runs at once where nothing, or 0, is said."""

EXPRESS_SECONDS: Final = 300
"""How long an Express execution may take."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How many items may fail: a number, a percentage, or either of both."""

    count: int | None
    percentage: float | None

    @property
    def is_set(self) -> bool:
        return self.count is not None or self.percentage is not None

    def is_exceeded(self, failed: int, items: int) -> bool:
        if not self.is_set:
            return failed > 0
        too_many = self.count is not None and failed > self.count
        return too_many or (self.percentage is not None and failed * 100 > self.percentage * items)


def tolerance_exceeded() -> StateFailure:
    """What a Map fails with when more items failed than may."""
    return StateFailure(
        EXCEED_TOLERATED_FAILURE_THRESHOLD, "The specified tolerated failure threshold was exceeded"
    )


@dataclass(frozen=True, slots=True)
class DistributedMap(Map):
    label: str | None = None
    express: bool = False
    tolerated_count: Template | None = None
    tolerated_percentage: Template | None = None
    batcher: Batcher | None = None
    reader: ItemReader | None = None
    writer: ResultWriter | None = None

    FIELDS = Map.FIELDS

    @staticmethod
    def is_told_by(fields: Fields) -> bool:
        """True when a Map's definition asks for this mode."""
        processor = fields.value.get("ItemProcessor", fields.value.get("Iterator"))
        config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
        return isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED"

    @classmethod
    def read(cls, fields: Fields, flow: Flow, inside: Sequence[Machine] = ()) -> Self:
        _check_fields(fields)
        express = _is_express(fields, flow)
        return cls(
            _timed(inside[0] if inside else Machine("", {}), express),
            flow.entry(fields),
            flow.items(fields),
            flow.selector(fields),
            flow.count(fields, "MaxConcurrency"),
            Recovery.read(fields, flow),
            flow.exit(fields, read_target(fields)),
            check_label(fields),
            express,
            flow.number(fields, "ToleratedFailureCount", whole=True),
            flow.number(fields, "ToleratedFailurePercentage", whole=False),
            Batcher.read(fields, flow),
            ItemReader.read(fields, flow),
            ResultWriter.read(fields, flow),
        )

    def enter(self, scope: Scope) -> Distribute:
        seen = self.entry.take(scope)
        wanted = seen.told("maxConcurrency", self.at_once.evaluate(seen) if self.at_once else 0)
        items = [] if self.reader else self.items.evaluate(seen)
        return Distribute(
            items,
            len(items),
            wanted,
            self.batcher.settings(seen) if self.batcher else None,
            self.reader.settings(seen) if self.reader else None,
            self.writer.settings(seen) if self.writer else None,
        )

    def source(self, fork: Fork, index: int) -> str:
        sources = fork.sources if isinstance(fork, Distribute) else ()
        before = bisect_right(sources, index, key=itemgetter(0))
        return sources[before - 1][1] if before else Map.source(self, fork, index)

    def tolerance(self, scope: Scope) -> Tolerance:
        """How many items may fail; evaluated after the Map has started, as on AWS."""
        seen = self.entry.take(scope)
        count = _told(self.tolerated_count, seen, "toleratedFailureCount")
        percentage = _told(self.tolerated_percentage, seen, "toleratedFailurePercentage")
        if count is not None and count < 0:
            raise StateFailure(RUNTIME, "ToleratedFailureCount cannot be negative.", placed=True)
        if percentage is not None and not 0 <= percentage <= 100:
            said = "ToleratedFailurePercentage must be between 0 and 100."
            raise StateFailure(RUNTIME, said, placed=True)
        return Tolerance(None if count is None else int(count), percentage)

    def portion(
        self, scope_of: Callable[[Mapping[str, Any]], Scope], fork: Distribute, first: int
    ) -> tuple[Any, int]:
        """The input of the child execution that begins at an item, and how many items it takes.

        `scope_of` gives the state's scope with this added to the context object.
        """

        def item(index: int) -> Any:
            return self.begin(scope_of(self.context(fork, index)), fork.given)

        if fork.batch is None:
            return item(first), 1
        return Batcher.portion(fork.batch, item, first, fork.length)


def _told(setting: Template | None, scope: Scope, stage: str) -> float | None:
    return None if setting is None else scope.told(stage, setting.evaluate(scope))


def _check_fields(fields: Fields) -> None:
    if "ItemReader" in fields and "Items" in fields:
        fields.report("Only one of 'ItemReader' and 'Items' may be set")
    percentage = fields.value.get("ToleratedFailurePercentage")
    if isinstance(percentage, (int, float)) and percentage > 100:
        fields.report(
            "Expected a number from 0 to 100 for field 'ToleratedFailurePercentage'",
            at="/ToleratedFailurePercentage",
        )


def _is_express(fields: Fields, flow: Flow) -> bool:
    for processor in Map.nested(fields):
        if config := processor.object("ProcessorConfig"):
            config.only(CONFIG, flow.language)
            kind = config.string("ExecutionType", required=True)
            if kind not in {None, "STANDARD", "EXPRESS"}:
                config.report("Field 'ExecutionType' must be STANDARD or EXPRESS", at="/ExecutionType")
            return kind == "EXPRESS"
    return False


def _timed(machine: Machine, express: bool) -> Machine:
    return Machine(machine.start_at, machine.states, EXPRESS_SECONDS) if express else machine
