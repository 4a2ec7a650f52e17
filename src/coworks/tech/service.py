"""`TechMicroService` and `Blueprint`: the two classes that declare entries."""

from __future__ import annotations

from coworks.errors import DefinitionError
from coworks.tech.cors import CORSConfig, config_of
from coworks.tech.declaration import Frame, check_routes, hidden, mounted, service_name, with_default_public
from coworks.tech.dispatch import Dispatcher
from coworks.tech.events import door_of
from coworks.tech.hooks import Hooks
from coworks.tech.request import current_request
from coworks.tech.router import Router

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, ClassVar, Self

    from coworks.tech.entries import Entry
    from coworks.tech.hooks import Middleware
    from coworks.tech.request import Request


class Blueprint:
    """Entries that several services may have, declared as a service declares its own.

    `app.register_blueprint(Admin(), url_prefix="/admin")` puts them below `/admin`. `public` says whether
    they need no authorisation; None leaves it to the service.
    """

    public: bool | None = None
    entries: tuple[Entry, ...] = ()

    __app: TechMicroService | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.entries = _BLUEPRINT.read(cls, bool(cls.public))

    @property
    def app(self) -> TechMicroService:
        """The service this blueprint is registered on; raises `DefinitionError` before."""
        if self.__app is None:
            raise DefinitionError(
                f"{type(self).__name__} is registered on no service", hint="app.register_blueprint(...) first"
            )
        return self.__app

    @property
    def current_request(self) -> Request:
        """The request being answered; raises `CoWorksError` outside of one."""
        return current_request()

    def _join(self, app: TechMicroService) -> None:
        if self.__app is not None:
            raise DefinitionError(
                f"this {type(self).__name__} is registered already",
                hint="register another instance of the class",
            )
        self.__app = app

    @classmethod
    def _entries_for(cls, service: type[TechMicroService]) -> tuple[Entry, ...]:
        """The entries as this service has them: it decides on `public` where the blueprint does not."""
        return cls.entries if cls.public is not None else with_default_public(cls.entries, service.public)


class TechMicroService(Hooks):
    """A technical service: subclass it, name methods after routes, and the instance is the Lambda handler.

        class SimpleMicroService(TechMicroService):

            def get(self):
                return "Simple microservice ready.\\n"

        app = SimpleMicroService()

    `public = True` opens all entries to everybody; `name` is what the project calls the service (by default
    it comes from the class); `cors` lets pages of other sites call it (`CORSConfig`); `blueprints` and
    `middleware` declare what `register_blueprint` and `register_middleware` add. `event_patterns` are the
    patterns of EventBridge for what `on_event` receives, `topics` those of SNS for `on_notification`, each
    with its filter policy, {} for none, `buckets` those of S3 for `on_object`, each with the `prefix` and the
    `suffix` of the keys. `entries` tells what the service answers: on the class what it
    declares, on an instance all of it.
    """

    public: bool = False
    name: str = ""
    cors: bool | CORSConfig = False
    blueprints: ClassVar[Mapping[str, type[Blueprint]]] = {}
    middleware: ClassVar[Sequence[Middleware]] = ()
    event_patterns: ClassVar[Sequence[Mapping[str, Any]]] = ()
    topics: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    buckets: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    entries: tuple[Entry, ...] = ()

    __own: tuple[Entry, ...] = ()
    __dispatcher: Dispatcher
    __routes: tuple[tuple[Entry, Callable[..., Any]], ...]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__own = entries = _SERVICE.read(cls, cls.public)
        for prefix, blueprint in cls.blueprints.items():
            entries += mounted(blueprint._entries_for(cls), prefix)
        check_routes(entries)
        cls.entries = entries
        if "name" not in vars(cls):
            cls.name = service_name(cls.__name__)

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        # Made here, so that a service with an `__init__` of its own need not call `super().__init__()`.
        if (args or kwargs) and cls.__init__ is object.__init__:
            raise TypeError(f"{cls.__name__}() takes no arguments")
        self = super().__new__(cls)
        vars(self)["entries"] = ()
        self.__routes = ()
        self.__dispatcher = Dispatcher(self, Router(), config_of(cls.cors))
        self.__mount(cls.__own, self)
        for prefix, blueprint in cls.blueprints.items():
            self.register_blueprint(blueprint(), url_prefix=prefix)
        self.register_middleware(*cls.middleware)
        return self

    def __call__(self, event: Any, context: Any = None) -> Any:
        """Answers an event of any door: this is the handler that AWS Lambda calls.

        Raises `UnknownEventError` for an event of no door; for an order, the error it failed with.
        """
        return door_of(event).answer(event, context, self.__dispatcher)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _SERVICE.reserved and name != "name":
            raise hidden(type(self).__name__, name)
        super().__setattr__(name, value)

    @property
    def current_request(self) -> Request:
        """The request being answered; raises `CoWorksError` outside of one."""
        return current_request()

    @property
    def has_auth(self) -> bool:
        """Whether the service has an `auth` of its own."""
        return self.__dispatcher.has_auth

    @property
    def is_open(self) -> bool:
        """Whether anybody may call an entry not declared public: no `auth`, and no `public = True`."""
        return not self.has_auth and any(not entry.public for entry in self.entries)

    def register_blueprint(self, blueprint: Blueprint, *, url_prefix: str = "") -> None:
        """Adds the entries of a blueprint below `url_prefix`; raises `DefinitionError` when they collide."""
        entries = mounted(blueprint._entries_for(type(self)), url_prefix)
        check_routes((*self.entries, *entries))
        blueprint._join(self)
        self.__mount(entries, blueprint)

    def register_middleware(self, *middleware: Middleware) -> None:
        """Puts callables `(request, call_next) -> Response` around all that is answered, outermost first."""
        self.__dispatcher.add_middleware(*middleware)

    def __mount(self, entries: tuple[Entry, ...], owner: object) -> None:
        self.__routes += tuple((entry, getattr(owner, entry.name)) for entry in entries)
        router = Router()
        for entry, call in self.__routes:
            router.add(entry, call)
        # A whole new router, set at once: requests in other threads see the old one or this one.
        self.__dispatcher.router = router
        self.__dispatcher.entries = vars(self)["entries"] = tuple(entry for entry, _ in self.__routes)


_HOOKS = [name for name in vars(Hooks) if not name.startswith("_")]
_SETTINGS = ["public", "name", "cors", "blueprints", "middleware", "event_patterns", "topics", "buckets"]
_BLUEPRINT = Frame(Blueprint, settings=["public"])
_SERVICE = Frame(TechMicroService, hooks=_HOOKS, settings=_SETTINGS)
