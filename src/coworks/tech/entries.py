"""A method becomes an `Entry`: its name says the route, its signature says where each argument comes from.

Plain data, for all who must know a service without calling it: the router, the check of workflows, the
OpenAPI document, `cws routes`.
"""

from __future__ import annotations

from coworks.errors import DefinitionError, did_you_mean
from coworks.tech.records import Record
from coworks.tech.signatures import BODY, annotations_of, read_signature
from coworks.tech.templates import parse_template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import FunctionType
    from typing import Any, Literal, TypeVar, overload

    from coworks.tech.signatures import Signature

    Source = Literal["path", "query-or-body", "body"]
    F = TypeVar("F", bound=Callable[..., Any])

else:

    def overload(function):
        """Only type checkers read overloads; `typing` is too dear for it."""
        return function


VERBS = ("get", "post", "put", "delete", "patch", "head")
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")

_OPTIONS = "__coworks_entry__"
_DAY = 86_400


class Parameter(Record):
    """An argument of an entry and where it comes from; `annotation` is raw, a string or an object."""

    __slots__ = ("annotation", "default", "name", "required", "source")

    name: str
    source: Source
    required: bool
    default: Any
    annotation: Any

    def __init__(
        self, name: str, source: Source, required: bool, default: Any = None, annotation: Any = None
    ) -> None:
        self._hold(name=name, source=source, required=required, default=default, annotation=annotation)


class Entry(Record):
    """What a service answers on one path.

    `path` is a template such as `/content/{bucket}`; `name` and `owner` are those of the method and its
    class; `takes_rest` tells of `**kwargs`; `public` entries need no authorisation; `doc` is the docstring
    as written; `kept` is for how many seconds a repeated request gets the first answer, 0 for not at all.
    """

    __slots__ = (
        "doc", "function", "kept", "methods", "name", "owner", "parameters", "path", "public", "takes_rest",
    )  # fmt: skip

    methods: tuple[str, ...]
    path: str
    name: str
    owner: str
    parameters: tuple[Parameter, ...]
    takes_rest: bool
    public: bool
    doc: str | None
    function: Callable[..., Any]
    kept: int

    def __init__(
        self,
        methods: tuple[str, ...],
        path: str,
        name: str,
        owner: str,
        parameters: tuple[Parameter, ...],
        takes_rest: bool,
        public: bool,
        doc: str | None,
        function: Callable[..., Any],
        kept: int = 0,
    ) -> None:
        self._hold(
            methods=methods,
            path=path,
            name=name,
            owner=owner,
            parameters=parameters,
            takes_rest=takes_rest,
            public=public,
            doc=doc,
            function=function,
            kept=kept,
        )

    def replaced(self, *, path: str | None = None, public: bool | None = None) -> Entry:
        """The same entry at another address, or with another say on who may call it."""
        return Entry(
            self.methods,
            self.path if path is None else path,
            self.name,
            self.owner,
            self.parameters,
            self.takes_rest,
            self.public if public is None else public,
            self.doc,
            self.function,
            self.kept,
        )

    @property
    def label(self) -> str:
        return f"{self.owner}.{self.name}"


class Options(Record):
    """What `@entry` was given: None leaves it to the name."""

    __slots__ = ("idempotent", "methods", "path", "public")

    path: str | None
    methods: tuple[str, ...] | None
    public: bool | None
    idempotent: bool | int

    def __init__(
        self,
        path: str | None = None,
        methods: tuple[str, ...] | None = None,
        public: bool | None = None,
        idempotent: bool | int = False,
    ) -> None:
        self._hold(path=path, methods=methods, public=public, idempotent=idempotent)


@overload
def entry(function: F, /) -> F: ...


@overload
def entry(  # noqa: F811 - an overload, which the linter knows from `typing` alone
    *,
    path: str | None = None,
    methods: str | Iterable[str] | None = None,
    public: bool | None = None,
    idempotent: bool | int = False,
) -> Callable[[F], F]: ...


def entry(  # noqa: F811 - see above
    function: Callable[..., Any] | None = None,
    /,
    *,
    path: str | None = None,
    methods: str | Iterable[str] | None = None,
    public: bool | None = None,
    idempotent: bool | int = False,
) -> Any:
    """Makes a method an entry, or overrides what its name says.

    `path` is a template (`"/content/{bucket}/{key}"`), `methods` one HTTP method or several, `public`
    whether the entry needs no authorisation. A method whose name starts with no verb answers GET unless
    told otherwise. `idempotent` keeps the answer for a day (True) or for so many seconds: a request that
    comes again with the same `Idempotency-Key` gets it, and the method is not called (`idempotency.py`).
    """
    several = (methods,) if isinstance(methods, str) else methods
    options = Options(path, tuple(several) if several is not None else None, public, idempotent)

    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        setattr(function, _OPTIONS, options)
        return function

    return mark if function is None else mark(function)


