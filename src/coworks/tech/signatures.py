"""What the signature of a method says, read from its code object: `inspect` is slow to import."""

from __future__ import annotations

from importlib import import_module

from coworks.errors import DefinitionError
from coworks.tech.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FunctionType
    from typing import Any

# The parameter that takes the whole decoded body.
BODY = "body"

# Flags of code objects: https://docs.python.org/3/library/inspect.html#code-objects-bit-flags
_VARARGS, _VARKEYWORDS, _GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x04, 0x08, 0x20, 0x80, 0x200


class Signature(Record):
    """A function's parameters, without the one that it is called on."""

    __slots__ = ("defaults", "keyword_only", "positional", "receiver", "rest")

    receiver: str
    positional: tuple[str, ...]
    keyword_only: tuple[str, ...]
    defaults: dict[str, Any]
    rest: str | None

    def __init__(
        self,
        receiver: str,
        positional: tuple[str, ...],
        keyword_only: tuple[str, ...],
        defaults: dict[str, Any],
        rest: str | None,
    ) -> None:
        self._hold(
            receiver=receiver,
            positional=positional,
            keyword_only=keyword_only,
            defaults=defaults,
            rest=rest,
        )

    @property
    def takes_rest(self) -> bool:
        return self.rest is not None

    @property
    def required(self) -> tuple[str, ...]:
        """The positional parameters without default: what path segments are made of."""
        return tuple(name for name in self.positional if name not in self.defaults and name != BODY)


def read_signature(label: str, function: Callable[..., Any]) -> Signature:
    """The signature of a method; of what `functools.wraps` wrapped, when it was. Raises `DefinitionError`."""
    function = unwrapped(function)
    code = function.__code__
    _check_kind(label, code.co_flags)
    names, count = code.co_varnames, code.co_argcount
    if not count:
        raise DefinitionError(f"{label} takes no self", hint=f"write def {label.split('.')[-1]}(self, ...)")
    if code.co_posonlyargcount > 1:
        raise DefinitionError(
            f"{label} has positional-only parameters, and an entry is called by name", hint="take out the /"
        )
    positional = names[1:count]
    values = (getattr(function, "__defaults__", None) or ())[-len(positional) :] if positional else ()
    defaults = dict(zip(positional[len(positional) - len(values) :], values, strict=True))
    return Signature(
        receiver=names[0],
        positional=positional,
        keyword_only=names[count : count + code.co_kwonlyargcount],
        defaults={**defaults, **(getattr(function, "__kwdefaults__", None) or {})},
        rest=names[count + code.co_kwonlyargcount] if code.co_flags & _VARKEYWORDS else None,
    )


def is_async(function: FunctionType) -> bool:
    return bool(unwrapped(function).__code__.co_flags & (_COROUTINE | _ASYNC_GENERATOR))


def unwrapped(function: Any) -> Any:
    """The function inside of those that `functools.wraps` put around it."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


def _check_kind(label: str, flags: int) -> None:
    if flags & (_COROUTINE | _ASYNC_GENERATOR):
        raise DefinitionError(
            f"{label} is async, and the runtime is synchronous: a Lambda answers one request at a time",
            hint="write def instead of async def; asyncio.run(...) calls a coroutine from there",
        )
    if flags & _GENERATOR:
        raise DefinitionError(
            f"{label} is a generator, and an answer is sent whole", hint="return a list instead of yielding"
        )
    if flags & _VARARGS:
        raise DefinitionError(
            f"{label} takes *args, and a request has names only",
            hint="name the parameters, or take **kwargs for those that are not known before",
        )


def annotations_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The annotations of a method as they are written, the one of its answer too.

    Python 3.14 evaluates them when they are read, and some names exist for type checkers only: it then
    leaves those as `ForwardRef`.
    """
    function = unwrapped(function)
    try:
        return function.__annotations__
    except NameError:
        late = import_module("annotationlib")
        forward: dict[str, Any] = late.get_annotations(function, format=late.Format.FORWARDREF)
        return forward
