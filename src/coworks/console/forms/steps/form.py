"""What the forms of all kinds of steps have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from coworks.console.forms.entries import ServiceChoice
    from coworks.console.forms.fields import Field

Values = dict[str, Any]
END: Final = "End"


class AwsCalls(Protocol):
    """What AWS can be asked, by the names of Step Functions."""

    def services(self) -> tuple[str, ...]:
        """All services; empty when they are not known here."""
        ...

    def actions(self, service: str) -> tuple[str, ...]:
        """Those of a service; empty when they are not known here."""
        ...

    def parameters(self, service: str, action: str) -> tuple[str, ...]:
        """What an action takes; empty when that is not known here."""
        ...


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is around a step: services, other workflows, the steps that can be gone to, variables,
    the people that the project knows by their mail addresses, AWS, and the time zone of who fills in.
    """

    services: tuple[ServiceChoice, ...] = ()
    workflows: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    aws: AwsCalls | None = None
    zone: str = ""

    @property
    def targets(self) -> tuple[str, ...]:
        """Where a step can lead."""
        return (*self.steps, END)

    def service(self, name: str) -> ServiceChoice | None:
        return next((one for one in self.services if one.name == name), None)


class StepForm(Protocol):
    """The form of a keyword: its fields for values, the values of what stands there, and back.

    `build` is given what stood there before, and leaves of it what no field shows.
    """

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]: ...

    def load(self, value: Any, scene: Scene) -> Values: ...

    def build(self, values: Values, old: Any, scene: Scene) -> Any: ...


class PlainForm:
    """Fields whose keys are those of the keyword's mapping; `short` may stand alone for the whole."""

    def __init__(self, *fields: Field, short: str | None = None) -> None:
        self._fields: tuple[Field, ...] = fields
        self._short = short

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        return self._fields

    def load(self, value: Any, scene: Scene) -> Values:
        given = self._mapping(value)
        return {one.key: one.shown(given.get(one.key)) for one in self._fields}

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        before = self._mapping(old)
        built = dict(before)
        for one in self._fields:
            built = put(built, one.key, one.read_over(values.get(one.key), before.get(one.key)))
        if self._short and set(built) == {self._short}:
            return built[self._short]
        return built or None

    def _mapping(self, value: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        return {self._short: value} if self._short and value is not None else {}


def mapping_of(value: Any) -> dict[str, Any]:
    """The value when it is a mapping, else an empty one."""
    return dict(value) if isinstance(value, dict) else {}


def put(mapping: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The mapping with this value, or without the key for None."""
    if value is None:
        return {name: one for name, one in mapping.items() if name != key}
    return {**mapping, key: value}
