"""From a `Request` to a `Response`: route, authorisation, hooks, the entry, and errors on the way."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from coworks.tech.auth import auth_request_of, granted
from coworks.tech.hooks import Hooks
from coworks.tech.problems import is_told_to_the_caller, problem
from coworks.tech.request import CURRENT
from coworks.tech.responses import AnswerError, Response, as_response, content_of

if TYPE_CHECKING:
    from coworks.tech.auth import AuthRequest
    from coworks.tech.grants import AuthResponse
    from coworks.tech.hooks import CallNext, Middleware
    from coworks.tech.request import Request
    from coworks.tech.router import Router

log = logging.getLogger("coworks.tech")


class Dispatcher:
    """Answers the requests of one service. An error never leaves it: it is in `Response.error`."""

    def __init__(self, hooks: Hooks, router: Router) -> None:
        self.router = router
        self.hooks = hooks
        self.has_auth = type(hooks).auth is not Hooks.auth
        self._middleware: tuple[Middleware, ...] = ()
        self._chain: CallNext = self._answer
        self._started = False
        self._lock = threading.Lock()

    def respond(self, request: Request) -> Response:
        """The answer to a request, which is the current one of this thread meanwhile."""
        token = CURRENT.set(request)
        try:
            response = self._chain(request)
            return _without_body(response) if request.method == "HEAD" else response
        finally:
            CURRENT.reset(token)

    def add_middleware(self, *middleware: Middleware) -> None:
        """Puts callables around all that is answered; the first one is the outermost."""
        self._middleware += middleware
        chain: CallNext = self._answer
        for each in reversed(self._middleware):
            chain = self._around(each, chain)
        self._chain = chain

    def authorise(self, auth_request: AuthRequest) -> object:
        """What the service's own `auth` says, as it says it."""
        return self.hooks.auth(auth_request)

    def _around(self, middleware: Middleware, call_next: CallNext) -> CallNext:
        def call(request: Request) -> Response:
            try:
                return _answer_of(middleware, middleware(request, call_next))
            except Exception as error:  # noqa: BLE001 - any error of users' code is an answer
                return self._failure(request, error)

        return call

    def _answer(self, request: Request) -> Response:
        try:
            response = self._call_entry(request)
        except Exception as error:  # noqa: BLE001 - any error of users' code is an answer
            response = self._failure(request, error)
        try:
            return self.hooks.after_request(request, response) or response
        except Exception as error:  # noqa: BLE001 - any error of users' code is an answer
            return self._failure(request, error)

    def _call_entry(self, request: Request) -> Response:
        if not self._started:
            self._start()
        route = self.router.find(request)
        request.entry = route.entry
        if not route.entry.public and request.auth is None:
            request.auth = self._authorisation(request)
        answer = self.hooks.before_request(request)
        if answer is None:
            answer = route.call(**route.plan.bind(request))
        return as_response(answer)

    def _start(self) -> None:
        with self._lock:
            if not self._started:
                self.hooks.before_first_request()
                self._started = True

    def _authorisation(self, request: Request) -> AuthResponse | None:
        if request.is_order or not self.has_auth:
            return None
        return granted(self.authorise(auth_request_of(request)), request)

    def _failure(self, request: Request, error: Exception) -> Response:
        """The answer to an error: what `handle_exception` makes of it, else its problem."""
        try:
            answer = self.hooks.handle_exception(request, error)
            if answer is not None:
                return as_response(answer)
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
    return as_response(answer)


def _without_body(response: Response) -> Response:
    """The answer to HEAD: the headers that GET would send, and no body."""
    try:
        _, content_type = content_of(response.body)
    except AnswerError as error:
        log.error("%s", error.explain(), exc_info=error)
        return Response(None, 500, error=error)
    headers = dict(response.headers)
    if content_type and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = content_type
    return Response(None, response.status, headers, error=response.error)
