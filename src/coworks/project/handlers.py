"""The module that makes a service the handler of a function: deployed, and run by `cws run --isolated`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from coworks.project.errors import ProjectError
from coworks.project.predefined import module_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from coworks.project.model import Service

HANDLER: Final = "coworks_handler.handler"

_TEXT: Final = '''"""The handler of the service {service}: written by cws."""

from {module} import {attribute} as found

handler = found() if isinstance(found, type) else found
handler.name = {service!r}
'''
_QUIET: Final = """
from coworks.tech.logs import quiet

quiet({libraries})
"""


def write_handler(service: Service, root: Path, folder: Path, libraries: Iterable[str] = ()) -> str:
    """Write the module into a folder; the name of its file. The libraries log from WARNING on.

    Raises `ProjectError` when the module of the service was loaded anew since the project was.
    """
    module = module_of(service.file, root)
    name = f"{HANDLER.partition('.')[0]}.py"
    text = _TEXT.format(service=service.name, module=module, attribute=_attribute(service, module))
    if told := ", ".join(map(repr, sorted(libraries))):
        text += _QUIET.format(libraries=told)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return name


def _attribute(service: Service, module: str) -> str:
    """What the module calls its service: the instance, or else the class."""
    values = vars(sys.modules[module])
    for wanted in (service.app, type(service.app)):
        for name, value in values.items():
            if value is wanted:
                return name
    raise ProjectError(f"{service.file} does not hold its service any more", hint="load the project again")
