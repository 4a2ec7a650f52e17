"""The tree of a file -> the workflow that it describes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coworks.biz.nodes import MapNode, Scalar
from coworks.biz.payloads import check_payload
from coworks.biz.reading import (
    Shape,
    check_shape,
    read_duration,
    read_map,
    read_optional_text,
    refuse_expressions,
    wrong_kind,
)
from coworks.biz.steps.kind import all_steps
from coworks.biz.steps.naming import check_names
from coworks.biz.steps.reader import read_steps
from coworks.biz.steps.recovery import CatchRule, read_catch
from coworks.biz.takes import Taken, check_given, check_triggers, read_takes
from coworks.biz.triggers import Trigger, read_triggers

if TYPE_CHECKING:
    from coworks.biz.nodes import Entry
    from coworks.biz.problems import Place, Report
    from coworks.biz.steps.kind import Step

SKIP: Final = "skip"
_SHAPE: Final = Shape(
    "a workflow",
    required=("states",),
    optional=("comment", "on", "takes", "input", "overlap", "catch", "timeout"),
    moved=(("steps", 'write "states"'), ("retry", 'write "retry" on the tech steps')),
)


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow as its author wrote it. `place` is that of the first step's list, for states of our own.

    Of what it `takes`, `defaults` gives some values; a run that would overlap with another is none when
    it `skips_overlaps`.
    """

    place: Place
    steps: tuple[Step, ...]
    comment: str | None = None
    triggers: tuple[Trigger, ...] = ()
    takes: tuple[Taken, ...] = ()
    defaults: Entry | None = None
    skips_overlaps: bool = False
    catch: tuple[CatchRule, ...] = ()
    timeout: int | None = None


def read_workflow(root: MapNode, report: Report) -> Workflow:
    found = check_shape(root, _SHAPE, report)
    states = found.get("states")
    steps = read_steps(states, report) if states else ()
    check_names(tuple(all_steps(steps)), report)
    takes = read_takes(found["takes"], report) if "takes" in found else ()
    if takes:
        _check_values(found, takes, report)
    return Workflow(
        place=states.key_place if states else root.place,
        steps=steps,
        comment=read_optional_text(found, "comment", report),
        triggers=read_triggers(found["on"], report) if "on" in found else (),
        takes=takes,
        defaults=_read_defaults(found["input"], report) if "input" in found else None,
        skips_overlaps="overlap" in found and _read_overlap(found["overlap"], report),
        catch=read_catch(found["catch"], report) if "catch" in found else (),
        timeout=read_duration(found["timeout"], report) if "timeout" in found else None,
    )


def _read_defaults(entry: Entry, report: Report) -> Entry | None:
    if read_map(entry, report, "write {name: value}") is None:
        return None
    refuse_expressions(entry, report)
    check_payload([entry], report)
    return entry


def _check_values(found: dict[str, Entry], takes: tuple[Taken, ...], report: Report) -> None:
    """The values that the file itself gives: its input, and the data of its triggers."""
    given = found["input"].value if "input" in found else None
    names = set[str]()
    if isinstance(given, MapNode):
        names = check_given(given, takes, report)
    if "on" in found:
        check_triggers(found["on"], takes, names, report)


def _read_overlap(entry: Entry, report: Report) -> bool:
    if isinstance(entry.value, Scalar) and entry.value.text == SKIP:
        return True
    wrong_kind(entry, f'the word "{SKIP}"', report, "leave it out when runs may overlap")
    return False
