"""CoWorks: serverless microservices on AWS, written as Python classes and YAML workflows.

The public names are handed out when first asked for, so that a Lambda that imports a technical service
never loads the workflow compiler or the engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coworks.errors import CoWorksError as CoWorksError
    from coworks.tech import AuthRequest as AuthRequest
    from coworks.tech import AuthResponse as AuthResponse
    from coworks.tech import BadRequestError as BadRequestError
    from coworks.tech import Blueprint as Blueprint
    from coworks.tech import ConflictError as ConflictError
    from coworks.tech import ForbiddenError as ForbiddenError
    from coworks.tech import HTTPError as HTTPError
    from coworks.tech import NotFoundError as NotFoundError
    from coworks.tech import Request as Request
    from coworks.tech import Response as Response
    from coworks.tech import TechMicroService as TechMicroService
    from coworks.tech import TooManyRequestsError as TooManyRequestsError
    from coworks.tech import UnauthorizedError as UnauthorizedError
    from coworks.tech import UnprocessableEntityError as UnprocessableEntityError
    from coworks.tech import entry as entry

_HOME_OF = {
    "CoWorksError": "coworks.errors",
    "AuthRequest": "coworks.tech",
    "AuthResponse": "coworks.tech",
    "BadRequestError": "coworks.tech",
    "Blueprint": "coworks.tech",
    "ConflictError": "coworks.tech",
    "ForbiddenError": "coworks.tech",
    "HTTPError": "coworks.tech",
    "NotFoundError": "coworks.tech",
    "Request": "coworks.tech",
    "Response": "coworks.tech",
    "TechMicroService": "coworks.tech",
    "TooManyRequestsError": "coworks.tech",
    "UnauthorizedError": "coworks.tech",
    "UnprocessableEntityError": "coworks.tech",
    "entry": "coworks.tech",
}

__all__ = sorted(_HOME_OF)  # noqa: PLE0605 - one table serves __getattr__, __dir__ and this


def __getattr__(name: str) -> object:
    if home := _HOME_OF.get(name):
        return getattr(import_module(home), name)
    raise AttributeError(f"module 'coworks' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
