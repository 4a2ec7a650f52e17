"""A form for each kind of step: the fields, and the step that they make.

What a step has and its form does not show stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from coworks.biz import STEP_KINDS
from coworks.console import texts
from coworks.console.forms.fields import Field, FormError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coworks.console.forms.entries import EntryChoice, ServiceChoice

Values = dict[str, Any]
END: Final = "End"


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is around a step: services, other workflows, the steps that can be gone to, variables."""

    services: tuple[ServiceChoice, ...] = ()
    workflows: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()

    def service(self, name: str) -> ServiceChoice | None:
        return next((one for one in self.services if one.name == name), None)


class StepForm(Protocol):
    """The form of a keyword: its fields for values, the values of what stands there, and back."""

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
        given = value if isinstance(value, dict) else {self._short: value} if self._short else {}
        return {one.key: one.shown(given.get(one.key)) for one in self._fields}

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        before = old if isinstance(old, dict) else {self._short: old} if self._short and old else {}
        built = dict(before)
        for one in self._fields:
            built = put(built, one.key, one.read_over(values.get(one.key), before.get(one.key)))
        if self._short and set(built) == {self._short}:
            return built[self._short]
        return built or None


class TechForm:
    """Service, entry, and the entry's own parameters."""

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        service = scene.service(values.get("service", ""))
        fields = [
            Field("service", texts.SERVICE, "choice", True, choices=tuple(one.name for one in scene.services))
        ]
        if service:
            keys = tuple(one.key for one in service.entries)
            fields.append(Field("entry", texts.ENTRY, "choice", True, choices=keys))
            if entry := service.entry(values.get("entry", "")):
                fields += entry.fields
        return tuple(fields)

    def load(self, value: Any, scene: Scene) -> Values:
        order = value if isinstance(value, dict) else {}
        values: Values = {"service": order.get("service", "")}
        service = scene.service(values["service"])
        for entry in service.entries if service else ():
            path = order.get(entry.method.lower())
            if path is not None and (variables := _path_variables(entry, str(path))) is not None:
                values["entry"] = entry.key
                for one in entry.fields:
                    values[one.key] = one.shown(_argument(one.key, order, variables))
                break
        return values

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        service = scene.service(values.get("service", ""))
        entry = service.entry(values.get("entry", "")) if service else None
        if service is None:
            raise FormError("service", texts.IS_MISSING.format(texts.SERVICE))
        if entry is None:
            raise FormError("entry", texts.IS_MISSING.format(texts.ENTRY))
        before = old if isinstance(old, dict) else {}
        is_same = before.get("service") == service.name and entry.method.lower() in before
        order: dict[str, Any] = dict(before) if is_same else {}
        order = {"service": service.name, **order}
        order[entry.method.lower()] = _path(entry, values)
        for one in entry.fields:
            place, _, name = one.key.partition(":")
            given = one.read(values.get(one.key))
            if not name:
                order = put(order, "body", given)
            elif place != "path":
                part = order.get(place)
                order = put(
                    order, place, put(dict(part) if isinstance(part, dict) else {}, name, given) or None
                )
        return order


def _path(entry: EntryChoice, values: Values) -> str:
    """The path with its variables filled in."""
    path = entry.path
    for one in entry.fields:
        if one.key.startswith("path:"):
            given = one.read(values.get(one.key))
            path = path.replace(f"{{{one.label}}}", str(given))
    return path


def _path_variables(entry: EntryChoice, path: str) -> dict[str, str] | None:
    """What stands for the variables of an entry in a path; None when the path is none of the entry's."""
    pieces = re.split(r"\{([^}]+)\}", entry.path)
    pattern = "".join(
        re.escape(piece) if number % 2 == 0 else r"(\{%.*?%\}|[^/]+)" for number, piece in enumerate(pieces)
    )
    match = re.fullmatch(pattern, path)
    return dict(zip(pieces[1::2], match.groups(), strict=True)) if match else None


def _argument(key: str, order: Mapping[str, Any], variables: Mapping[str, str]) -> Any:
    place, _, name = key.partition(":")
    if place == "path":
        return variables.get(name)
    part = order.get(place)
    if not name:
        return part
    return part.get(name) if isinstance(part, dict) else None


