"""A form for each kind of step: the fields, and the step that they make. One keyword, one class.

`step` puts the whole together: name, comment, what the step does, and the `guards` beside it. What a step has
and its form does not show stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coworks.console import texts
from coworks.console.forms.fields import Field
from coworks.console.forms.steps.approve import ApproveForm
from coworks.console.forms.steps.asl import AslForm
from coworks.console.forms.steps.aws import AwsForm
from coworks.console.forms.steps.biz import BizForm
from coworks.console.forms.steps.choices import ChoicesForm
from coworks.console.forms.steps.form import PlainForm
from coworks.console.forms.steps.inside import ForeachForm, ParallelForm
from coworks.console.forms.steps.tech import TechForm
from coworks.console.forms.steps.values import AgainForm, DataForm, PassForm, SetForm
from coworks.console.forms.steps.wait import WaitForm

if TYPE_CHECKING:
    from coworks.console.forms.steps.form import StepForm

FORMS: Final[dict[str, StepForm]] = {
    "tech": TechForm(),
    "choices": ChoicesForm(),
    "approve": ApproveForm(
        Field("who", texts.WHO, "people", True, texts.PEOPLE_ABOUT),
        Field("subject", texts.SUBJECT, "text", True),
        Field("message", texts.MESSAGE_LABEL, "long"),
        Field("deadline", texts.DEADLINE_LABEL, "duration"),
        Field("remind", texts.REMIND, "duration"),
        Field("answers", texts.ANSWERS, "list", about=texts.ANSWERS_ABOUT, is_rare=True),
        Field("service", texts.APPROVAL_SERVICE, default="approval", is_rare=True),
    ),
    "wait": WaitForm(),
    "foreach": ForeachForm(
        Field("items", texts.ITEMS, "any", True, texts.ITEMS_ABOUT),
        Field("as", texts.ITEM_NAME, "text", default="item"),
        Field("at_most", texts.AT_ONCE, "integer"),
        Field("distributed", texts.DISTRIBUTED, "yes_no", default=texts.NO, is_rare=True),
    ),
    "parallel": ParallelForm(),
    "biz": BizForm(),
    "set": SetForm(),
    "success": DataForm("output"),
    "fail": PlainForm(Field("error", texts.ERROR_NAME), Field("cause", texts.CAUSE_LABEL, "long")),
    "again": AgainForm(),
    "pass": PassForm(),
    "aws": AwsForm(),
    "asl": AslForm(),
}
"""All the keywords of the language."""
