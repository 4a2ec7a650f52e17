"""Which modules a service needs: a walk over its imports as they are written, without running anything.

What is imported by a name worked out at run time cannot be known; it is told, with its place. Blocks under
`if TYPE_CHECKING:` are not followed, and what stands in a `try` that catches ImportError may be missing.
"""

from __future__ import annotations

import ast
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from coworks.deploy.errors import DeployError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What the Python runtimes of Lambda bring: https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html
IN_LAMBDA = frozenset({"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six"})
# Of the standard library of a Python that may be newer than the one that runs this.
_NEWER = frozenset({"annotationlib", "compression"})
# Two threads in `ast.parse` at once may fail in Python 3.11: https://github.com/python/cpython/issues/106905
# Whoever parses beside this walk takes it too.
PARSING = threading.Lock()
_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """An import as it is written: the dotted name, where, and whether it may be missing."""

    name: str
    place: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What the walk found.

    `modules` are the files to ship, each with the reason; `third_party` top-level names of other packages;
    `dynamic` the places of imports that only run time knows; `connections` the services that are called by
    `connect("name")`, each with its place, `queues` those of modules that use a `.queue`, `groups` those of
    modules that send to one in a `group=`; `requires` and `ships` are what modules say in the constants
    `REQUIRES` (requirements) and `SHIPS` (folders of the project), each with its place.
    """

    modules: dict[Path, str] = field(default_factory=dict)
    third_party: dict[str, Wanted] = field(default_factory=dict)
    dynamic: list[str] = field(default_factory=list)
    connections: dict[str, str] = field(default_factory=dict)
    queues: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    requires: dict[str, str] = field(default_factory=dict)
    ships: dict[str, str] = field(default_factory=dict)


class Walk:
    """The walk over modules below some folders, the first that has a module wins."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = roots
        self.found = Found()

    def add(self, file: Path, root: Path, why: str) -> None:
        """Take a file, the packages it is in, and all that it imports."""
        if file in self.found.modules:
            return
        self.found.modules[file] = why
        for package in _packages_of(file, root):
            self.add(package, root, f"the package of {file.relative_to(root)}")
        self._follow(file, root)

    def _follow(self, file: Path, root: Path) -> None:
        shown = str(file.relative_to(root))
        reader = _Reader(shown, _package_name(file, root))
        reader.visit(_parsed(file, shown))
        self.found.dynamic.extend(reader.dynamic)
        self.found.connections.update(reader.connections)
        if reader.uses_queues:
            self.found.queues.update(reader.connections)
        if reader.uses_groups:
            self.found.groups.update(reader.connections)
        self.found.requires.update(reader.constants["REQUIRES"])
        self.found.ships.update(reader.constants["SHIPS"])
        for name, place in reader.beside.items():
            self._take_beside(file.with_name(name), root, place)
        for wanted in reader.wanted:
            self._take(wanted)

    def _take_beside(self, file: Path, root: Path, place: str) -> None:
        """A file that a module finds by its own place: a page, or a program that it starts."""
        if file.suffix == ".py" and file.is_file():
            self.add(file, root, f"named in {place}")
        elif file.is_file():
            self.found.modules.setdefault(file, f"named in {place}")

    def _take(self, wanted: Wanted) -> None:
        top = wanted.name.partition(".")[0]
        for root in self._roots:
            if (
                (files := list(_files_of(wanted.name, root)))
                or (root / top).is_dir()
                or (root / f"{top}.py").is_file()
            ):
                for file in files:
                    self.add(file, root, f"imported in {wanted.place}")
                return
        if top in sys.stdlib_module_names or top in _NEWER:
            return
        known = self.found.third_party.get(top)
        if known is None or (known.optional and not wanted.optional):
            self.found.third_party[top] = wanted


