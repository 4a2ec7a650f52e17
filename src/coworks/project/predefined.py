"""The predefined services that a project names in its project file, without a file of their own.

    [tool.coworks]
    predefined = ["mail", "jinja"]

Their modules are those of `coworks.catalog`: they are found, imported and packaged from there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from coworks.errors import did_you_mean
from coworks.project.errors import ProjectError

PACKAGE: Final = Path(__file__).parents[1]
_CATALOG: Final = PACKAGE / "catalog"
_FILES: Final = {
    "approval": _CATALOG / "approval.py",
    "jinja": _CATALOG / "jinja.py",
    "mail": _CATALOG / "mail" / "__init__.py",
    "notify": _CATALOG / "notify.py",
    "odoo": _CATALOG / "odoo" / "__init__.py",
}
WITH_COWORKS: Final = frozenset(_FILES)
"""The names of the services that come with CoWorks."""


def predefined_services(named: Any) -> dict[str, Path]:
    """The services that `predefined` names, with their files. Raises `ProjectError` with the near name."""
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        hint = 'write for example predefined = ["mail", "jinja"]'
        raise ProjectError(f"[tool.coworks] predefined = {named!r} is no list of names", hint=hint)
    for name in named:
        if name not in _FILES:
            hint = did_you_mean(name, _FILES) or f"there are {', '.join(_FILES)}"
            raise ProjectError(f'no predefined service is named "{name}"', hint=hint)
    return {name: _FILES[name] for name in named}


def home_of(file: Path, root: Path) -> Path:
    """The folder that the module of a service is imported from: the project's, or that of CoWorks itself."""
    return PACKAGE.parent if file.is_relative_to(PACKAGE) else root


def module_of(file: Path, root: Path) -> str:
    """The dotted name of a service's module."""
    parts = file.relative_to(home_of(file, root)).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
