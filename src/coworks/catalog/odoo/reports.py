"""Reports as PDF: Odoo gives them to users of its web pages only, so a session is opened and kept.

Source: the route `/report/pdf/<report>/<ids>` of Odoo, open to a session that `/web/session/authenticate`
made with a password; an API key opens none.
"""

from __future__ import annotations

import json
import re
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from coworks.catalog.odoo.errors import (
    OdooAccessError,
    OdooFaultError,
    OdooMissingError,
    OdooUnavailableError,
    of_status,
)
from coworks.catalog.odoo.transport import ask
from coworks.tech import BadRequestError, InternalServerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coworks.catalog.odoo.settings import Settings
    from coworks.catalog.odoo.transport import Answer

_REPORT = re.compile(r"\w+\.\w+", re.ASCII)


class Reports:
    """Prints reports in a session that is opened at the first one, and again when Odoo has closed it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session = ""

    def pdf(self, report: str, ids: Sequence[int]) -> bytes:
        """The PDF of a report (`sale.report_saleorder`) of these records."""
        if not _REPORT.fullmatch(report):
            raise BadRequestError(f"{report!r} is no name of a report, such as sale.report_saleorder")
        if not ids:
            raise BadRequestError("a report is of at least one record: give ids")
        for _ in range(2):
            self._session = self._session or self._login()
            answer = self._get(f"/report/pdf/{report}/{quote(','.join(map(str, ids)), safe=',')}")
            if answer.kind == "application/pdf" and answer.status == 200:
                return answer.content
            if not _is_login(answer):
                raise _refusal(answer, report)
            self._session = ""
        raise OdooAccessError(f"Odoo does not let ODOO_USER print {report}")

    def _get(self, path: str) -> Answer:
        headers = {"Cookie": f"session_id={self._session}"}
        return ask(self._settings.url + path, None, headers, self._settings.timeout)

    def _login(self) -> str:
        settings = self._settings
        if not (settings.user and settings.password and settings.database):
            raise InternalServerError(
                "reports need ODOO_DATABASE, ODOO_USER and ODOO_PASSWORD: a key of the API opens no session"
            )
        params = {"db": settings.database, "login": settings.user, "password": settings.password}
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        url = f"{settings.url}/web/session/authenticate"
        answer = ask(url, body, {"Content-Type": "application/json"}, settings.timeout)
        if answer.status != 200:
            raise of_status(answer.status, "")
        told = _read_login(answer)
        cookies = SimpleCookie("; ".join(answer.headers.get_all("Set-Cookie", [])))
        if "session_id" not in cookies or "error" in told:
            raise OdooAccessError("Odoo refuses ODOO_USER and ODOO_PASSWORD")
        return cookies["session_id"].value


def _read_login(answer: Answer) -> dict[str, Any]:
    """What Odoo says of a login; a proxy before it may answer with a page."""
    try:
        told = json.loads(answer.content)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise OdooFaultError(f"Odoo answers the login for reports with {answer.kind} that is no JSON object")
    return told


def _is_login(answer: Answer) -> bool:
    """Odoo sends who has no session to its login page."""
    return answer.status in (302, 303) and "/web/login" in answer.headers.get("Location", "")


def _refusal(answer: Answer, report: str) -> Exception:
    if answer.status in (502, 503, 504):
        return OdooUnavailableError(f"Odoo answers {answer.status}")
    if answer.status == 404:
        return OdooMissingError(f"Odoo has no report {report}, or not of these records")
    return of_status(answer.status, f"Odoo does not print {report}: it answers {answer.status}")
