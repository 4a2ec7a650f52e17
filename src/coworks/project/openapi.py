"""What the entries of a service take, as an OpenAPI document, for who may not know `tech`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.tech.openapi import openapi_of

if TYPE_CHECKING:
    from coworks.project.model import Service


def openapi_document(service: Service) -> dict[str, Any]:
    """The document of a service, with its address in the project."""
    return openapi_of(service.app, server=f"/{service.name}")