class ChoicesForm:
    """Rules, each a condition and where to go, and where to go otherwise."""

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        return (
            Field("rules", texts.RULES, "any"),
            Field("default", texts.OTHERWISE, "jump", choices=(*scene.steps, END)),
        )

    def load(self, value: Any, scene: Scene) -> Values:
        rules = [rule for rule in value if isinstance(rule, dict)] if isinstance(value, list) else []
        default = next((rule["default"] for rule in rules if "default" in rule), "")
        told = [(str(rule["when"]), str(rule.get("goto", ""))) for rule in rules if "when" in rule]
        return {"rules": told, "default": default}

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        rules = [(when.strip(), goto) for when, goto in values.get("rules", ()) if when.strip() or goto]
        if not rules:
            raise FormError("rules", texts.NO_RULE)
        for when, goto in rules:
            if not when or not goto:
                raise FormError("rules", texts.HALF_A_RULE)
        built: list[dict[str, Any]] = [{"when": when, "goto": goto} for when, goto in rules]
        return [*built, {"default": values["default"]}] if values.get("default") else built


class PairsForm:
    """Names with values: what `set` keeps, what `success` gives out under `output`."""

    def __init__(self, inside: str | None = None) -> None:
        self._inside = inside

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        return (Field("pairs", texts.PAIRS, "any"),)

    def load(self, value: Any, scene: Scene) -> Values:
        pairs = value.get(self._inside) if self._inside and isinstance(value, dict) else value
        return {"pairs": pairs_shown(pairs)}

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        pairs = pairs_read(values.get("pairs", ()))
        if self._inside is None:
            if not pairs:
                raise FormError("pairs", texts.NO_PAIR)
            return pairs
        return put(dict(old) if isinstance(old, dict) else {}, self._inside, pairs or None) or None


_ANY: Final = Field("value", "value", "any")


def pairs_shown(value: Any) -> list[tuple[str, str]]:
    """Names and values as they are typed."""
    return [(str(name), _ANY.shown(one)) for name, one in value.items()] if isinstance(value, dict) else []


def pairs_read(pairs: Any) -> dict[str, Any]:
    """The mapping of typed pairs; those without a name and a value are none. Raises `FormError`."""
    read: dict[str, Any] = {}
    for name, typed in pairs:
        if not name.strip() and not typed.strip():
            continue
        if not name.strip():
            raise FormError("pairs", texts.PAIR_WITHOUT_NAME.format(typed.strip()))
        read[name.strip()] = "" if not typed.strip() else _ANY.read(typed)
    return read


class ApproveForm(PlainForm):
    """Who is asked about what; a deadline may say where to go when nobody answers in time."""

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        return (*self._fields, Field("late", texts.WHEN_LATE, "jump", choices=(*scene.steps, END)))

    def load(self, value: Any, scene: Scene) -> Values:
        given = dict(value) if isinstance(value, dict) else {}
        deadline = given.get("deadline")
        late = deadline.get("goto", "") if isinstance(deadline, dict) else ""
        return {**super().load({**given, "deadline": _after(deadline)}, scene), "late": late}

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        before = old if isinstance(old, dict) else {}
        built = super().build(values, put(before, "deadline", _after(before.get("deadline"))), scene)
        if not values.get("late"):
            return built
        if "deadline" not in built:
            raise FormError("deadline", texts.LATE_WITHOUT_DEADLINE)
        return {**built, "deadline": {"after": built["deadline"], "goto": values["late"]}}


def _after(deadline: Any) -> Any:
    return deadline.get("after") if isinstance(deadline, dict) else deadline


class ForeachForm(PlainForm):
    """For each item of a list; the steps inside are added on the page."""

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        return {
            **super().build(values, old, scene),
            "steps": old.get("steps", []) if isinstance(old, dict) else [],
        }


class ParallelForm:
    """The names of the branches; the steps inside are added on the page."""

    _field = Field("branches", texts.BRANCHES, "list", True, texts.BRANCHES_ABOUT)

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        return (self._field,)

    def load(self, value: Any, scene: Scene) -> Values:
        return {"branches": self._field.shown(list(value) if isinstance(value, dict) else None)}

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        before = old if isinstance(old, dict) else {}
        names = self._field.read(values.get("branches"))
        if not isinstance(names, list):
            raise FormError("branches", texts.BRANCHES_ABOUT)
        return {str(name): before.get(name, []) for name in names}


