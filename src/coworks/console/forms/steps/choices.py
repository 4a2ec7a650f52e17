"""The form of `choices`: rules, each a condition and where to go, and where to go otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.console import texts
from coworks.console.forms.fields import Field, FormError

if TYPE_CHECKING:
    from coworks.console.forms.steps.form import Scene, Values


class ChoicesForm:
    """See the module."""

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        return (
            Field("rules", texts.RULES, "conditions", choices=scene.targets),
            Field("default", texts.OTHERWISE_GO, "jump", choices=scene.targets),
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
