"""Executions recorded on AWS, run again here: the same history, status, output, error and cause.

The recorded cases live next to the repository (their README explains them); without them nothing is tested.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from coworks.engine import Engine, InlineWorkers, ManualClock, MemoryStore, TaskError, lambda_invoker
from coworks.engine.names import Arns

CASES = Path(__file__).parents[3] / "shared" / "conformance" / "cases"
if not CASES.is_dir():
    pytest.skip("the cases recorded on AWS are not here", allow_module_level=True)

KINDS = {"Pass", "Task", "Choice", "Wait", "Succeed", "Fail"}
RECORDED_IN = Arns(region="us-east-1", account="111111111111")


def speaks_jsonata_only(definition: dict[str, Any]) -> bool:
    of_all = definition.get("QueryLanguage", "JSONPath")
    languages = {state.get("QueryLanguage", of_all) for state in definition["States"].values()}
    return languages == {"JSONata"}


def supported(case: dict[str, Any]) -> bool:
    """A case that tells each execution whole, within the states and the query language that we run."""
    executions = case["executions"]
    return (
        set(case["states"]) <= KINDS
        and bool(executions)
        and all("expected" in one and isinstance(one["definition"], dict) for one in executions)
        and all(speaks_jsonata_only(one["definition"]) for one in executions)
    )


RECORDED = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(CASES.glob("*.json"))]
SUPPORTED = [case for case in RECORDED if supported(case)]


# The functions of the recordings


def raised(name: str, text: str, line: str) -> TaskError:
    cause = {
        "errorMessage": text,
        "errorType": name,
        "requestId": "11111111-2222-4333-8444-555555555555",
        "stackTrace": [f'  File "/var/task/handler.py", line 2, in handler\n    {line}\n'],
    }
    return TaskError(name, json.dumps(cause, separators=(",", ":")))


def behave(behaviour: str, payload: Any) -> Any:
    match behaviour:
        case "echo":
            return payload
        case "return-helloworld":
            return {"Return": "HelloWorld"}
        case "raise":
            text = "Some exception was raised."
            raise raised("Exception", text, f'raise Exception("{text}")')
    pytest.skip(f"no function behaves like {behaviour} here yet")


# Comparing what happened with what was recorded

STEP = re.compile(r"(\.\.|\.)(\w+)|\[(\d+)\]")
PLACEHOLDER = re.compile(r"<[A-Za-z][\w-]*:\d+>|<[A-Za-z]\w*_\d+idx>")
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
TIMES = {"timestamp", "datetime", "date"}
ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")


def opened(actual: Any, expected: Any) -> Any:
    """The actual value with its JSON texts read wherever the recording shows objects."""
    if isinstance(actual, str) and isinstance(expected, (dict, list)):
        try:
            actual = json.loads(actual)
        except ValueError:
            return actual
    if isinstance(actual, dict) and isinstance(expected, dict):
        return {key: opened(value, expected.get(key)) for key, value in actual.items()}
    if isinstance(actual, list) and isinstance(expected, list):
        rest = [None] * max(0, len(actual) - len(expected))
        return [opened(one, other) for one, other in zip(actual, [*expected, *rest], strict=False)]
    return actual


def drop(value: Any, path: str) -> None:
    """Remove what a JSONPath names: `$..key`, `$..a..b`, `$..a[4].b`."""
    steps = [(deep == "..", key or int(index)) for deep, key, index in STEP.findall(path)]
    _drop(value, steps)


def _drop(value: Any, steps: list[tuple[bool, str | int]]) -> None:
    """Walk on from here; the first of a pair says that the step may be taken at any depth."""
    if not steps or not isinstance(value, (dict, list)):
        return
    (deep, step), rest = steps[0], steps[1:]
    inside: dict[Any, Any] = value if isinstance(value, dict) else dict(enumerate(value))
    if step in inside:
        if rest:
            _drop(inside[step], rest)
        else:
            value.pop(step)  # type: ignore[arg-type]
    if deep:
        for key, inner in inside.items():
            if key != step or rest:
                _drop(inner, steps)


def differences(actual: Any, expected: Any, bound: dict[str, str], place: str = "$") -> list[str]:
    """Where the two differ; a placeholder stands for one and the same value wherever it comes."""
    if isinstance(actual, dict) and isinstance(expected, dict):
        found = [f"{place}.{key}: only in the actual" for key in actual.keys() - expected.keys()]
        found += [f"{place}.{key}: missing" for key in expected.keys() - actual.keys()]
        for key in actual.keys() & expected.keys():
            found += differences(actual[key], expected[key], bound, f"{place}.{key}")
        return found
    if isinstance(actual, list) and isinstance(expected, list):
        found = [] if len(actual) == len(expected) else [f"{place}: {len(actual)} items, not {len(expected)}"]
        for index, (one, other) in enumerate(zip(actual, expected, strict=False)):
            found += differences(one, other, bound, f"{place}[{index}]")
        return found
    return [] if same(actual, expected, bound) else [f"{place}: {actual!r} is not {expected!r}"]


def same(actual: Any, expected: Any, bound: dict[str, str]) -> bool:
    if expected in TIMES if isinstance(expected, str) else False:
        return isinstance(actual, (int, float)) or bool(ISO_TIME.fullmatch(str(actual)))
    if expected == "snf_role_arn":
        return isinstance(actual, str) and actual.startswith("arn:aws:iam::111111111111:role/")
    if isinstance(expected, str) and isinstance(actual, str):
        return actual == expected or fits(actual, expected, bound)
    return type(actual) is type(expected) and bool(actual == expected)


def fits(actual: str, expected: str, bound: dict[str, str]) -> bool:
    """A text in which the recording has placeholders, such as `<uuid:1>`."""
    names = PLACEHOLDER.findall(expected)
    between = [re.escape(part) for part in PLACEHOLDER.split(expected)]
    values = [UUID if name.startswith("<uuid") else r"[\w-]+" for name in names]
    pattern = between[0] + "".join(
        f"({value}){text}" for value, text in zip(values, between[1:], strict=True)
    )
    found = re.fullmatch(pattern, actual) if names else None
    if found is None:
        return False
    return all(bound.setdefault(name, text) == text for name, text in zip(names, found.groups(), strict=True))


def run_case(case: dict[str, Any]) -> list[dict[str, Any]]:
    """What our engine makes of a case, an entry for each execution, in the shape of the recording."""
    behaviours = {name: function["behaviour"] for name, function in case["lambdas"].items()}
    invoke = lambda_invoker(lambda name, payload: behave(behaviours[name.rpartition(":")[2]], payload))
    clock, store = ManualClock(), MemoryStore()
    engine = Engine(store, invoke, clock=clock, workers=InlineWorkers(), arns=RECORDED_IN)
    happened = []
    for index, one in enumerate(case["executions"]):
        engine.put_state_machine(f"case-{index}", one["definition"])
        text = one["input"].replace("<timestamp>", f"{datetime.fromtimestamp(clock.now(), UTC):%FT%TZ}")
        name = engine.start_execution(f"case-{index}", text).name
        engine.run_through()
        record = engine.describe_execution(f"case-{index}", name)
        told = {"output": record.output, "error": record.error, "cause": record.cause}
        happened.append(
            {
                "status": str(record.status),
                "events": engine.get_execution_history(f"case-{index}", name),
                **{key: value for key, value in told.items() if value is not None},
            }
        )
    return happened


@pytest.mark.parametrize("case", SUPPORTED, ids=lambda case: str(case["id"]).partition("::")[2])
def test_an_execution_goes_as_it_went_on_aws(case: dict[str, Any]) -> None:
    recorded = [dict(one["expected"]) for one in case["executions"]]
    for one in recorded:
        one["events"] = one.pop("history")
    happened = opened(run_case(case), recorded)
    for path in case["skip_paths"]:
        drop(happened, path)
        drop(recorded, path)
    assert differences(happened, recorded, {}) == []


def test_the_cases_are_found() -> None:
    assert len(SUPPORTED) >= 28
