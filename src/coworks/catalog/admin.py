"""The predefined blueprint that tells what a service is: its routes, its OpenAPI document, a page to try it.

    app.register_blueprint(Admin(), url_prefix="/admin")

What it tells is guarded like the rest of the service. The page loads nothing from outside.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

from coworks.tech import Blueprint, Response, entry
from coworks.tech.openapi import openapi_of

_PAGE = Path(__file__).with_name("admin.html")


class Admin(Blueprint):
    """Routes, context, OpenAPI and a docs page of the service that it is registered on."""

    def get_routes(self) -> list[dict[str, Any]]:
        """The entries of the service: methods, path, and the first line of what they say of themselves."""
        return [
            {
                "methods": list(one.methods),
                "path": one.path,
                "entry": one.label,
                "public": one.public,
                "summary": (one.doc or "").strip().split("\n")[0],
            }
            for one in self.app.entries
        ]

    def get_context(self) -> dict[str, Any]:
        """The call as Lambda sees it: who asks, from where, in which function."""
        request = self.current_request
        context = request.context
        told = ("function_name", "function_version", "memory_limit_in_mb", "aws_request_id")
        return {
            "service": self.app.name,
            "method": request.method,
            "path": request.path,
            "principal": request.auth.principal_id if request.auth else None,
            "lambda": {name: getattr(context, name) for name in told if hasattr(context, name)},
        }

    @entry(path="/openapi.json", methods="GET")
    def get_openapi(self) -> dict[str, Any]:
        """The service as an OpenAPI 3.1 document."""
        depth = self.current_request.path.strip("/").count("/")
        return openapi_of(self.app, server="/".join([".."] * depth) or ".")

    @entry(public=True)
    def get_docs(self) -> Response:
        """A page that shows the entries and lets you call them.

        The page itself says nothing of the service and a browser opens it without a token; the document that
        it asks for is guarded.
        """
        page = _PAGE.read_text(encoding="utf-8")
        return Response(
            page,
            200,
            {
                "Content-Type": "text/html; charset=utf-8",
                "Content-Security-Policy": _policy(page),
                "X-Content-Type-Options": "nosniff",
            },
        )


def _policy(page: str) -> str:
    """Only the page's own script may run, and it may talk to the service alone."""
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; script-src {allowed};"
        " frame-ancestors 'none'"
    )
