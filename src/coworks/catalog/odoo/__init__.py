"""The predefined Odoo service: reads and writes the records of an ERP, calls its methods, prints its reports.

    settings.py (environment)  calls.py -> json2.py | xmlrpc.py -> transport.py    reports.py (a web session)

Configuration, from the environment: `ODOO_URL` (required), `ODOO_DATABASE`, `ODOO_USER`, `ODOO_PASSWORD` or
`ODOO_API_KEY`, `ODOO_TIMEOUT` (20 seconds) and `ODOO_PROTOCOL`: "json2" (Odoo 19 and later), "xmlrpc" (up to
18), or "auto", which asks Odoo when there is a key. Standard library only.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, ClassVar

from coworks.catalog.odoo.calls import READS, Call
from coworks.catalog.odoo.errors import (
    OdooAccessError,
    OdooFaultError,
    OdooMissingError,
    OdooRefusedError,
    OdooUnavailableError,
)
from coworks.catalog.odoo.json2 import Json2, is_spoken
from coworks.catalog.odoo.reports import Reports
from coworks.catalog.odoo.settings import Settings
from coworks.catalog.odoo.xmlrpc import XmlRpc
from coworks.tech import BadRequestError, ConflictError, Response, TechMicroService, entry

if TYPE_CHECKING:
    from coworks.catalog.odoo.calls import Caller
    from coworks.tech import AuthRequest

__all__ = [
    "OdooAccessError",
    "OdooFaultError",
    "OdooMicroService",
    "OdooMissingError",
    "OdooRefusedError",
    "OdooUnavailableError",
]

REQUIRES: tuple[str, ...] = ()


class OdooMicroService(TechMicroService):
    """The records of Odoo. Workflows and other services may give it orders; HTTP is closed.

    An open one would let everybody act as the user of Odoo. To open it, inherit and say in `auth` who may.
    """

    read_attempts: ClassVar[int] = 3
    """How often a read is tried when Odoo does not answer; what writes is tried once."""
    pause: ClassVar[float] = 0.2
    """Seconds before the second attempt; each further one waits twice as long."""

    _caller: Caller | None = None
    _reports: Reports | None = None

    def auth(self, auth_request: AuthRequest) -> bool:
        """Nobody, by HTTP."""
        return False

    def post_search(
        self,
        model: str,
        *,
        domain: list[Any] | None = None,
        fields: list[str] | None = None,
        order: str = "",
        limit: int = 100,
        offset: int = 0,
        ensure_one: bool = False,
        context: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The records of a model that a domain finds: `{"records": [...], "next_offset": 100}`.

        `domain` is Odoo's (`[["state", "=", "sale"]]`), `order` too (`"name desc"`). `next_offset` is the
        offset of the next page, None after the last. With `ensure_one` the answer is `{"record": {...}}`, and
        another number of records than one is an error.

        Raises OdooMissingError, ConflictError, OdooAccessError, OdooRefusedError, OdooUnavailableError.
        """
        if limit < 1 or offset < 0:
            raise BadRequestError("limit must be at least 1, and offset at least 0")
        size = 2 if ensure_one else limit + 1
        params: dict[str, Any] = {"domain": domain or [], "limit": size, "offset": offset}
        params |= {"fields": fields} if fields else {}
        params |= {"order": order} if order else {}
        found = self._call(Call(model, "search_read", None, _with(params, context), ("domain",)))
        if ensure_one:
            return {"record": _one(model, found)}
        return {"records": found[:limit], "next_offset": offset + limit if len(found) > limit else None}

    def post_count(
        self, model: str, *, domain: list[Any] | None = None, context: dict[str, Any] | None = None
    ) -> dict[str, int]:
        """How many records of a model a domain finds: `{"count": 3}`."""
        params = _with({"domain": domain or []}, context)
        return {"count": self._call(Call(model, "search_count", None, params, ("domain",)))}

    def get_record(self, model: str, id: int, *, fields: list[str] | None = None) -> dict[str, Any]:  # noqa: A002 - the word of Odoo
        """One record, by its id. Raises OdooMissingError when there is none."""
        found = self._call(Call(model, "read", (id,), {"fields": fields} if fields else {}))
        return _one(model, found)

    @entry(path="/record/{model}", methods="POST")
    def create(
        self,
        model: str,
        *,
        values: dict[str, Any] | list[dict[str, Any]],
        context: dict[str, Any] | None = None,
    ) -> tuple[dict[str, list[int]], int]:
        """Create a record, or several from a list of values: `{"ids": [7]}`. Raises OdooRefusedError."""
        several = values if isinstance(values, list) else [values]
        params = _with({"vals_list": several}, context)
        return {"ids": self._call(Call(model, "create", None, params, ("vals_list",)))}, 201

    @entry(path="/record/{model}", methods="PATCH")
    def write(
        self, model: str, *, ids: list[int], values: dict[str, Any], context: dict[str, Any] | None = None
    ) -> dict[str, bool]:
        """Give records these values: `{"done": true}`. Raises OdooMissingError, OdooRefusedError."""
        params = _with({"vals": values}, context)
        return {"done": bool(self._call(Call(model, "write", tuple(ids), params, ("vals",))))}

    @entry(path="/record/{model}", methods="DELETE")
    def unlink(self, model: str, *, ids: list[int]) -> dict[str, bool]:
        """Delete records: `{"done": true}`. Raises OdooRefusedError when others need them."""
        return {"done": bool(self._call(Call(model, "unlink", tuple(ids))))}

    def post_call(
        self,
        model: str,
        method: str,
        *,
        ids: list[int] | None = None,
        params: dict[str, Any] | None = None,
        context: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Call a public method of a model, on records (`ids`) or on the model: `{"result": ...}`.

        `params` are the method's parameters by name.
        """
        called = Call(model, method, None if ids is None else tuple(ids), _with(params or {}, context))
        return {"result": self._call(called)}

    def get_fields(self, model: str, *, attributes: list[str] | None = None) -> dict[str, Any]:
        """What fields a model has, each with its type, label and more: Odoo's `fields_get`."""
        params = {"attributes": attributes} if attributes else {}
        fields: dict[str, Any] = self._call(Call(model, "fields_get", None, params))
        return fields

    def get_report(self, report: str, *, ids: list[int]) -> Response:
        """A report of records as PDF, by its name (`sale.report_saleorder`).

        Odoo prints for users of its pages only: this needs ODOO_USER and ODOO_PASSWORD, beside a key too.
        """
        self._reports = self._reports or Reports(Settings.from_environment(os.environ))
        content = self._reports.pdf(report, ids)
        return Response(content, 200, {"Content-Type": "application/pdf"})

    def _call(self, call: Call) -> Any:
        attempts = self.read_attempts if call.method in READS else 1
        for attempt in range(1, attempts + 1):
            try:
                self._caller = self._caller or _caller_of(Settings.from_environment(os.environ))
                return self._caller(call)
            except OdooUnavailableError:
                if attempt == attempts:
                    raise
                time.sleep(self.pause * 2 ** (attempt - 1))
        raise AssertionError("read_attempts must be at least 1")


def _caller_of(settings: Settings) -> Caller:
    if settings.protocol == "json2":
        return Json2(settings)
    if settings.protocol == "auto" and settings.api_key and is_spoken(settings):
        return Json2(settings)
    return XmlRpc(settings)


def _with(params: dict[str, Any], context: dict[str, Any] | None) -> dict[str, Any]:
    return {**params, "context": context} if context else params


def _one(model: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    if not found:
        raise OdooMissingError(f"no {model} is found")
    if len(found) > 1:
        raise ConflictError(f"more than one {model} is found, where there must be one")
    return found[0]
