"""The first page."""

from __future__ import annotations

from nicegui import ui

from coworks.console.visitors import SCOPE_KEY, Visitor


def home() -> None:
    visitor: Visitor = ui.context.client.request.scope[SCOPE_KEY]
    ui.label(visitor.system.project.settings.name)
