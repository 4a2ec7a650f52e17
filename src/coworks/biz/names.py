"""Names: of steps, and of the variables that hold their results."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

from coworks.asl.jsonata import FUNCTIONS

END: Final = "End"
WORKFLOW_INPUT: Final = "Workflow input"
# The states before the first step, of workflows that take values, and of those that do not overlap.
INPUT_CHECK: Final = f"{WORKFLOW_INPUT}: complete?"
INPUT_MISSING: Final = f"{WORKFLOW_INPUT}: missing"
RUNS_CHECK: Final = f"{WORKFLOW_INPUT}: other runs"
RUNS_FOUND: Final = f"{WORKFLOW_INPUT}: alone?"
SKIPPED: Final = f"{WORKFLOW_INPUT}: skipped"
# What the history of a run that begins at a later step has in their place; no machine has this state.
REPLAY: Final = f"{WORKFLOW_INPUT}: replay"
BEGINNING: Final = frozenset(
    {WORKFLOW_INPUT, INPUT_CHECK, INPUT_MISSING, RUNS_CHECK, RUNS_FOUND, SKIPPED, REPLAY}
)
RESERVED_STEPS: Final = BEGINNING | {END}

# `$data` is the input, `$error` what a catch caught, `$states` AWS's own.
DATA: Final = "data"
ERROR: Final = "error"
# What the compiler names variables of scopes inside others; no step's name gives two underscores.
OUTER: Final = "outer__"
INNER_ERROR: Final = "error__"
OWN: Final = "own__"
# How the names of executions begin that go on with the work of another one.
AGAIN_PREFIX: Final = "again-"
RESERVED_VARIABLES: Final = frozenset({DATA, ERROR, "states"})

# The functions of JSONata (https://docs.jsonata.org/overview) and of Step Functions: a variable of the same
# name would hide one of them.
_JSONATA: Final = """
abs append assert average base64decode base64encode boolean ceil contains count decodeUrl decodeUrlComponent
distinct each encodeUrl encodeUrlComponent error exists filter floor formatBase formatInteger formatNumber
fromMillis join keys length lookup lowercase map match max merge millis min not now number pad parseInteger
power reduce replace reverse round shuffle sift single sort split spread sqrt string substring substringAfter
substringBefore sum toMillis trim type uppercase zip
"""
FUNCTION_NAMES: Final = frozenset({*_JSONATA.split(), *FUNCTIONS} - {"eval"})

# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_NAME: Final = 80


def variable_of(step: str) -> str:
    """The variable of a step's result: "Check server" -> check_server.

    Lower case, accents dropped, and one underscore for every run of other signs; a leading digit gets an
    underscore before it. Letters of other alphabets are kept. Empty when nothing is left.
    """
    decomposed = unicodedata.normalize("NFKD", step)
    letters = "".join(one for one in decomposed if not unicodedata.combining(one)).lower()
    name = re.sub(r"[\W_]+", "_", letters).strip("_")
    return f"_{name}" if name[:1].isdigit() else name


def added_name(step: str, what: str) -> str:
    """The name of a state that is added for a step; a long one is cut, and stays its own."""
    name = f"{step}: {what}"
    if len(name) <= MAX_NAME:
        return name
    return f"{name[: MAX_NAME - 9]}~{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def taken_by(variable: str) -> str | None:
    """Who has this variable already, in words; None when it is free."""
    if variable in RESERVED_VARIABLES:
        return f"${variable} is kept for the workflow itself"
    if variable.startswith((OUTER, INNER_ERROR, OWN)):
        return f"${variable} begins as those that are kept for the workflow itself"
    if variable in FUNCTION_NAMES:
        return f"${variable} is a function of JSONata"
    return None


def is_variable_name(name: str) -> bool:
    """True for what Step Functions takes: a Unicode identifier of at most 80 characters."""
    return name.isidentifier() and len(name) <= MAX_NAME
