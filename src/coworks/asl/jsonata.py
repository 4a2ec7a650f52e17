"""JSONata, the query language of Step Functions, behind one door.

The expressions are jlens's (https://docs.jsonata.org is the language); this module adds what Step Functions
changes: the `{% %}` marks, `$states`, an undefined result that is an error, its own functions, and `$eval`
refused. Nothing else in CoWorks imports jlens, so that another JSONata can take its place.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import uuid
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import jlens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OPENING: Final = "{%"
CLOSING: Final = "%}"
RESERVED_VARIABLE: Final = "states"
_NAME: Final = re.compile(r"""\$([^\s.,:;?@#~!=<>&|*/+%^'"`$()\[\]{}-]+)""")
_STATES: Final = frozenset({"input", "context", "result", "errorOutput"})


class ExpressionSyntaxError(Exception):
    """An expression that does not parse. `position` is where, in characters from its beginning."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class EvaluationError(Exception):
    """An expression that parsed and could not be evaluated; the text is JSONata's own."""


class UndefinedResultError(EvaluationError):
    """An expression that returned nothing, which Step Functions refuses."""


def is_expression(value: object) -> bool:
    """True for a string that is an expression as a whole: `{% ... %}`."""
    return (
        isinstance(value, str)
        and value.startswith(OPENING)
        and value.endswith(CLOSING)
        and len(value) >= len(OPENING) + len(CLOSING)
    )


def inside(text: str) -> str:
    """The expression between the marks of `{% ... %}`."""
    return text[len(OPENING) : -len(CLOSING)].strip()


class Reads(NamedTuple):
    """What an expression reads: names of variables, and fields of `$states`, None when it does not read that.

    There may be more names than it reads: one of a function counts, which a variable of its name hides.
    """

    variables: frozenset[str]
    states: frozenset[str] | None


class Expression:
    """A parsed expression, to be evaluated as often as wanted, from any thread."""

    __slots__ = ("_compiled", "_reads", "reads", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        try:
            compiled = jlens.Expression(source)
        except jlens.JlensError as error:
            raise ExpressionSyntaxError(_first_sentence(error), error.position or 0) from None
        self._reads: Mapping[str, Any] = compiled.reads()["bindings"]
        for name, (function, signature) in FUNCTIONS.items():
            if f"${name}" in source:
                compiled.register_function(name, function, signature)
        self._compiled = compiled
        names = frozenset({*self._reads, *_NAME.findall(source)}) - {RESERVED_VARIABLE}
        self.reads = Reads(names, self._states())

    def evaluate(self, variables: Mapping[str, Any], *, now: float | None = None) -> Any:
        """The result with these variables, which the expression reads as `$name`.

        `now` is what `$now()` and `$millis()` give, in seconds since the epoch; None is the real time.
        Raises `UndefinedResultError` when there is no result, `EvaluationError` when JSONata fails.
        """
        bindings = variables if isinstance(variables, dict) else dict(variables)
        millis = None if now is None else int(now * 1000)
        try:
            result = self._compiled.evaluate(None, bindings, max_steps=_MAX_STEPS, now=millis)
            if result is None and self._is_undefined(bindings, millis):
                raise UndefinedResultError("returned nothing (undefined)")
        except (jlens.JlensError, ValueError, TypeError, OverflowError) as error:
            raise EvaluationError(_first_sentence(error)) from None
        return result

    def _is_undefined(self, bindings: dict[str, Any], millis: int | None) -> bool:
        # Only the JSON form of a result tells nothing from null.
        return self._compiled.evaluate_json(None, bindings, max_steps=_MAX_STEPS, now=millis) is None

    def variables(self) -> frozenset[str]:
        """The names of the variables that it reads, without `$`, functions of Step Functions apart."""
        return frozenset(self._reads.keys() - FUNCTIONS.keys())

    def _states(self) -> frozenset[str] | None:
        read = self.fields_read(RESERVED_VARIABLE)
        if RESERVED_VARIABLE not in self._reads:
            return None
        return _STATES if read is None else read

    def fields_read(self, variable: str) -> frozenset[str] | None:
        """The fields that it reads of a variable; None when it may read the variable whole."""
        fields = self._reads.get(variable, {})
        return frozenset(fields) if isinstance(fields, dict) else None


@lru_cache(maxsize=4096)
def parse(source: str) -> Expression:
    """The expression of a source text (without `{% %}`), parsed once for all that share it."""
    return Expression(source)


def _first_sentence(error: Exception) -> str:
    return str(error).removesuffix(".")


# An endless recursion must end: about a third of a second of work, where payloads hold 256 KiB at most.
_MAX_STEPS = 5_000_000


# The functions that Step Functions adds to JSONata's own:
# https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn


def _partition(items: list[Any], size: int) -> list[list[Any]]:
    step = int(size)
    if step < 1:
        raise ValueError("the size of a partition must be 1 or more")
    return [items[start : start + step] for start in range(0, len(items), step)]


def _range(first: float, last: float, step: float) -> list[int] | int:
    start, stop, stride = int(first), int(last), int(step)
    if stride == 0:
        raise ValueError("the step of a range must not be 0")
    numbers = range(start, stop + (1 if stride > 0 else -1), stride)
    if len(numbers) > 1000:
        raise ValueError("a range may hold 1,000 numbers at most")
    # One number comes bare, as every JSONata sequence of one does: so does AWS.
    return list(numbers) if len(numbers) != 1 else numbers[0]


def _hash(text: Any, algorithm: str) -> str:
    name = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}.get(
        algorithm
    )
    if name is None:
        raise ValueError("the algorithm must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512")
    content = text if isinstance(text, str) else json.dumps(text, separators=(",", ":"))
    return hashlib.new(name, content.encode(), usedforsecurity=False).hexdigest()


def _random(seed: float | None = None) -> float:
    return random.Random(seed).random()  # noqa: S311 - the language's $random, not a secret


def _uuid() -> str:
    return str(uuid.uuid4())


def _parse(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("the JSON text is nested too deeply") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def _eval(*_: Any) -> Any:
    raise ValueError("$eval is not supported by Step Functions; use $parse for JSON text")


FUNCTIONS: Final[dict[str, tuple[Callable[..., Any], str | None]]] = {
    "partition": (_partition, "<an:a>"),
    "range": (_range, "<nnn:x>"),
    "hash": (_hash, "<xs:s>"),
    "random": (_random, "<n?:n>"),
    "uuid": (_uuid, "<:s>"),
    "parse": (_parse, "<s:x>"),
    "eval": (_eval, None),
}