class _Reader(ast.NodeVisitor):
    """Reads the imports of one module."""

    def __init__(self, shown: str, package: str) -> None:
        self._shown = shown
        self._package = package
        self._guarded = 0
        self.wanted: list[Wanted] = []
        self.dynamic: list[str] = []
        self.connections: dict[str, str] = {}
        self.uses_queues = False
        self.uses_groups = False
        self.beside: dict[str, str] = {}
        self.constants: dict[str, dict[str, str]] = {"REQUIRES": {}, "SHIPS": {}}

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            if _called(target) in self.constants and isinstance(node.value, ast.Tuple | ast.List):
                place = f"{_called(target)} of {self._shown}:{node.lineno}"
                texts = [one.value for one in node.value.elts if isinstance(one, ast.Constant)]
                self.constants[_called(target)] |= {str(one): place for one in texts}
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.uses_queues = self.uses_queues or node.attr == "queue"
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        if not _is_type_checking(node.test):
            for statement in node.body:
                self.visit(statement)
        for statement in node.orelse:
            self.visit(statement)

    def visit_Try(self, node: ast.Try) -> None:
        guards = any(_catches_import_error(handler.type) for handler in node.handlers)
        self._guarded += guards
        for statement in node.body:
            self.visit(statement)
        self._guarded -= guards
        for part in (*node.handlers, *node.orelse, *node.finalbody):
            self.visit(part)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._want(alias.name, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = node.module or ""
        if node.level:
            parts = self._package.split(".")
            package = ".".join(parts[: len(parts) - node.level + 1])
            base = f"{package}.{base}" if base else package
        self._want(base, node)
        for alias in node.names:
            # A name may be a submodule: it is looked for as one, and is none of ours when there is no file.
            self._want(f"{base}.{alias.name}", node)

    def visit_Call(self, node: ast.Call) -> None:
        name = _called(node.func)
        first = node.args[0] if node.args else None
        if name in {"import_module", "__import__"}:
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                self._want(first.value, node)
            else:
                self.dynamic.append(f"{self._shown}:{node.lineno} imports {ast.unparse(node)}")
        elif name == "connect" and not any(keyword.arg == "url" for keyword in node.keywords):
            self._connects(first, node)
        elif name == "queue" and any(keyword.arg == "group" for keyword in node.keywords):
            self.uses_groups = True
        elif name == "with_name" and isinstance(first, ast.Constant) and "__file__" in ast.unparse(node.func):
            self.beside[str(first.value)] = f"{self._shown}:{node.lineno}"
        self.generic_visit(node)

    def _connects(self, first: ast.expr | None, node: ast.Call) -> None:
        place = f"{self._shown}:{node.lineno}"
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            self.connections.setdefault(first.value, place)

    def _want(self, name: str, node: ast.stmt | ast.expr) -> None:
        self.wanted.append(Wanted(name, f"{self._shown}:{node.lineno}", self._guarded > 0))


def _parsed(file: Path, shown: str) -> ast.Module:
    try:
        with PARSING:
            return ast.parse(file.read_bytes(), filename=shown)
    except SyntaxError as error:
        raise DeployError(f"{shown}:{error.lineno}: {error.msg}", hint="mend the module") from None


def _files_of(name: str, root: Path) -> Iterator[Path]:
    """The file of a module, and of the packages it is in; of a name in a module, that module."""
    path = root.joinpath(*name.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            yield file
            return


def _packages_of(file: Path, root: Path) -> Iterator[Path]:
    for folder in file.relative_to(root).parents:
        package = root / folder / "__init__.py"
        if folder != Path() and package.is_file() and package != file:
            yield package


def _package_name(file: Path, root: Path) -> str:
    return ".".join(file.relative_to(root).parent.parts)


def _is_type_checking(test: ast.expr) -> bool:
    return _called(test) == "TYPE_CHECKING"


def _called(node: ast.expr | None) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _catches_import_error(kind: ast.expr | None) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return kind is None or any(_called(one) in _IMPORT_ERRORS for one in kinds)
