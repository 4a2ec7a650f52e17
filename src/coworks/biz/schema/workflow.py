"""The schema of a whole file, put together from the tables of the language itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coworks.biz.schema.steps import STEP_SCHEMAS
from coworks.biz.schema.triggers import BESIDE, TRIGGER_SCHEMAS
from coworks.biz.schema.values import KIND_SCHEMAS
from coworks.biz.schema.words import DEFINITIONS, Schema, keys, ref, told
from coworks.biz.steps import STEP_KINDS
from coworks.biz.steps.reader import RECOVERY
from coworks.biz.takes import KINDS
from coworks.biz.triggers import TRIGGER_KINDS
from coworks.biz.use import USE, takes_of
from coworks.biz.workflow import SKIP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coworks.biz.takes import Taken
    from coworks.biz.triggers import Trigger

_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_ALL_STEPS: Final[dict[str, Schema]] = {
    "comment": told("why", ref("word")),
    "goto": told("the step that comes next, or End", ref("jump")),
    "retry": told("try again", ref("retry")),
    "catch": told("where to go when it fails", ref("catch")),
    "timeout": told("how long it may take", ref("duration")),
    "heartbeat": told("how long it may go without a sign of life", ref("duration")),
}


def workflow_schema(library: Mapping[str, str] | None = None) -> Schema:
    """The JSON Schema (draft 7, which editors know best) of a workflow.

    `library` holds the texts of the workflows that a file may `use`: then their values are told, too.
    """
    uses = {name: takes_of(text) for name, text in (library or {}).items()}
    steps: Schema = {"type": "array", "items": ref("step"), "minItems": 1}
    top = keys(
        "a workflow of CoWorks",
        optional={
            "states": told("the steps, in their order", steps),
            USE: told(
                "the predefined workflow whose steps these are", {"enum": list(uses)} if uses else ref("word")
            ),
            "takes": told("the values that it works on, each with its kind", _takes()),
            "overlap": told("what becomes of a run that begins while another is under way", {"const": SKIP}),
            "comment": told("what the workflow is for", ref("word")),
            "on": told("what starts it by itself", {"type": "array", "items": ref("trigger")}),
            "input": told("the data it works on when nobody gives other data", ref("data")),
            "catch": told("where to go when any call fails", ref("catch")),
            "timeout": told("how long the whole may take", ref("duration")),
        },
    )
    definitions = {**DEFINITIONS, "step": _step(), "trigger": _trigger()}
    whole: Schema = {"oneOf": [{"required": ["states"], "properties": {USE: False}}, _using()]}
    if uses:
        whole["allOf"] = [_values(name, takes) for name, takes in uses.items()]
    return {"$schema": _DRAFT, "title": "A workflow of CoWorks", **top, **whole, "definitions": definitions}


def _values(name: str, takes: Iterable[Taken]) -> Schema:
    """The values of a file that uses this workflow."""
    values = {one.name: KIND_SCHEMAS[one.kind] for one in takes}
    using = {"required": [USE], "properties": {USE: {"const": name}}}
    return {"if": using, "then": {"properties": {"input": keys(f"the values of {name}", optional=values)}}}


def _takes() -> Schema:
    return {"type": "object", "additionalProperties": {"enum": list(KINDS)}, "minProperties": 1}


def _using() -> Schema:
    """A file that uses a workflow has what is its own, and nothing else."""
    return {"required": [USE], "properties": dict.fromkeys(("states", "takes", "overlap", "catch"), False)}


def _step() -> Schema:
    """A name, one keyword, and what that kind of step may have beside it."""
    keywords = {keyword: STEP_SCHEMAS.get(keyword, {}) for keyword in STEP_KINDS}
    steps = keys("a step", required={"name": ref("name")}, optional={**keywords, **_ALL_STEPS})
    leads_on = [keyword for keyword, kind in STEP_KINDS.items() if kind.ends or kind.decides]
    return {
        **steps,
        "oneOf": [{"required": [keyword]} for keyword in STEP_KINDS],
        "allOf": [*(_without(_lacking(key), (key,)) for key in RECOVERY), _without(leads_on, ("goto",))],
    }


def _lacking(key: str) -> list[str]:
    """The keywords beside which there is no such key."""
    return [keyword for keyword, kind in STEP_KINDS.items() if key not in kind.recovery]


def _without(keywords: Iterable[str], beside: Iterable[str]) -> Schema:
    """No such key beside one of these keywords."""
    return {
        "if": {"anyOf": [{"required": [keyword]} for keyword in keywords]},
        "then": {"properties": dict.fromkeys(beside, False)},
    }


def _trigger() -> Schema:
    """One keyword with the keys of its kind."""
    return {"oneOf": [_trigger_of(keyword, kind) for keyword, kind in TRIGGER_KINDS.items()]}


def _trigger_of(keyword: str, kind: type[Trigger]) -> Schema:
    beside = {key: BESIDE.get(key, {}) for key in kind.shape.optional}
    required = {key: TRIGGER_SCHEMAS.get(key, {}) for key in kind.shape.required}
    return keys(f"a trigger by {keyword}", required=required, optional=beside)
