"""An Odoo for the tests: speaks XML-RPC, JSON-2 and the session of reports, as documented.

It can be tried by hand, for the sample `office`: `python -m tests.catalog.odoo_server --port 8069`.
"""

from __future__ import annotations

import argparse
import json
import operator
import threading
import xmlrpc.client
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SLOW = -1
LONG = 30.0
"""Seconds that a slow answer takes; longer than anybody waits."""

TRACEBACK = "Traceback (most recent call last):\n  File '/odoo/models.py', line 1\n"


class OdooFailureError(Exception):
    """`status` is that of JSON-2, `code` that of XML-RPC."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le,
    ">=": operator.ge, "in": lambda value, several: value in several,
    "not in": lambda value, several: value not in several,
    "ilike": lambda value, part: part.lower() in str(value).lower(),
}  # fmt: skip


def matches(record: dict[str, Any], domain: list[Any]) -> bool:
    """A domain in prefix notation; terms without an operator between them must all hold."""
    stack: list[bool] = []
    for term in reversed(domain):
        if term == "!":
            stack.append(not stack.pop())
        elif term in ("&", "|"):
            one, other = stack.pop(), stack.pop()
            stack.append((one and other) if term == "&" else (one or other))
        else:
            name, sign, value = term
            stack.append(_OPERATORS[sign](record.get(name, False), value))
    return all(stack)


class Model:
    """Records of one model, by their ids; each has what `needed` names."""

    needed = "name"

    def __init__(self) -> None:
        self.records: dict[int, dict[str, Any]] = {}

    def create(self, vals_list: list[dict[str, Any]], **_: Any) -> list[int]:
        if not all(values.get(self.needed) for values in vals_list):
            raise OdooFailureError(422, 2, f"A {self.needed} is required")
        ids = []
        for values in vals_list:
            ids.append(max(self.records, default=0) + 1)
            self.records[ids[-1]] = {"id": ids[-1], "active": True, **self.defaults(ids[-1]), **values}
        return ids

    def defaults(self, identity: int) -> dict[str, Any]:
        return {}

    def read(self, ids: list[int], fields: list[str] | None = None, **_: Any) -> list[dict[str, Any]]:
        if missing := [one for one in ids if one not in self.records]:
            raise OdooFailureError(404, 2, f"Record does not exist or has been deleted. (Records: {missing})")
        return [
            {
                name: value
                for name, value in self.records[one].items()
                if not fields or name in (*fields, "id")
            }
            for one in ids
        ]

    def search_read(
        self,
        domain: list[Any],
        fields: list[str] | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str = "id",
        **_: Any,
    ) -> list[dict[str, Any]]:
        name, _space, way = order.partition(" ")
        found = [record for record in self.records.values() if matches(record, domain)]
        found.sort(key=lambda record: record[name], reverse=way == "desc")
        return self.read([one["id"] for one in found[offset:][:limit]], fields)

    def search_count(self, domain: list[Any], **_: Any) -> int:
        return len(self.search_read(domain))

    def write(self, ids: list[int], vals: dict[str, Any], **_: Any) -> bool:
        self.read(ids)
        for one in ids:
            self.records[one] |= vals
        return True

    def unlink(self, ids: list[int], **_: Any) -> bool:
        self.read(ids)
        for one in ids:
            del self.records[one]
        return True

    def fields_get(self, attributes: list[str] | None = None, **_: Any) -> dict[str, Any]:
        return {"name": {"type": "char", "string": "Name"}}


class Partners(Model):
    """The model res.partner, with three partners, the first of whom nobody may delete."""

    def __init__(self) -> None:
        super().__init__()
        self.create([{"name": name} for name in ("Ada", "Bob", "Zoë ✓")])

    def unlink(self, ids: list[int], **named: Any) -> bool:
        if 1 in ids:
            raise OdooFailureError(403, 4, "You are not allowed to delete this partner")
        return super().unlink(ids, **named)

    def notify(self, ids: list[int], **_: Any) -> None:
        """A method that answers nothing."""

    def told_context(self, context: dict[str, Any] | None = None, **_: Any) -> Any:
        return context

    def crash(self, **_: Any) -> None:
        raise OdooFailureError(500, 1, TRACEBACK + "ZeroDivisionError: division by zero")

    def told_number(self, number: int, **_: Any) -> int:
        return number


class Orders(Model):
    """The model sale.order: quotations that are confirmed or cancelled."""

    needed = "partner_id"

    def defaults(self, identity: int) -> dict[str, Any]:
        return {"name": f"S{identity:05}", "state": "draft"}

    def action_confirm(self, ids: list[int], **_: Any) -> bool:
        return self.write(ids, {"state": "sale"})

    def action_cancel(self, ids: list[int], **_: Any) -> bool:
        return self.write(ids, {"state": "cancel"})


class Odoo:
    """`plan` holds what happens to the next requests: a status to answer, SLOW, or None."""

    def __init__(self, version: int, port: int = 0) -> None:
        self.version = version
        self.partners, self.orders = Partners(), Orders()
        self.models: dict[str, Model] = {"res.partner": self.partners, "sale.order": self.orders}
        self.stopping = threading.Event()
        self.has_maintenance = False
        self.plan: list[int | None] = []
        self.asked: list[str] = []
        self.logins = 0
        self.uid = 2
        self.sessions: set[str] = set()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answer(self, b"")

            def do_POST(self) -> None:
                server.answer(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *_: object) -> None:
                return

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, http: BaseHTTPRequestHandler, body: bytes) -> None:
        self.asked.append(http.path)
        status, headers, content = self._answered(http, body)
        http.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            http.send_header(name, value)
        http.end_headers()
        http.wfile.write(content)

    def _answered(self, http: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, str], bytes]:
        planned = self.plan.pop(0) if self.plan else None
        if planned == SLOW:
            self.stopping.wait(LONG)
        elif planned is not None:
            return planned, {"Content-Type": "text/html"}, b"<h1>Bad Gateway</h1>"
        if http.path.startswith("/xmlrpc/2/"):
            return 200, {"Content-Type": "text/xml"}, self._xmlrpc(http.path, body)
        if http.path.startswith("/json/2/") and self.version >= 19:
            return self._json2(http, body)
        if http.path == "/web/version" and self.version >= 19:
            told = {"version": f"{self.version}.0", "version_info": [self.version, 0, 0, "final", 0, ""]}
            return 200, {"Content-Type": "application/json"}, json.dumps(told).encode()
        if http.path == "/web/session/authenticate":
            return self._open_session(body)
        if http.path.startswith("/report/pdf/"):
            return self._report(http)
        return 404, {"Content-Type": "text/html"}, b"<h1>Not Found</h1>"

    def _run(self, model: str, method: str, args: list[Any], named: dict[str, Any]) -> Any:
        if model not in self.models or not hasattr(self.models[model], method):
            raise OdooFailureError(404, 2, f"the model {model!r} or its method does not exist")
        return getattr(self.models[model], method)(*args, **named)

    def _xmlrpc(self, path: str, body: bytes) -> bytes:
        params: Any = xmlrpc.client.loads(body.decode())[0]
        try:
            result: Any = self._authenticate(*params) if path.endswith("common") else self._execute(*params)
            return xmlrpc.client.dumps((result,), methodresponse=True).encode()
        except OdooFailureError as failure:
            fault = xmlrpc.client.Fault(failure.code, failure.message)
        except (TypeError, OverflowError) as error:
            fault = xmlrpc.client.Fault(1, f"{TRACEBACK}{type(error).__name__}: {error}")
        return xmlrpc.client.dumps(fault).encode()

    def _authenticate(self, database: str, user: str, secret: str, _: Any) -> Any:
        self.logins += 1
        return self.uid if (database, user) == ("shop", "ada") and secret in ("secret", "key") else False

    def _execute(
        self, database: str, uid: int, secret: str, model: str, method: str, args: Any, named: Any = None
    ) -> Any:
        if uid != self.uid or secret not in ("secret", "key"):
            raise OdooFailureError(403, 3, "Access Denied")
        return self._run(model, method, args, named or {})

    def _json2(self, http: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, str], bytes]:
        _, _, _, model, method = http.path.split("/")
        status, told = 200, None
        try:
            if http.headers["Authorization"] != "bearer key" or http.headers["X-Odoo-Database"] != "shop":
                raise OdooFailureError(401, 3, "Invalid apikey")
            told = self._run(model, method, [], json.loads(body))
        except OdooFailureError as failure:
            message = failure.message.removeprefix(TRACEBACK)
            status, told = failure.status, {"name": "odoo.Error", "message": message, "debug": TRACEBACK}
        return status, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(told).encode()

    def _open_session(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if self.has_maintenance:
            return 200, {"Content-Type": "text/html"}, b"<h1>Back soon</h1>"
        asked = json.loads(body)["params"]
        kind = {"Content-Type": "application/json"}
        if (asked["db"], asked["login"], asked["password"]) != ("shop", "ada", "secret"):
            return 200, kind, json.dumps({"error": {"message": "Access Denied"}}).encode()
        self.logins += 1
        self.sessions = {f"session{self.logins}"}
        cookie = {"Set-Cookie": f"session_id=session{self.logins}; Path=/; HttpOnly"}
        return 200, kind | cookie, b'{"result": {"uid": 2}}'

    def _report(self, http: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        if http.headers["Cookie"].partition("=")[2] not in self.sessions:
            return 303, {"Location": "/web/login?redirect=x"}, b""
        if "sale.report" not in http.path:
            return 404, {"Content-Type": "text/html"}, b"<h1>Not Found</h1>"
        return 200, {"Content-Type": "application/pdf"}, b"%PDF " + http.path.encode()


def main() -> None:
    """Serve an Odoo 18 until Ctrl-C; the user ada of the database shop has the password "secret"."""
    parser = argparse.ArgumentParser(prog="python -m tests.catalog.odoo_server", description=main.__doc__)
    parser.add_argument("--port", type=int, default=8069)
    server = Odoo(18, parser.parse_args().port)
    print(f"an Odoo for trials runs at {server.url}; Ctrl-C ends it", flush=True)
    try:
        server.stopping.wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()


if __name__ == "__main__":
    main()
