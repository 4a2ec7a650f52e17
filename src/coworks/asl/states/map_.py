"""Map, inline: runs one machine for each item of a list, and goes on with the list of the results.

`distributed_map.py` is the other mode, in which each item has an execution of its own.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from coworks.asl.fields import vocabulary
from coworks.asl.flow import read_target
from coworks.asl.outcomes import Fork
from coworks.asl.recovery import Recovery
from coworks.asl.states.base import Forking, Machine, state_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from coworks.asl.fields import Fields
    from coworks.asl.flow import Entry, Exit, Flow
    from coworks.asl.scope import Scope
    from coworks.asl.templates import Template

AT_ONCE: Final = 40
"""How many turns AWS runs at once where nothing, or 0, is said."""

CONFIG = vocabulary("Mode", "ExecutionType")
_DISTRIBUTED_ONLY: Final = ("ItemReader", "ItemBatcher", "ResultWriter")


@dataclass(frozen=True, slots=True)
class Map(Forking):
    processor: Machine
    entry: Entry
    items: Template
    selector: Template | None
    at_once: Template | None
    recovery: Recovery
    exit: Exit

    kind: ClassVar[str] = "Map"
    iterates: ClassVar[bool] = True
    FIELDS = state_fields(
        *("Next", "End", "Assign", "Retry", "Catch", "ItemProcessor", "Iterator", "ItemSelector"),
        *("MaxConcurrency", "Label", "ToleratedFailureCount", "ToleratedFailurePercentage"),
        *_DISTRIBUTED_ONLY,
        jsonpath="InputPath ItemsPath Parameters ResultSelector ResultPath OutputPath MaxConcurrencyPath"
        " ToleratedFailureCountPath ToleratedFailurePercentagePath",
        jsonata="Items Output",
    )

    @classmethod
    def nested(cls, fields: Fields) -> Iterator[Fields]:
        names = [name for name in ("ItemProcessor", "Iterator") if name in fields]
        if len(names) != 1:
            fields.report("A Map state needs exactly one of 'ItemProcessor' and 'Iterator'")
        for name in names[:1]:
            if processor := fields.object(name):
                yield processor

    @classmethod
    def read(cls, fields: Fields, flow: Flow, inside: Sequence[Machine] = ()) -> Self:
        _check_mode(fields, flow)
        return cls(
            inside[0] if inside else Machine("", {}),
            flow.entry(fields),
            flow.items(fields),
            flow.selector(fields),
            flow.count(fields, "MaxConcurrency"),
            Recovery.read(fields, flow),
            flow.exit(fields, read_target(fields)),
        )

    def enter(self, scope: Scope) -> Fork:
        seen = self.entry.take(scope)
        wanted = seen.told("maxConcurrency", self.at_once.evaluate(seen) if self.at_once else 0)
        items = self.items.evaluate(seen)
        return Fork(items, len(items), min(wanted or AT_ONCE, AT_ONCE))

    @property
    def machines(self) -> tuple[Machine, ...]:
        return (self.processor,)

    def machine(self, index: int) -> Machine:
        return self.processor

    def begin(self, scope: Scope, given: Any) -> Any:
        if self.selector is None:
            return scope.context["Map"]["Item"]["Value"]
        return self.selector.evaluate(self.entry.take(scope))

    def context(self, fork: Fork, index: int) -> Mapping[str, Any]:
        """The item.

        Source:
        https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html#contextobject-map
        """
        source = self.source(fork, index)
        return {"Map": {"Item": {"Index": index, "Value": fork.given[index], "Source": source}}}

    def source(self, fork: Fork, index: int) -> str:
        """Where an item comes from: the state's own data, or the address that it was read from."""
        return "STATE_DATA"


def _check_mode(fields: Fields, flow: Flow) -> None:
    for processor in Map.nested(fields):
        if "ProcessorConfig" in processor and (config := processor.object("ProcessorConfig")):
            config.only(CONFIG, flow.language)
            if config.value.get("Mode", "INLINE") != "INLINE":
                config.report("Field 'Mode' must be INLINE or DISTRIBUTED", at="/Mode")
    for name in _DISTRIBUTED_ONLY:
        if name in fields:
            fields.report(f"Field '{name}' is only supported when Mode is DISTRIBUTED", at=f"/{name}")
