"""A service's page: what can be asked of it, with its documentation and a form to try it."""

from __future__ import annotations

import json
from asyncio import to_thread
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from nicegui import ui

from coworks.console import texts
from coworks.console.forms.entries import service_choices
from coworks.console.forms.fields import FormError
from coworks.console.pages.frame import frame, html, say
from coworks.console.pages.inputs import field_input
from coworks.console.rendering import render
from coworks.console.trying import ask, request_of
from coworks.console.users import Role
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from coworks.console.forms.entries import EntryChoice, ServiceChoice
    from coworks.console.visitors import Visitor


async def service(name: str) -> None:
    """`/_console/service/{name}`."""
    with frame(name, "home") as visitor:
        found = next((one for one in service_choices(visitor.system.project) if one.name == name), None)
        if found is None:
            html(render("missing", said=texts.NO_SUCH_SERVICE.format(name)))
            return
        address = "" if name == visitor.system.project.root_service else f"/{name}"
        _head(found, address)
        for entry in found.entries:
            _entry(visitor, found, entry, address)
        with ui.element("section").classes("card"):
            html(render("datum", title=texts.OPENAPI, value=found.document))


def _head(service: ServiceChoice, address: str) -> None:
    with ui.element("div").classes("head"):
        html(render("head", title=service.name, about=service.about))
        with ui.element("div").classes("actions"):
            if service.docs:
                ui.link(texts.DOCS, f"{quote(address)}{service.docs}")
            button = ui.button(texts.DOWNLOAD_OPENAPI, icon="download", color=None)
            button.props("outline no-caps").on_click(partial(_download, service))


def _download(service: ServiceChoice) -> None:
    text = json.dumps(service.document, ensure_ascii=False, indent=2)
    ui.download.content(text, f"{service.name}.openapi.json", "application/json")


def _entry(visitor: Visitor, service: ServiceChoice, entry: EntryChoice, address: str) -> None:
    values: dict[str, Any] = {}
    with ui.element("section").classes("card entry"):
        html(render("entry", entry=entry, address=address))
        if not visitor.may(Role.OPERATE):
            return
        with ui.expansion(texts.TRY).props("dense").classes("more"):
            for one in entry.fields:
                field_input(one, values, one.key)
            with ui.element("div").classes("actions"):
                button = (
                    ui.button(texts.ASK_NOW, color=None).props("unelevated no-caps").classes("main-action")
                )
            answer = html("").props('role="status"')
            button.on_click(partial(_try, visitor, service, entry, values, answer))


async def _try(
    visitor: Visitor, service: ServiceChoice, entry: EntryChoice, values: dict[str, Any], shown: ui.html
) -> None:
    try:
        root = visitor.system.project.root_service
        name = "" if service.name == root else service.name
        request = request_of(visitor.system.url, name, entry, values)
        visitor.act(Role.OPERATE, "try", f"{entry.method} /{service.name}{entry.path}")
    except FormError as error:
        shown.set_content(render("notice", said=error.explain()))
        return
    except CoWorksError as error:
        say(error)
        return
    answer = await to_thread(ask, request)
    shown.set_content(render("answer", answer=answer))
