"""Steps inside a step: they read the variables around them, and change none; they end no run.

AWS refuses a name that a scope and one inside it both assign:
https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coworks.biz.steps.values import Set

if TYPE_CHECKING:
    from coworks.biz.problems import Place, Report
    from coworks.biz.steps.kind import Scope, Step


def check_inside(around: frozenset[str], scope: Scope, report: Report) -> None:
    """Tell about variables of a scope whose names are taken around it, or by the item that it is for; and
    about steps that would end the run.
    """
    for one in scope.given:
        if one.text in around:
            message = f"${one.text} is a variable of the steps around already"
            report.add("B110", one.place, message, 'choose another name with "as"', length=len(one.text))
    given = {one.text for one in scope.given}
    for step in scope.steps:
        if step.kind and step.kind.ends_the_run:
            message = f'"{step.name}" would begin a new run for each time that these steps are done'
            hint = "put it behind the step that holds these, where it is begun once"
            report.add("B128", step.name_place or step.place, message, hint, length=len(step.name))
        if step.has_result and step.variable in given:
            message = (
                f'the result of "{step.name}" would replace ${step.variable}, which the steps begin with'
            )
            place = step.name_place or step.place
            report.add("B110", place, message, "choose another name", length=len(step.name))
        for name, place in _set_by(step):
            if name in around:
                message = f"${name} is a variable of the steps around: it cannot be changed in here"
                hint = "keep the value under another name; the result of these steps brings it out"
                report.add("B120", place, message, hint, length=len(name))


def _set_by(step: Step) -> list[tuple[str, Place]]:
    if isinstance(step.kind, Set):
        return [(one.key, one.key_place) for one in step.kind.values]
    return [(name, step.place) for name in step.kind.sets()] if step.kind else []
