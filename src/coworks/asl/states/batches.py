"""ItemBatcher: several items in one child execution.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from coworks.asl.fields import vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coworks.asl.fields import Fields, Vocabulary
    from coworks.asl.flow import Flow
    from coworks.asl.scope import Scope
    from coworks.asl.templates import Template

MAX_INPUT: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Batcher:
    most_items: Template | None
    most_bytes: Template | None
    common: Template | None

    FIELDS: ClassVar[Vocabulary] = vocabulary(
        *("MaxItemsPerBatch", "MaxInputBytesPerBatch", "BatchInput"),
        jsonpath="MaxItemsPerBatchPath MaxInputBytesPerBatchPath",
    )

    @classmethod
    def read(cls, state: Fields, flow: Flow) -> Batcher | None:
        fields = state.part("ItemBatcher", cls.FIELDS, flow.language)
        if fields is None:
            return None
        limits = ("MaxItemsPerBatch", "MaxInputBytesPerBatch")
        if not any(name in fields or f"{name}Path" in fields for name in limits):
            fields.report("Field 'ItemBatcher' needs 'MaxItemsPerBatch' or 'MaxInputBytesPerBatch'")
        items, size = (flow.seconds(fields, name, least=1) for name in limits)
        return cls(items, size, flow.payload(fields, "BatchInput"))

    def settings(self, scope: Scope) -> dict[str, Any]:
        """What holds for all batches of one run of the Map."""
        told: dict[str, Any] = {"most_bytes": MAX_INPUT, "most_items": None}
        if self.most_items:
            told["most_items"] = self.most_items.evaluate(scope)
        if self.most_bytes:
            told["most_bytes"] = min(self.most_bytes.evaluate(scope), MAX_INPUT)
        return told | ({"input": self.common.evaluate(scope)} if self.common else {})

    @staticmethod
    def portion(
        settings: Mapping[str, Any], item: Callable[[int], Any], first: int, length: int
    ) -> tuple[dict[str, Any], int]:
        """The batch that begins at an item: as many as fit, one at least, and their number."""
        batch: dict[str, Any] = {"BatchInput": settings["input"]} if "input" in settings else {}
        items = batch["Items"] = []
        size = _size(batch)
        for index in range(first, length):
            made = item(index)
            size += _size(made) + (1 if items else 0)
            is_full = settings["most_items"] is not None and len(items) >= settings["most_items"]
            if items and (is_full or size > settings["most_bytes"]):
                break
            items.append(made)
        return batch, len(items)


def _size(value: Any) -> int:
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass"))
