"""`approve`: a person accepts or refuses, in a mail and on a page.

Underneath it is a task that waits with its token; reminders and escalation are tasks that follow when the one
before has waited long enough, each with a token, a mail and a link of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from coworks.biz.names import added_name
from coworks.biz.nodes import Entry, ListNode, MapNode, Scalar
from coworks.biz.payloads import check_payload
from coworks.biz.reading import Shape, item, read_duration, read_list, read_scalar, read_shape, wrong_kind
from coworks.biz.steps.jump import Jump
from coworks.biz.steps.kind import Kind
from coworks.biz.steps.recovery import CatchRule
from coworks.biz.templates import Template, mark, quote, render, template_of, templates_in, to_states_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coworks.biz.nodes import Node
    from coworks.biz.problems import Report
    from coworks.biz.steps.kind import Position

SERVICE: Final = "approval"
_SHAPE: Final = Shape(
    "an approve step",
    required=("who", "subject"),
    optional=("message", "answers", "deadline", "remind", "escalate", "service"),
    moved=(
        ("goto", 'write it under "deadline": {after: 3 days, goto: STEP}'),
        ("to", 'write "who"'),
        ("timeout", 'write "deadline"'),
    ),
)
_DEADLINE: Final = Shape("a deadline", required=("after",), optional=("goto",))
_ESCALATE: Final = Shape("an escalation", required=("after", "who"))
_TIMEOUT: Final = "States.Timeout"
_MOST_ASKED: Final = 20
# The mail server may be away for a while.
_RETRY: Final = {
    "ErrorEquals": ["MailNotSentError"],
    "MaxAttempts": 5,
    "IntervalSeconds": 5,
    "BackoffRate": 3.0,
}


@dataclass(frozen=True, slots=True)
class Escalation:
    """After so many seconds, others are asked too."""

    after: int
    who: Node


@dataclass(frozen=True, slots=True)
class Ask:
    """One time that people are asked: what the state is called, and how many seconds it waits."""

    title: str
    waits: int | Template | None
    with_others: bool


@dataclass(frozen=True, slots=True)
class Approve(Kind):
    """Who is asked, what, and for how long; `RESULT` are the fields of the answer."""

    RESULT: ClassVar[tuple[str, ...]] = ("approved", "answer", "by", "comment", "at")
    can_fail: ClassVar[bool] = True
    recovery: ClassVar[tuple[str, ...]] = ("catch",)

    who: Node
    subject: Scalar
    place: Entry
    message: Scalar | None = None
    deadline: int | Template | None = None
    late: Jump | None = None
    remind: int | None = None
    escalation: Escalation | None = None
    service: Scalar | None = None
    answers: tuple[str, ...] = ()

    @classmethod
    def read(cls, entry: Entry, report: Report) -> Approve | None:
        found = read_shape(entry, _SHAPE, report, "write {who: ADDRESS, subject: WORDS}")
        if found is None:
            return None
        who = _read_who(found["who"], report) if "who" in found else None
        texts = {
            key: read_scalar(found[key], report) if key in found else None
            for key in ("subject", "message", "service")
        }
        check_payload((found.get("subject"), found.get("message")), report)
        deadline, late = _read_deadline(found["deadline"], report) if "deadline" in found else (None, None)
        remind = read_duration(found["remind"], report) if "remind" in found else None
        escalation = _read_escalation(found["escalate"], report) if "escalate" in found else None
        if who is None or texts["subject"] is None:
            return None
        step = cls(
            who,
            texts["subject"],
            entry,
            texts["message"],
            deadline,
            late,
            remind,
            escalation,
            texts["service"],
            _read_answers(found["answers"], report) if "answers" in found else (),
        )
        step._check_times(found, report)
        return step

    def _check_times(self, found: dict[str, Entry], report: Report) -> None:
        limit = self.deadline
        if isinstance(limit, Template):
            for key in found.keys() & {"remind", "escalate"}:
                message = f'"{key}" needs a deadline that is known before the workflow runs'
                report.add("B115", found[key].key_place, message, "write it as 3 days", length=len(key))
        if not isinstance(limit, int):
            return
        after = self.escalation.after if self.escalation else None
        for key, seconds in (("remind", self.remind), ("escalate", after)):
            if seconds is not None and seconds >= limit:
                message = f'"{key}" comes after the deadline'
                report.add("B115", found[key].key_place, message, "make it shorter", length=len(key))
        if self.remind and limit // self.remind > _MOST_ASKED:
            message = f"people would be reminded more than {_MOST_ASKED} times"
            report.add("B115", found["remind"].key_place, message, "remind less often", length=6)

    def templates(self) -> Iterator[Template]:
        others = self.escalation.who if self.escalation else None
        for node in (self.who, self.subject, self.message, others):
            if node:
                yield from templates_in(node)
        if isinstance(self.deadline, Template):
            yield self.deadline

    def catches(self) -> tuple[CatchRule, ...]:
        return (CatchRule((_TIMEOUT,), self.late),) if self.late else ()

    def asks(self) -> tuple[Ask, ...]:
        """The times that people are asked, in their order; without a deadline the last one repeats."""
        if isinstance(self.deadline, Template):
            return (Ask("", self.deadline, with_others=False),)
        moments = {0: ""}
        last = self.deadline or max(self.remind or 0, self.escalation.after if self.escalation else 0) + 1
        if self.remind:
            moments |= {at: f"reminder {at // self.remind}" for at in range(self.remind, last, self.remind)}
        after = self.escalation.after if self.escalation else None
        if after is not None:
            moments[after] = "escalation"
        times = sorted(moments)
        ends = [*times[1:], self.deadline]
        return tuple(
            Ask(
                moments[at],
                self.remind if end is None else end - at,
                after is not None and at >= after,
            )
            for at, end in zip(times, ends, strict=True)
        )

    def states(self, at: Position) -> dict[str, dict[str, Any]]:
        asks = self.asks()
        names = [added_name(at.name, ask.title) if ask.title else at.name for ask in asks]
        again = names[-1] if self.deadline is None and self.remind else None
        following = [*names[1:], again]
        return {
            name: self._ask(at, ask, then) for name, ask, then in zip(names, asks, following, strict=True)
        }

    def _ask(self, at: Position, ask: Ask, then: str | None) -> dict[str, Any]:
        service = self.service.text if self.service else SERVICE
        order = {"coworks": 1, "method": "POST", "path": "/request", "body": self._body(ask)}
        result = mark("$states.result")
        state: dict[str, Any] = {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Arguments": {"FunctionName": f"${{{service}}}", "Payload": order},
        }
        if ask.waits is not None:
            state["TimeoutSeconds"] = _seconds(ask.waits)
        state |= {"Output": result, "Assign": {at.variable: result}, "Retry": [dict(_RETRY)]}
        if then:
            state["Catch"] = [{"ErrorEquals": [_TIMEOUT], "Next": then}]
        return state

    def _body(self, ask: Ask) -> dict[str, Any]:
        people = to_states_language(self.who)
        if ask.with_others and self.escalation:
            people = mark(f"[{_in_jsonata(self.who)}, {_in_jsonata(self.escalation.who)}]")
        subject = to_states_language(self.subject)
        body = {"token": mark("$states.context.Task.Token"), "to_addrs": people, "subject": subject}
        if self.message:
            body["message"] = to_states_language(self.message)
        if self.answers:
            body["answers"] = list(self.answers)
        return body if ask.waits is None else body | {"expires_in": _seconds(ask.waits)}


def _seconds(waits: int | Template) -> Any:
    return render(waits) if isinstance(waits, Template) else waits


def _in_jsonata(node: Node) -> str:
    """A value as the source of an expression: texts and lists of them, with expressions in them."""
    if isinstance(node, ListNode):
        return ", ".join(_in_jsonata(one) for one in node.items)
    written = to_states_language(node)
    if isinstance(written, str) and written.startswith("{%"):
        return f"({written.removeprefix('{%').removesuffix('%}').strip()})"
    return quote(str(written))


def _read_who(entry: Entry, report: Report) -> Node | None:
    """One address or a list of them; each may be an expression."""
    nodes = entry.value.items if isinstance(entry.value, ListNode) else (entry.value,)
    if not nodes or isinstance(entry.value, MapNode):
        wrong_kind(entry, "a mail address or a list of them", report)
        return None
    for node in nodes:
        text = node.text if isinstance(node, Scalar) else ""
        if "@" not in text and "{%" not in text:
            message = f'"{text}" is no mail address' if text else "this is no mail address"
            hint = "write for example boss@example.com, or an expression that gives one"
            report.add("B121", node.place, message, hint, length=len(text) or 1)
    return entry.value


def _read_answers(entry: Entry, report: Report) -> tuple[str, ...]:
    """The words on the buttons."""
    found = read_list(entry, report, "write a list, for example [Yes, No, Later]")
    read = [read_scalar(item(node, entry.key), report) for node in found.items] if found else []
    words = tuple(one.text for one in read if one)
    if found and not found.items:
        wrong_kind(entry, "a list of words", report, "leave it out for Accept and Refuse")
    if len(set(words)) < len(words):
        report.add("B104", entry.place, "two answers are the same", "write each once")
    return words


def _read_deadline(entry: Entry, report: Report) -> tuple[int | Template | None, Jump | None]:
    if not isinstance(entry.value, MapNode):
        return _read_after(entry, report), None
    found = read_shape(entry, _DEADLINE, report) or {}
    after = _read_after(found["after"], report) if "after" in found else None
    target = read_scalar(found["goto"], report, "write the name of a step") if "goto" in found else None
    return after, Jump.to(target) if target else None


def _read_after(entry: Entry, report: Report) -> int | Template | None:
    """Seconds, a duration, or an expression that gives seconds."""
    template = template_of(entry.value) if isinstance(entry.value, Scalar) else None
    return template if template and template.whole else read_duration(entry, report)


def _read_escalation(entry: Entry, report: Report) -> Escalation | None:
    found = read_shape(entry, _ESCALATE, report, "write {after: 2 days, who: ADDRESS}") or {}
    after = read_duration(found["after"], report) if "after" in found else None
    who = _read_who(found["who"], report) if "who" in found else None
    return Escalation(after, who) if after and who else None
