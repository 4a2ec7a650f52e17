"""The first page: the project at a glance, kept up to date."""

from __future__ import annotations

from asyncio import to_thread
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from nicegui import ui

from coworks.console import texts
from coworks.console.overview import overview_of
from coworks.console.pages.frame import frame, html, show
from coworks.console.pages.start_dialogs import new_workflow
from coworks.console.rendering import render
from coworks.console.users import Role

if TYPE_CHECKING:
    from coworks.console.overview import Overview
    from coworks.console.visitors import Visitor

_EVERY = 2.0


async def home() -> None:
    """`/_console/`."""
    with frame(texts.HOME, "home") as visitor:
        overview = await to_thread(overview_of, visitor.system)
        with ui.element("div").classes("head"):
            html(render("head", title=overview.project, about=""))
            if visitor.may(Role.EDIT):
                with ui.element("div").classes("actions"):
                    new = ui.button(texts.NEW_WORKFLOW, color=None, on_click=partial(_begin, visitor))
                    new.props("unelevated no-caps").classes("main-action")
        parts = {name: html(content) for name, content in _parts(overview).items()}

    async def refresh() -> None:
        now = await to_thread(overview_of, visitor.system)
        for name, content in _parts(now).items():
            show(parts[name], content)

    ui.timer(_EVERY, refresh)


async def _begin(visitor: Visitor) -> None:
    told = await new_workflow({one.name for one in visitor.system.project.services})
    if told is not None:
        name = quote(told.pop("name"), safe="")
        ui.navigate.to(f"/workflow/{name}?{urlencode(told)}")


def _parts(overview: Overview) -> dict[str, str]:
    """The page in pieces, each of which is sent again when it changes."""
    return {
        "approvals": render("approvals", approvals=overview.approvals),
        "home": render("home", overview=overview),
        "services": render("services", services=overview.services),
    }