def put(mapping: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The mapping with this value, or without the key for None."""
    if value is None:
        return {name: one for name, one in mapping.items() if name != key}
    return {**mapping, key: value}


class WorkflowForm(PlainForm):
    """Another workflow, chosen from those that exist."""

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        first, *rest = super().fields(values, scene)
        return (Field(first.key, first.label, "choice", True, choices=scene.workflows), *rest)


FORMS: Final[dict[str, StepForm]] = {
    "tech": TechForm(),
    "choices": ChoicesForm(),
    "approve": ApproveForm(
        Field("who", texts.WHO, "list", True, texts.WHO_ABOUT),
        Field("subject", texts.SUBJECT, "text", True),
        Field("message", texts.MESSAGE_LABEL, "long"),
        Field("deadline", texts.DEADLINE_LABEL, "duration", about=texts.DURATION_ABOUT),
        Field("remind", texts.REMIND, "duration", about=texts.DURATION_ABOUT),
    ),
    "wait": PlainForm(Field("until", texts.WAIT_FOR, "text", True, texts.WAIT_ABOUT), short="until"),
    "foreach": ForeachForm(
        Field("items", texts.ITEMS, "text", True, texts.ITEMS_ABOUT),
        Field("as", texts.ITEM_NAME, "text", default="item"),
        Field("at_most", texts.AT_ONCE, "integer"),
    ),
    "parallel": ParallelForm(),
    "biz": WorkflowForm(
        Field("workflow", texts.WORKFLOW, "choice", True),
        Field("data", texts.DATA, "any", about=texts.DATA_ABOUT),
        Field("wait", texts.WAIT_FOR_END, "yes_no", default=texts.YES),
        short="workflow",
    ),
    "set": PairsForm(),
    "success": PairsForm("output"),
    "fail": PlainForm(Field("error", texts.ERROR_NAME), Field("cause", texts.CAUSE_LABEL, "long")),
}
"""The kinds of steps that are built without YAML."""


_AT_FIRST: Final = {"timeout": "30 seconds"}
"""What guards a new step, unless its author says otherwise."""


def guard_fields(kind: str, step: Mapping[str, Any], scene: Scene) -> Iterator[Field]:
    """What may be said beside the keyword of a step, where it is as simple as a form is."""
    recovery = STEP_KINDS[kind].recovery if kind in STEP_KINDS else ()
    if "retry" in recovery and isinstance(step.get("retry"), int | None):
        yield Field("retry", texts.RETRY, "integer", about=texts.RETRY_ABOUT)
    if "timeout" in recovery:
        yield Field("timeout", texts.TIMEOUT, "duration", about=texts.DURATION_ABOUT)
    if "catch" in recovery and isinstance(step.get("catch"), str | None):
        yield Field("catch", texts.ON_ERROR, "jump", choices=(*scene.steps, END))
    if kind in STEP_KINDS and not STEP_KINDS[kind].ends and not STEP_KINDS[kind].decides:
        yield Field("goto", texts.GOES_TO, "jump", choices=(*scene.steps, END))


def load_step(kind: str, step: Mapping[str, Any], scene: Scene) -> Values:
    """What the form of a step shows: `name`, `comment`, the guards, and the fields of its kind."""
    values = FORMS[kind].load(step.get(kind), scene)
    for one in guard_fields(kind, step, scene):
        values[f"guard:{one.key}"] = one.shown(step.get(one.key) if step else _AT_FIRST.get(one.key))
    return {**values, "name": str(step.get("name", "")), "comment": str(step.get("comment") or "")}


def build_step(kind: str, values: Values, old: Mapping[str, Any], scene: Scene) -> dict[str, Any]:
    """The step that a form makes of an old one. Raises `FormError`."""
    name = Field("name", texts.NAME, required=True).read(values.get("name"))
    step = put({**old, "name": name}, "comment", Field("comment", texts.COMMENT).read(values.get("comment")))
    step[kind] = FORMS[kind].build(values, old.get(kind), scene)
    for one in guard_fields(kind, old, scene):
        step = put(step, one.key, one.read_over(values.get(f"guard:{one.key}"), old.get(one.key)))
    return {key: step[key] for key in sorted(step, key=_place)} if not old else step


_ORDER: Final = ("name", "comment", *FORMS, "retry", "timeout", "heartbeat", "catch", "goto")


def _place(key: str) -> int:
    """Where a careful author writes a key of a step."""
    return _ORDER.index(key)
