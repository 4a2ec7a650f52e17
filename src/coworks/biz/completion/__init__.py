"""What may be written at a place of a workflow, to be offered while somebody writes it.

`values` knows the variables that are set at a step, with their fields; `place` finds out where in a YAML text
the cursor is, in texts that are half written too; `keywords` reads the JSON Schema of the language, and
`offers` puts them together. What the services answer is handed in as plain data (`known`).
"""

from coworks.biz.completion.known import KnownEntry, Surroundings
from coworks.biz.completion.offers import Completion, Offer, completion_at
from coworks.biz.completion.values import FUNCTIONS, values_at, variables_at

__all__ = [
    "FUNCTIONS",
    "Completion",
    "KnownEntry",
    "Offer",
    "Surroundings",
    "completion_at",
    "values_at",
    "variables_at",
]
