"""What is around every page: the head with its links, and who is looking."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from nicegui import ui

from coworks.biz.clock_times import zone_names
from coworks.console import texts
from coworks.console.rendering import render
from coworks.console.users import Role
from coworks.console.visitors import SCOPE_KEY, Visitor
from coworks.errors import CoWorksError

if TYPE_CHECKING:
    from collections.abc import Iterator

_GUARD_EVERY: Final = 2.0
"""Seconds after which a page notices that its session is over: it shows nothing more, and asks who it is."""

BASE: Final = "/_console"
PICK: Final = "(event) => { const it = event.target.closest('[data-do]'); if (it) emit({...it.dataset}); }"
"""One listener for all the buttons of a view: what was chosen stands in their `data-` attributes."""

_LINKS: Final = {
    "home": (texts.HOME, f"{BASE}/"),
    "runs": (texts.RUNS, f"{BASE}/runs"),
    "mail": (texts.MAIL, "/_mail"),
}


def visitor() -> Visitor:
    """Who looks at the page that is being made."""
    found: Visitor = ui.context.client.request.scope[SCOPE_KEY]
    return found


@contextmanager
def frame(title: str, here: str = "") -> Iterator[Visitor]:
    """A page with this title, in the part of the console that is called `here`."""
    who = visitor()
    project = who.system.project.settings.name
    ui.page_title(f"{title} · {project}")
    links = [(name, address, key == here) for key, (name, address) in _LINKS.items()]
    html(render("top", project=project, links=links, user=who.session and who.user.name))
    with ui.element("div").classes("main").props("id=main tabindex=-1"):
        yield who
    if who.session:
        ui.timer(_GUARD_EVERY, lambda: None if who.may(Role.VIEW) else ui.navigate.reload())


def dialog_head(dialog: ui.dialog, title: str, about: str = "") -> None:
    """What a dialog is for, in its head and for screen readers."""
    dialog.props["aria-label"] = title
    html(render("dialog_head", title=title, about=about))


def html(content: str) -> ui.html:
    """HTML of a view, in which every value is escaped already."""
    return ui.html(content, sanitize=False)


def show(shown: ui.html, content: str) -> None:
    """Show this in its place now, if it is not shown already."""
    if shown.content != content:
        shown.set_content(content)


async def zone_of_browser() -> str:
    """The time zone of who looks at the page; UTC when their browser says none that is known."""
    told = await ui.run_javascript("Intl.DateTimeFormat().resolvedOptions().timeZone")
    return told if told in zone_names() else "UTC"


def say(error: Exception) -> None:
    """Tell what went wrong, with its fix."""
    told = error.explain() if isinstance(error, CoWorksError) else str(error)
    ui.notify(
        told, type="negative", position="bottom", multi_line=True, timeout=8000, close_button=texts.CLOSE
    )
