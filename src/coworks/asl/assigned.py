"""Which variables the states of a machine assign: a machine inside a state may not assign those of outside.

A branch or a turn reads the variables outside, and assigns its own only; one of the same name would hide the
other, and AWS refuses it. What a distributed Map runs sees nothing of outside, so its names are its own.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.asl.fields import Fields


def report_hidden_variables(machine: Fields, outer: frozenset[str] = frozenset()) -> None:
    """Report each assignment inside a state of a variable that is assigned around it, too."""
    states = list(machine.objects_of("States"))
    for place in (one for state in states for one in _assigning(state)):
        for name in sorted(_names(place) & outer):
            said = f"Variable '{name}' cannot be assigned here: it is assigned in an outer scope"
            place.report(said, at="/Assign")
    known = outer.union(*(_names(place) for state in states for place in _assigning(state)))
    for inside in (one for state in states for one in _inside(state)):
        report_hidden_variables(inside, frozenset() if _is_distributed(inside) else known)


def _assigning(state: Fields) -> Iterator[Fields]:
    """The parts of a state that may assign variables."""
    yield state
    for name in ("Choices", "Catch"):
        yield from state.objects_in(name)


def _inside(state: Fields) -> Iterator[Fields]:
    """The machines inside a state."""
    yield from state.objects_in("Branches")
    for name in ("ItemProcessor", "Iterator"):
        if isinstance(state.value.get(name), dict):
            yield state.inside(state.value[name], f"/{name}")


def _names(place: Fields) -> set[str]:
    assigned: Any = place.value.get("Assign")
    return {name.removesuffix(".$") for name in assigned} if isinstance(assigned, dict) else set()


def _is_distributed(machine: Fields) -> bool:
    config: Any = machine.value.get("ProcessorConfig")
    return isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED"
