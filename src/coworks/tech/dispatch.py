"""From a `Request` to a `Response`: route, authorisation, hooks, the entry, and errors on the way."""

from __future__ import annotations

import logging
import threading
import time
from importlib import import_module

from coworks.tech.auth import as_auth_response, auth_request_of, granted, permitted
from coworks.tech.cors import is_of_chalice, kept_headers
from coworks.tech.hooks import Hooks
from coworks.tech.http_errors import HTTPError
from coworks.tech.logs import calls, log_call, set_up
from coworks.tech.problems import is_told_to_the_caller, problem
from coworks.tech.request import CURRENT
from coworks.tech.responses import AnswerError, Response, as_response, content_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from coworks.tech.auth import AuthRequest
    from coworks.tech.cors import CORSConfig
    from coworks.tech.entries import Entry
    from coworks.tech.grants import AuthResponse
    from coworks.tech.hooks import CallNext, Middleware
    from coworks.tech.request import Request
    from coworks.tech.router import Route, Router

log = logging.getLogger("coworks.tech")

_INFO = logging.INFO

# What most entries return, and is the body of a 200 at once.
_BODIES = frozenset((dict, list, str))


class Dispatcher:
    """Answers the requests of one service. An error never leaves it: it is in `Response.error`."""

    def __init__(self, hooks: Hooks, router: Router, cors: CORSConfig | None = None) -> None:
        self.router = router
        self.entries: tuple[Entry, ...] = ()
        self.hooks = hooks
        self.cors = cors
        self.has_auth = type(hooks).auth is not Hooks.auth
        # A hook that nobody wrote is not called.
        self._before = None if type(hooks).before_request is Hooks.before_request else hooks.before_request
        self._after = None if type(hooks).after_request is Hooks.after_request else hooks.after_request
        self._middleware: tuple[Middleware, ...] = ()
        self._started = False
        self._lock = threading.Lock()
        self._chain: CallNext = self._answer
        self.add_middleware()

    def respond(self, request: Request) -> Response:
        """The answer to a request, which is the current one of this thread meanwhile."""
        token = CURRENT.set(request)
        try:
            response = self._logged(request) if calls.isEnabledFor(_INFO) else self._chain(request)
            return _without_body(response) if request.method == "HEAD" else response
        finally:
            CURRENT.reset(token)

    def _logged(self, request: Request) -> Response:
        started = time.perf_counter()
        response = self._chain(request)
        log_call(request, response, time.perf_counter() - started)
        return response

    def add_middleware(self, *middleware: Middleware) -> None:
        """Puts callables around all that is answered; the first one is the outermost."""
        self._middleware += middleware
        chain: CallNext = self._answer
        for each in reversed(self._middleware):
            chain = self._around(each, chain)
        self._chain = chain if self.cors is None else self._with_cors(self.cors, chain)

    def refuse(self, error: HTTPError, origin: str) -> Response:
        """The answer to an event that makes no request."""
        response = problem(error)
        return response if self.cors is None else self.cors.applied(response, origin)

    def is_public(self, request: Request) -> bool:
        """Whether `auth` has no say here: a public entry, a preflight, a service without `auth`."""
        if self.cors is not None and request.method == "OPTIONS" and self.router.methods_at(request.segments):
            return True
        try:
            entry = self.router.find(request).entry
        except HTTPError:
            return False
        return entry.public or not self.has_auth

    def authorise(self, request: Request, auth_request: AuthRequest) -> AuthResponse:
        """What the service's own `auth` says when a gateway asks, in its long form."""
        token = CURRENT.set(request)
        try:
            return as_auth_response(self.started().auth(auth_request))
        finally:
            CURRENT.reset(token)

    def started(self) -> Hooks:
        """The service, ready to receive: `before_first_request` has run."""
        if not self._started:
            self._start()
        return self.hooks

    def _with_cors(self, cors: CORSConfig, call_next: CallNext) -> CallNext:
        def call(request: Request) -> Response:
            if request.is_order:
                return call_next(request)
            origin = _header(request, "origin")
            if request.method == "OPTIONS" and (methods := self.router.methods_at(request.segments)):
                asks = _header(request, "access-control-request-method")
                if asks or "OPTIONS" not in methods:
                    return cors.preflight(origin, methods, _header(request, "access-control-request-headers"))
            return cors.applied(call_next(request), origin)

        return call

    def _around(self, middleware: Middleware, call_next: CallNext) -> CallNext:
        def call(request: Request) -> Response:
            try:
                return _answer_of(middleware, middleware(request, call_next))
            except Exception as error:  # noqa: BLE001 - any error of users' code is an answer
                return self._failure(request, error)

        return call

    def _answer(self, request: Request) -> Response:
        try:
            answer = self._call_entry(request)
            response = Response(answer) if type(answer) in _BODIES else _response_of(answer)
        except Exception as error:  # noqa: BLE001 - any error of users' code is an answer
            response = self._failure(request, error)
        if self._after is None:
            return response
        try:
            return self._after(request, response) or response
        except Exception as error:  # noqa: BLE001 - any error of users' code is an answer
            return self._failure(request, error)

    def _call_entry(self, request: Request) -> Any:
        if not self._started:
            self._start()
        route = self.router.find(request)
        request.entry = route.entry
        request.variables = route.plan.variables
        if not route.entry.public:
            request.auth = self._authorisation(request)
        answer = None if self._before is None else self._before(request)
        if answer is None:
            arguments = route.plan.bind(request)
            if route.entry.kept:
                return self._once(request, route, arguments)
            return route.call(**arguments)
        return answer

    def _once(self, request: Request, route: Route, arguments: dict[str, Any]) -> Response:
        # Few services remember what they answered: its rooms are loaded by the first entry that does.
        once = import_module("coworks.tech.idempotency").once
        response: Response = once(
            self.hooks.name, request, route.entry, lambda: _response_of(route.call(**arguments))
        )
        return response

    def _start(self) -> None:
        with self._lock:
            if not self._started:
                set_up(self.hooks.name)
                self.hooks.before_first_request()
                self._started = True

    def _authorisation(self, request: Request) -> AuthResponse | None:
        if request.auth is not None:
            # A gateway compares addresses in its own way and keeps answers: the routes are compared here.
            return permitted(request.auth, request)
        if request.is_order or not self.has_auth:
            return None
        return granted(self.hooks.auth(auth_request_of(request)), request)

    def _failure(self, request: Request, error: Exception) -> Response:
        """The answer to an error: what `handle_exception` makes of it, else its problem."""
        try:
            answer = self.hooks.handle_exception(request, error)
            if answer is not None:
                return _response_of(answer)
        except Exception as raised:  # noqa: BLE001 - the hook may raise a better error, or fail itself
            error = raised
        # An order raises the error to its caller, who sees it whole: it is not told twice.
        if not request.is_order and not is_told_to_the_caller(error):
            log.error("%s %s failed", request.method, request.path, exc_info=error)
        return problem(error)


def _answer_of(middleware: Middleware, answer: object) -> Response:
    if answer is None:
        name = getattr(middleware, "__qualname__", type(middleware).__name__)
        raise AnswerError(f"the middleware {name} returned nothing", hint="return call_next(request)")
    return _response_of(answer)


def _response_of(answer: Any) -> Response:
    """The response that a returned value stands for; Chalice's `Response` is told by its name."""
    if is_of_chalice(answer, "Response"):
        return Response(answer.body, answer.status_code, answer.headers)
    return as_response(answer)


def _header(request: Request, name: str) -> str:
    """A header, "" when it is not there or the headers are none."""
    try:
        value: str = request.headers.get(name, "")
    except HTTPError:
        return ""
    return value


def _without_body(response: Response) -> Response:
    """The answer to HEAD: the headers that GET would send, and no body."""
    try:
        _, content_type = content_of(response.body)
    except AnswerError as error:
        log.error("%s", error.explain(), exc_info=error)
        return Response(None, 500, kept_headers(response.headers), error=error)
    headers = dict(response.headers)
    if content_type and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = content_type
    return Response(None, response.status, headers, error=response.error)