def options_of(function: object) -> Options | None:
    """What `@entry` was given on this method, None when it has no `@entry`."""
    return getattr(function, _OPTIONS, None)


def is_entry_name(name: str) -> bool:
    return name.split("_", 1)[0] in VERBS


def read_entry(owner: str, name: str, function: FunctionType, public: bool) -> Entry:
    """The entry a method declares; `public` is the service's. Raises `DefinitionError`."""
    label = f"{owner}.{name}"
    options = options_of(function) or Options()
    signature = read_signature(label, function)
    verb, words = _verb_and_words(name)
    path = _path(label, options, words, signature)
    variables = tuple(segment.text for segment in parse_template(label, path) if segment.is_variable)
    _check_variables(label, path, variables, signature)
    return Entry(
        methods=_methods(label, options, verb),
        path=path,
        name=name,
        owner=owner,
        parameters=_parameters(function, signature, variables),
        takes_rest=signature.takes_rest,
        public=public if options.public is None else options.public,
        doc=function.__doc__,
        function=function,
        kept=_kept(label, options.idempotent),
    )


def _kept(label: str, idempotent: bool | int) -> int:
    if type(idempotent) not in (bool, int) or idempotent < 0:
        raise DefinitionError(
            f"{label} is idempotent={idempotent!r}",
            hint="write True, or for how many seconds an answer is kept",
        )
    return _DAY if idempotent is True else int(idempotent)


def _verb_and_words(name: str) -> tuple[str | None, list[str]]:
    """`get_x_y_` is the verb `get` and the words x and y: underscores around and between only separate."""
    words = [word for word in name.split("_") if word]
    return (words[0], words[1:]) if words[0] in VERBS else (None, words)


def _path(label: str, options: Options, words: Sequence[str], signature: Signature) -> str:
    if options.path is not None:
        path = "/" + options.path.removeprefix("/").removesuffix("/")
    else:
        path = "/" + "/".join([*words, *(f"{{{name}}}" for name in signature.required)])
    parse_template(label, path)
    return path


def _check_variables(label: str, path: str, variables: tuple[str, ...], signature: Signature) -> None:
    known = {*signature.positional, *signature.keyword_only}
    for name in variables:
        if name in (BODY, signature.receiver):
            raise DefinitionError(
                f"{label} has {name!r} in its path {path}, which is no path variable",
                hint="give it another name",
            )
        if name not in known and not signature.takes_rest:
            raise DefinitionError(
                f"{label} has {{{name}}} in its path {path} but no parameter {name!r}",
                hint=did_you_mean(name, known)
                or f"add the parameter: def {label.split('.')[-1]}(self, {name})",
            )


def _methods(label: str, options: Options, verb: str | None) -> tuple[str, ...]:
    if options.methods is None:
        return ((verb or "get").upper(),)
    if not options.methods:
        raise DefinitionError(f"{label} has no method in @entry", hint='write methods="GET", or leave it out')
    methods = tuple(dict.fromkeys(str(method).upper() for method in options.methods))
    for method in methods:
        if method not in METHODS:
            raise DefinitionError(
                f"{label} has no HTTP method {method!r}", hint=did_you_mean(method, METHODS)
            )
    return methods


def _parameters(
    function: Callable[..., Any], signature: Signature, variables: tuple[str, ...]
) -> tuple[Parameter, ...]:
    annotations = annotations_of(function)
    names = [*signature.positional, *signature.keyword_only]
    # The variables that **kwargs takes are no parameters in the signature, but they are for the caller.
    names += [name for name in variables if name not in names]
    return tuple(
        Parameter(
            name=name,
            source=_source(name, variables, signature),
            required=name in variables or name not in signature.defaults,
            default=signature.defaults.get(name),
            annotation=annotations.get(name),
        )
        for name in names
    )


def _source(name: str, variables: tuple[str, ...], signature: Signature) -> Source:
    if name in variables:
        return "path"
    # A keyword-only parameter is always a name among the others, even this one: a mail has a body of its own.
    return "body" if name == BODY and name in signature.positional else "query-or-body"
