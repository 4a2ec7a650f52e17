"""Which modules of the project a module imports, read from its text: nothing is run for it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from coworks.project.predefined import home_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def modules_of(file: Path, root: Path) -> dict[str, Path]:
    """The module of a file and all of the project that it imports, also through others: name -> file.

    What cannot be parsed imports nothing, nor does what is not of the project.
    """
    found: dict[str, Path] = {}
    if home_of(file, root) != root:
        return found
    waiting = [file]
    while waiting:
        path = waiting.pop()
        name = _name_of(path, root)
        if name not in found:
            found[name] = path
            waiting += [one for dotted in _imports(path, name) for one in _files(dotted, root)]
    return found


def _name_of(file: Path, root: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(file: Path, name: str) -> Iterator[str]:
    """The dotted names that a file imports anywhere; of `from a import b` both `a` and `a.b`."""
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError, OSError):
        return
    package = name if file.stem == "__init__" else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(node, package)
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def _origin(node: ast.ImportFrom, package: str) -> str:
    """Where `from ... import` imports from; its dots are steps up from the package."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    above = parts[: len(parts) - node.level + 1]
    return ".".join([*above, node.module] if node.module else above)


def _files(dotted: str, root: Path) -> Iterator[Path]:
    """The files of the project that are run for a dotted name: the packages on the way, and the module."""
    place = root
    for part in dotted.split("."):
        place /= part
        for file in (place.with_name(f"{part}.py"), place / "__init__.py") if part else ():
            if file.is_file():
                yield file
