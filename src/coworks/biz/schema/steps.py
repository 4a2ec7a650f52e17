"""What may stand under each keyword of a step."""

from __future__ import annotations

from typing import Final

from coworks.asl.states import STATE_TYPES
from coworks.biz.schema.words import Schema, keys, ref, told
from coworks.biz.steps.tech import VERBS

_VERB: Final[Schema] = {
    "type": ["string", "number", "boolean"],
    "pattern": r"^/[^?#{}]*(\{%[\s\S]*?%\}[^?#{}]*)*$",
}
_TECH: Final[Schema] = {
    **keys(
        "an order to a technical service",
        required={"service": {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9_-]*$"}},
        optional={
            **{verb: told(f"the path of the entry for {verb.upper()}", _VERB) for verb in VERBS},
            "query": told("the parameters of the query", ref("named")),
            "headers": told("the headers", ref("named")),
            "body": told("the body", {}),
        },
    ),
    "oneOf": [{"required": [verb]} for verb in VERBS],
}
_RULE: Final = keys(
    "where to go when a condition is true",
    required={"when": told("a condition in JSONata", ref("word")), "goto": ref("jump")},
)
_DEFAULT: Final = keys("where to go when no condition is true", required={"default": ref("jump")})
_CHOICES: Final[Schema] = {
    "description": "go one way or another: the first `when` that is true decides",
    "type": "array",
    "items": {"if": {"required": ["default"]}, "then": _DEFAULT, "else": _RULE},
    "contains": {"required": ["when"]},
}
_WAIT: Final[Schema] = {
    "description": "a duration, a date with its time and zone, or an expression for either",
    "anyOf": [
        {"type": "integer", "minimum": 0},
        {"type": "string", "pattern": r"\S"},
        keys("a date", required={"until": ref("word")}),
    ],
}
_BIZ: Final[Schema] = {
    "description": "another workflow: its name, or its name with more",
    "anyOf": [
        ref("word"),
        keys(
            "another workflow",
            required={"workflow": told("its name", ref("word"))},
            optional={
                "data": told("the data that it works on", ref("data")),
                "wait": told("whether its end is waited for (true)", {"type": "boolean"}),
            },
        ),
    ],
}
_AWS: Final = keys(
    "a call of AWS",
    required={
        "call": told(
            "such as dynamodb:putItem",
            {"type": "string", "pattern": r"^(aws-sdk:)?[a-z][a-z0-9-]*:[a-z][A-Za-z0-9]*(\..+)?$"},
        )
    },
    optional={"with": told("its arguments, as AWS names them", {"type": "object"})},
)
_STEPS: Final[Schema] = {"type": "array", "items": ref("step"), "minItems": 1}
_PARALLEL: Final[Schema] = {
    "description": "branches at the same time: a name for each, and its steps",
    "type": "object",
    "additionalProperties": _STEPS,
    "minProperties": 1,
}
_FOREACH: Final = keys(
    "the same steps for each item of a list",
    required={
        "items": told("a list, or an expression that gives one", {"type": ["array", "string"]}),
        "steps": told("the steps for one item", _STEPS),
    },
    optional={
        "as": told("the variable that holds the item (item)", ref("text")),
        "at_most": told("how many at the same time", {"type": "integer", "minimum": 1}),
        "distributed": told("each item as an execution of its own", {"type": "boolean"}),
    },
)
_WHO: Final[Schema] = {
    "anyOf": [
        {"type": "string", "pattern": r"@|\{%"},
        {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": r"@|\{%"}},
    ]
}
_AFTER: Final[Schema] = {"anyOf": [ref("duration"), ref("expression")]}
_APPROVE: Final = keys(
    "a person accepts or refuses, by mail",
    required={"who": told("the mail addresses", _WHO), "subject": told("what it is about", ref("word"))},
    optional={
        "message": told("the text of the mail", ref("word")),
        "answers": told(
            "the words on the buttons, in the place of accept and refuse",
            {"type": "array", "items": ref("word"), "minItems": 1, "uniqueItems": True},
        ),
        "deadline": told(
            "how long an answer is waited for",
            {
                "anyOf": [
                    _AFTER,
                    keys("a deadline", required={"after": _AFTER}, optional={"goto": ref("jump")}),
                ]
            },
        ),
        "remind": told("how often they are reminded", ref("duration")),
        "escalate": keys("who is asked too, and when", required={"after": ref("duration"), "who": _WHO}),
        "service": told("the service that asks (approval)", ref("word")),
    },
)
_NOTHING: Final[Schema] = {"type": "null"}

STEP_SCHEMAS: Final[dict[str, Schema]] = {
    "tech": _TECH,
    "biz": _BIZ,
    "aws": _AWS,
    "choices": _CHOICES,
    "parallel": _PARALLEL,
    "foreach": _FOREACH,
    "wait": _WAIT,
    "approve": _APPROVE,
    "set": {"description": "keep values in variables", "type": "object", "minProperties": 1},
    "pass": {"description": "do nothing", **_NOTHING},
    "again": {
        "description": "end here, and go on in a new run with these values over its data",
        "type": ["object", "null"],
    },
    "success": {
        "description": "end here, well",
        "anyOf": [_NOTHING, keys("the output", optional={"output": {}})],
    },
    "fail": {
        "description": "end here, as a failure",
        "anyOf": [_NOTHING, keys("the failure", optional={"error": ref("word"), "cause": ref("word")})],
    },
    "asl": {
        "description": "a state of the Amazon States Language",
        "type": "object",
        "properties": {"Type": {"enum": list(STATE_TYPES)}},
        "required": ["Type"],
    },
}
