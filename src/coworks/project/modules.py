"""Importing the modules of a project's services.

Two failures are told apart, because they have different readers: the module raised (the user's traceback,
whole, without our frames), or it holds no service (our message, with the fix).
"""

from __future__ import annotations

import importlib.util
import sys
import traceback
from typing import TYPE_CHECKING, TypeVar

from coworks.biz import BizMicroService
from coworks.errors import CoWorksError, DefinitionError
from coworks.project.predefined import PACKAGE
from coworks.tech import TechMicroService

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType, TracebackType

T = TypeVar("T")


class ServiceImportError(CoWorksError):
    """A service's module that raised; `report` is the user's traceback."""

    def __init__(self, name: str, report: str) -> None:
        super().__init__(f'the service "{name}" could not be imported', hint="see its traceback")
        self.report = report


_OURS = {"app", "tech", "biz"}


def prepare_imports(
    root: Path, *, keep: frozenset[str] = frozenset(), anew: frozenset[str] = frozenset()
) -> None:
    """Let the modules of this project import each other, and forget those of another or of an older state.

    Those to `keep` stay, those to be imported `anew` are forgotten wherever they are in the project.
    """
    folder = str(root)
    if folder in sys.path:
        sys.path.remove(folder)
    sys.path.insert(0, folder)
    ours = {name for name in sys.modules if name.partition(".")[0] in _OURS} - keep
    for name in ours | (anew & sys.modules.keys()):
        del sys.modules[name]
    importlib.invalidate_caches()


def import_service(name: str, module_name: str, file: Path) -> TechMicroService:
    """The service of a module file.

    Raises `ServiceImportError` when the module raises, `DefinitionError` when it does not hold one service.
    """
    service = _guarded(name, module_name, file, _make_service)
    service.name = name
    return service


def import_biz_class(name: str, module_name: str, file: Path) -> type[BizMicroService]:
    """The workflow's class of a module file. Raises what `import_service` raises."""
    return _guarded(name, module_name, file, _biz_class_in)


def _guarded(name: str, module_name: str, file: Path, take: Callable[[ModuleType, Path], T]) -> T:
    """What `take` finds in the module; failures are told by whose they are."""
    try:
        return take(_import(module_name, file), file)
    except DefinitionError as error:
        # A class that refuses itself has our message; the place in the user's code is what helps.
        raise DefinitionError(_with_place(error, file), hint=error.hint) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the user's module raises
        raise ServiceImportError(name, _traceback_from(file, error)) from None


def _make_service(module: ModuleType, file: Path) -> TechMicroService:
    found = _service_in(module, file)
    return found() if isinstance(found, type) else found


def _import(module_name: str, file: Path) -> ModuleType:
    if module_name in sys.modules:
        return sys.modules[module_name]
    if file.is_relative_to(PACKAGE):
        return importlib.import_module(module_name)
    spec = importlib.util.spec_from_file_location(module_name, file)
    if spec is None or spec.loader is None:
        raise DefinitionError(f"{file} is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[module_name]
        raise
    return module


def _service_in(module: ModuleType, file: Path) -> TechMicroService | type[TechMicroService]:
    """The module's one instance, or else its one class."""
    values = list(vars(module).values())
    instances = list({id(value): value for value in values if isinstance(value, TechMicroService)}.values())
    if len(instances) == 1:
        return instances[0]
    if instances:
        raise DefinitionError(
            f"{file} holds {len(instances)} services", hint="keep one a file: the file names the service"
        )
    return _class_in(module, TechMicroService, file, "make an instance of one: app = NAME()")


def _biz_class_in(module: ModuleType, file: Path) -> type[BizMicroService]:
    return _class_in(module, BizMicroService, file, "keep one a file: the file names the workflow")


def _class_in(module: ModuleType, kind: type[T], file: Path, hint: str) -> type[T]:
    """The module's one class of this kind; its own go before those that it imported."""
    classes = {
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, kind) and value is not kind
    }
    own = {value for value in classes if value.__module__ == module.__name__}
    candidates = own or classes
    if len(candidates) == 1:
        return candidates.pop()
    if candidates:
        names = ", ".join(sorted(value.__name__ for value in candidates))
        raise DefinitionError(f"{file} holds several services: {names}", hint=hint)
    raise DefinitionError(
        f"{file} holds no service", hint=f"write a class that inherits from coworks.{kind.__name__}"
    )


def _traceback_from(file: Path, error: BaseException) -> str:
    """The traceback from the user's module on."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != str(file):
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace)).rstrip()


def _with_place(error: DefinitionError, file: Path) -> str:
    place = _last_line_in(file, error.__traceback__)
    return f"{file}:{place}: {error.message}" if place else error.message


def _last_line_in(file: Path, trace: TracebackType | None) -> int | None:
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(file):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
