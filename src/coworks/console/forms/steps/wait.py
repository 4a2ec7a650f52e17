"""The form of `wait`: for some time, until a date, until a time of the day, or as an expression says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from coworks.biz.clock_times import CLOCK_TIME, zone_names
from coworks.console import texts
from coworks.console.forms.fields import EXPRESSION, Field, FormError
from coworks.console.forms.moments import read_moment, read_zone, split_moment, split_offset, with_offset

if TYPE_CHECKING:
    from coworks.console.forms.steps.form import Scene, Values

_HOW: Final = Field(
    "how",
    texts.WAIT_HOW,
    "choice",
    True,
    choices=(texts.WAIT_TIME, texts.WAIT_DATE, texts.WAIT_CLOCK, texts.WAIT_SECONDS, texts.WAIT_MOMENT),
    decides=True,
)
_FOR: Final = Field("for", texts.WAIT_FOR, "duration", True)
_MOMENT: Final = Field("moment", texts.AT_MOMENT, "moment", True)
_CLOCK: Final = Field("clock", texts.AT_TIME, "clock", True)
_ZONE: Final = Field("zone", texts.TIMEZONE, "zone", True, texts.TIMEZONE_ABOUT)
_SECONDS: Final = Field("seconds", texts.SECONDS, "text", True, texts.SECONDS_ABOUT)
_COMPUTED: Final = Field("computed", texts.COMPUTED_DATE, "text", True, texts.COMPUTED_DATE_ABOUT)
_FIELDS: Final = {
    texts.WAIT_TIME: (_FOR,),
    texts.WAIT_DATE: (_MOMENT, _ZONE),
    texts.WAIT_CLOCK: (_CLOCK, _ZONE),
    texts.WAIT_SECONDS: (_SECONDS,),
    texts.WAIT_MOMENT: (_COMPUTED,),
}
_UNTIL: Final = re.compile(r"until\b\s*", re.IGNORECASE)


class WaitForm:
    """See the module. The words of each way to wait are its key."""

    def fields(self, values: Values, scene: Scene) -> tuple[Field, ...]:
        return (_HOW, *_FIELDS[values.get("how") or texts.WAIT_TIME])

    def load(self, value: Any, scene: Scene) -> Values:
        until = value.get("until") if isinstance(value, dict) else None
        text = str(until if until is not None else "" if value is None or isinstance(value, dict) else value)
        if EXPRESSION in text:
            key, how = (
                ("computed", texts.WAIT_MOMENT) if until is not None else ("seconds", texts.WAIT_SECONDS)
            )
            return {"how": how, key: text, "zone": scene.zone}
        bare = _UNTIL.sub("", text, count=1).strip()
        if clock := CLOCK_TIME.fullmatch(bare):
            shown = f"{int(clock['hour']):02}:{clock['minute']}"
            return {"how": texts.WAIT_CLOCK, "clock": shown, "zone": clock["zone"] or ""}
        moment, zone = split_offset(bare)
        if split_moment(moment):
            return {"how": texts.WAIT_DATE, "moment": moment, "zone": zone}
        return {"how": texts.WAIT_TIME, "for": text, "zone": scene.zone}

    def build(self, values: Values, old: Any, scene: Scene) -> Any:
        how = values.get("how") or texts.WAIT_TIME
        read = {one.key: one.read(values.get(one.key)) for one in _FIELDS[how]}
        if how == texts.WAIT_DATE:
            zone = str(read["zone"])
            is_offset = zone[:1] in "+-" or zone in zone_names()
            zone = zone if is_offset else read_zone("zone", zone)
            return with_offset(read_moment("moment", texts.AT_MOMENT, str(read["moment"])), zone)
        if how == texts.WAIT_CLOCK:
            return f"until {read['clock']} {read_zone('zone', str(read['zone']))}"
        for key in read.keys() & {"seconds", "computed"}:
            if EXPRESSION not in str(read[key]):
                raise FormError(key, texts.NO_EXPRESSION.format(read[key]), hint=texts.WRITE_EXPRESSION)
        return (
            {"until": read["computed"]} if how == texts.WAIT_MOMENT else read.get("for", read.get("seconds"))
        )
