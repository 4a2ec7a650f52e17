"""What AWS can be asked, by the names of Step Functions, as far as botocore tells: it comes with boto3.

Without it, only what AWS has an integration of its own for is known.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from importlib import import_module
from typing import Any, Final

from coworks.biz.steps.aws import OPTIMIZED
from coworks.engine.integrations.clients import SERVICE_NAMES, botocore_name
from coworks.engine.integrations.members import capital, sdk_name

_MODEL: Final = "service-2"
_OTHERWISE_CALLED: Final = {theirs: ours for ours, theirs in SERVICE_NAMES.items() if ours not in OPTIMIZED}


class AwsCatalogue:
    """See the module. `loader` is botocore's, which reads a service's model when that is asked for."""

    def __init__(self, loader: Any = None) -> None:
        self._loader = loader

    @cached_property
    def _available(self) -> list[str]:
        return list(self._loader.list_available_services(_MODEL)) if self._loader else []

    def services(self) -> tuple[str, ...]:
        """All services."""
        named = (_OTHERWISE_CALLED.get(one, one.replace("-", "")) for one in self._available)
        return tuple(sorted({*OPTIMIZED, *named}))

    def actions(self, service: str) -> tuple[str, ...]:
        """The actions of a service; empty when there is none of that name."""
        service = service.removeprefix("aws-sdk:")
        own = OPTIMIZED.get(service, set())
        return tuple(
            sorted({*own, *(f"{one[0].lower()}{one[1:]}" for one in self._model(service)["operations"])})
        )

    def parameters(self, service: str, action: str) -> tuple[str, ...]:
        """The names of what an action takes, those that it needs first."""
        called = service.removeprefix("aws-sdk:")
        model = self._model(called)
        operation: dict[str, Any] = next(
            (one for name, one in model["operations"].items() if name.lower() == action.lower()), {}
        )
        shape = model["shapes"].get(operation.get("input", {}).get("shape"), {})
        needed = [one for one in shape.get("required", ()) if one in shape["members"]]
        write = capital if service == called and action in OPTIMIZED.get(called, ()) else sdk_name
        return tuple(map(write, dict.fromkeys([*needed, *shape.get("members", ())])))

    def _model(self, service: str) -> dict[str, Any]:
        name = botocore_name(service, self._available)
        if name is None:
            return {"operations": {}, "shapes": {}}
        model: dict[str, Any] = self._loader.load_service_model(name, _MODEL)
        return model


@lru_cache(maxsize=1)
def aws_catalogue() -> AwsCatalogue:
    """The catalogue of this machine, with botocore when that is installed."""
    try:
        return AwsCatalogue(import_module("botocore.loaders").Loader())
    except ModuleNotFoundError:
        return AwsCatalogue()
