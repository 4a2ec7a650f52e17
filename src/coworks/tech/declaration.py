"""The class is the declaration: which of its methods are entries, and what is refused when it is defined."""

from __future__ import annotations

from types import FunctionType

from coworks.errors import DefinitionError
from coworks.tech.cors import CORSConfig, is_of_chalice
from coworks.tech.entries import is_entry_name, options_of, read_entry
from coworks.tech.router import Router
from coworks.tech.signatures import is_async
from coworks.tech.templates import parse_template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeGuard

    from coworks.tech.entries import Entry

# What a setting must be, and what to write.
_SETTINGS: dict[str, tuple[type | tuple[type, ...], str]] = {
    "public": (bool, "write public = True or public = False"),
    "cors": ((bool, CORSConfig), "write cors = True or cors = CORSConfig(...)"),
    "event_patterns": ((list, tuple), 'write for example event_patterns = [{"source": ["shop"]}]'),
    "buckets": (dict, 'write for example buckets = {"invoices": {}}, or {"invoices": {"suffix": ".pdf"}}'),
    "topics": (dict, 'write for example topics = {"stock": {}}, or {"stock": {"level": ["low"]}}'),
}


class Frame:
    """What the framework's own class gives to the classes written on it, and what of that they may set."""

    def __init__(self, base: type, *, hooks: Iterable[str] = (), settings: Iterable[str] = ()) -> None:
        self.base = base
        self.hooks = frozenset(hooks)
        self.settings = frozenset(settings)
        self.reserved = frozenset(
            name
            for cls in base.__mro__
            if cls is not object
            for name in vars(cls)
            if not name.startswith("_")
        )

    def read(self, cls: type, public: bool) -> tuple[Entry, ...]:
        """The entries of a class, in the order of their definition. Raises `DefinitionError`."""
        problems: list[DefinitionError] = []
        entries: list[Entry] = []
        for name, member in self._members(cls).items():
            try:
                self._check(cls, name, member)
                if name not in self.reserved and _is_entry(member, cls.__name__, name):
                    entries.append(read_entry(cls.__name__, name, member, public))
            except DefinitionError as problem:
                problems.append(problem)
        refuse(problems)
        check_routes(entries)
        return tuple(entries)

    def _members(self, cls: type) -> dict[str, object]:
        """What the class and its bases define, the framework apart; what is overridden keeps its place."""
        members: dict[str, object] = {}
        for part in reversed(cls.__mro__):
            if part in self.base.__mro__:
                continue
            own = vars(part).items()
            # A base that is a service was checked when it was defined, and carries what was read from it.
            is_read = part is not cls and issubclass(part, self.base)
            members.update((name, value) for name, value in own if not (is_read and name in self.reserved))
        return members

    def _check(self, cls: type, name: str, member: object) -> None:
        if name not in self.reserved:
            return
        if name in self.hooks:
            _check_hook(f"{cls.__name__}.{name}", member)
        elif name not in self.settings or options_of(member) is not None:
            raise hidden(cls.__name__, name)
        kind, hint = _SETTINGS.get(name, (object, ""))
        if not (isinstance(member, kind) or (name == "cors" and is_of_chalice(member, "CORSConfig"))):
            raise DefinitionError(f"{cls.__name__}.{name} is {member!r}", hint=hint)


def hidden(owner: str, name: str) -> DefinitionError:
    """The refusal of an attribute that would hide one of the framework's."""
    return DefinitionError(
        f"{owner}.{name} hides the framework's own attribute {name!r}",
        hint=f'give it another name; an entry keeps its address with @entry(path="/{name}")',
    )


def refuse(problems: list[DefinitionError]) -> None:
    """Raises the problem of a class, or one error that lists them all."""
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise DefinitionError("\n".join(problem.explain() for problem in problems))


def check_routes(entries: Iterable[Entry]) -> None:
    """Raises `DefinitionError` when two entries cannot be told apart by their addresses."""
    problems: list[DefinitionError] = []
    router = Router()
    for entry in entries:
        try:
            router.add(entry, entry.function)
        except DefinitionError as problem:
            problems.append(problem)
    refuse(problems)


def mounted(entries: Iterable[Entry], url_prefix: str) -> tuple[Entry, ...]:
    """The entries below a prefix, such as `/admin`. Raises `DefinitionError`."""
    prefix = url_prefix.strip("/")
    if prefix and any(segment.is_variable for segment in parse_template("url_prefix", f"/{prefix}")):
        raise DefinitionError(
            f"the url_prefix {url_prefix!r} has a variable",
            hint="put the variable in the paths of the blueprint",
        )
    if not prefix:
        return tuple(entries)
    return tuple(entry.replaced(path=f"/{prefix}{entry.path}".rstrip("/")) for entry in entries)


def with_default_public(entries: Iterable[Entry], public: bool) -> tuple[Entry, ...]:
    """The entries, those public or not as `public` says whose `@entry` does not say it."""
    return tuple(entry if _says_public(entry) else entry.replaced(public=public) for entry in entries)


def _says_public(entry: Entry) -> bool:
    options = options_of(entry.function)
    return options is not None and options.public is not None


def service_name(class_name: str) -> str:
    """The name a class gives its service: `SimpleMicroService` is `simple`, `SendMail` is `send_mail`."""
    short = class_name
    for suffix in ("TechMicroService", "MicroService", "Service"):
        short = short.removesuffix(suffix) or short
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in short)
    return words.lstrip("_")


def _is_entry(member: object, owner: str, name: str) -> TypeGuard[FunctionType]:
    if name.startswith("_"):
        if options_of(member) is not None:
            raise DefinitionError(
                f"{owner}.{name} is private and an @entry",
                hint=f"call it {name.strip('_')}, or take @entry away",
            )
        return False
    if isinstance(member, (staticmethod, classmethod)):
        if options_of(member.__func__) is None and not is_entry_name(name):
            return False
        raise DefinitionError(
            f"{owner}.{name} has the name of an entry and is no plain method",
            hint=f"write def {name}(self, ...); or, if it is no entry, call it _{name}",
        )
    return isinstance(member, FunctionType) and (is_entry_name(name) or options_of(member) is not None)


def _check_hook(label: str, member: object) -> None:
    if not isinstance(member, FunctionType) or options_of(member) is not None:
        raise DefinitionError(
            f"{label} is a hook, and a hook is a plain method", hint="see the hooks of a service"
        )
    if is_async(member):
        raise DefinitionError(
            f"{label} is async, and the runtime is synchronous", hint="write def instead of async def"
        )
