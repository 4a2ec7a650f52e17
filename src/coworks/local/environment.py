"""What services find in the environment of the process that runs them, for as long as they run in it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, MutableMapping


@contextmanager
def environment_with(
    values: Mapping[str, str], environment: MutableMapping[str, str] = os.environ
) -> Iterator[None]:
    """Have these values in the environment meanwhile; what was there before comes back."""
    before = {name: environment[name] for name in values if name in environment}
    environment.update(values)
    try:
        yield
    finally:
        for name in values:
            environment.pop(name, None)
        environment.update(before)


def unless_set(values: Mapping[str, str], environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Those of the values that the user did not set."""
    return {name: value for name, value in values.items() if name not in environment}
