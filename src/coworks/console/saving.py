"""A run as a test of the project, in a file of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from coworks.console import texts
from coworks.console.forms.fields import FormError
from coworks.local.recording import recorded_test

if TYPE_CHECKING:
    from coworks.engine import Execution
    from coworks.local import System
    from coworks.local.recording import RecordedTest

_NAME: Final = re.compile(r"test_\w{1,200}\.py", re.ASCII)


def recording_of(system: System, execution: Execution) -> RecordedTest:
    """The test that a run makes, in the folder of the project. Raises `CoWorksError`."""
    compiled = system.project.workflow(execution.machine)
    events = system.engine.get_execution_history(execution.machine, execution.name)
    now = system.engine.describe_execution(execution.machine, execution.name)
    return recorded_test(system.project.root, now, events, compiled.source_map)


def named(test: RecordedTest, name: str) -> RecordedTest:
    """A test with another name for its file. Raises `FormError` for one that pytest would not find."""
    if not _NAME.fullmatch(name):
        raise FormError("file", texts.NO_TEST_NAME.format(name), hint=texts.TEST_FILE_ABOUT)
    file = test.file.with_name(name)
    if file.exists():
        raise FormError("file", texts.TEST_EXISTS.format(name))
    return replace(test, file=file)
