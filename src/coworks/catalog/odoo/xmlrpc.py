"""Odoo's XML-RPC API, of all versions up to 18 and still there in 19: the user logs in once.

Source: https://www.odoo.com/documentation/18.0/developer/reference/external_api.html; the codes of faults are
those of Odoo's `/xmlrpc/2`: 2 for a message to the user, 3 for a login that is refused, 4 for missing rights.
"""

from __future__ import annotations

import xmlrpc.client
from typing import TYPE_CHECKING, Any
from xml.parsers.expat import ExpatError

from coworks.catalog.odoo.errors import (
    OdooAccessError,
    OdooFaultError,
    OdooMissingError,
    OdooRefusedError,
    last_line,
    of_status,
)
from coworks.catalog.odoo.transport import ask
from coworks.tech import BadRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from coworks.catalog.odoo.calls import Call
    from coworks.catalog.odoo.settings import Settings
    from coworks.tech import HTTPError

_WARNING, _DENIED, _NO_RIGHT = 2, 3, 4
_NONE = "cannot marshal None"


class XmlRpc:
    """Calls over XML-RPC, by a user who is logged in at the first one, and again when Odoo has forgotten."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._uid: int | None = None

    def __call__(self, call: Call) -> Any:
        """What the method answers; raises the errors of `errors.py`."""
        known = self._uid is not None
        try:
            return self._execute(call, *_arguments(call))
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != _DENIED or not known:
                raise self._told(fault, call) from None
        # The user was known and is denied: the database was restored, or the user made anew. Once more.
        self._uid = None
        try:
            return self._execute(call, *_arguments(call))
        except xmlrpc.client.Fault as fault:
            raise self._told(fault, call) from None

    def _execute(self, call: Call, arguments: list[Any], named: dict[str, Any]) -> Any:
        self._uid = self._uid or self._login()
        login = (self._settings.database, self._uid, self._settings.secret)
        try:
            return self._post("object", "execute_kw", (*login, call.model, call.method, arguments, named))
        except xmlrpc.client.Fault as fault:
            # The method has done its work and answers None, which Odoo cannot write.
            if _NONE in fault.faultString:
                return None
            raise

    def _login(self) -> int:
        settings = self._settings
        try:
            uid = self._post(
                "common", "authenticate", (settings.database, settings.user, settings.secret, {})
            )
        except xmlrpc.client.Fault as fault:
            raise OdooFaultError(f"the login fails: {last_line(fault.faultString)}") from None
        if not uid:
            raise OdooAccessError("Odoo refuses ODOO_USER and ODOO_PASSWORD (or ODOO_API_KEY)")
        return int(uid)

    def _told(self, fault: xmlrpc.client.Fault, call: Call) -> HTTPError:
        message = last_line(fault.faultString)
        if fault.faultCode in (_DENIED, _NO_RIGHT):
            return OdooAccessError(fault.faultString.strip() or "access denied")
        if fault.faultCode != _WARNING:
            return OdooFaultError(message)
        # A missing record has the code of a validation, and its text is in the user's language: ask.
        if call.ids and self._are_missing(call):
            return OdooMissingError(fault.faultString.strip())
        return OdooRefusedError(fault.faultString.strip())

    def _are_missing(self, call: Call) -> bool:
        domain = [["id", "in", list(call.ids or ())]]
        context = {"context": {"active_test": False}}
        try:
            arguments = (self._settings.database, self._uid, self._settings.secret, call.model)
            found = self._post("object", "execute_kw", (*arguments, "search_count", [domain], context))
        except xmlrpc.client.Fault:
            return False
        return int(found) < len(set(call.ids or ()))

    def _post(self, service: str, method: str, arguments: tuple[Any, ...]) -> Any:
        try:
            body = _written(method, arguments)
        except (OverflowError, TypeError) as error:
            raise BadRequestError(f"XML-RPC cannot carry this: {error}") from None
        url = f"{self._settings.url}/xmlrpc/2/{service}"
        answer = ask(url, body, {"Content-Type": "text/xml"}, self._settings.timeout)
        if answer.status != 200:
            raise of_status(answer.status, "")
        try:
            return xmlrpc.client.loads(answer.content.decode(), use_builtin_types=True)[0][0]
        except (ExpatError, xmlrpc.client.ResponseError, ValueError, IndexError):
            raise OdooFaultError("Odoo answers what is no XML-RPC") from None


class _Marshaller(xmlrpc.client.Marshaller):
    """Writes whole numbers over 32 bits as `<i8>`, which Odoo reads, where Python's own refuses them.

    Odoo itself does not write such numbers: an answer with one is a fault. The JSON-2 API has no such limit.
    """

    def __init__(self) -> None:
        super().__init__("utf-8", allow_none=True)
        self.dispatch = {**self.dispatch, int: _write_whole}


def _write_whole(marshaller: xmlrpc.client.Marshaller, value: int, write: Callable[[str], object]) -> None:
    size = value.bit_length()
    if size > 63:
        raise OverflowError("a whole number of more than 64 bits")
    kind = "int" if size <= 31 else "i8"
    write(f"<value><{kind}>{value}</{kind}></value>\n")


def _written(method: str, arguments: tuple[Any, ...]) -> bytes:
    """The call as XML."""
    params = _Marshaller().dumps(arguments)
    name = f"<methodName>{method}</methodName>"
    return f"<?xml version='1.0'?>\n<methodCall>\n{name}\n{params}</methodCall>\n".encode()


def _arguments(call: Call) -> tuple[list[Any], dict[str, Any]]:
    """The arguments by position and by name."""
    first = [call.params[name] for name in call.first]
    named = {name: value for name, value in call.params.items() if name not in call.first}
    return ([list(call.ids)] if call.ids is not None else []) + first, named
