"""The site of the guide as people see it: every page in Chromium, on a desk and a phone, bright and dark."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page
from tests.console.browsing import WANTS_BROWSER, browsing, page_of
from tests.guide.pages import DOCS

pytestmark = [WANTS_BROWSER, pytest.mark.slow]

NAMES = [*sorted(page.stem for page in DOCS.glob("*.md")), "search"]
SCREENS = {"desk": (1280, False), "phone": (390, False), "phone in the dark": (390, True)}
ANCHORS = "[...document.querySelectorAll('[id]')].map(one => one.id)"
LINKS = "[...document.querySelectorAll('a[href]')].map(one => one.href)"
IMAGES_THAT_LACK = """
    async () => {
        const images = [...document.images];
        images.forEach(one => one.loading = "eager");
        await Promise.allSettled(images.map(one => one.decode()));
        return images.filter(one => !one.naturalWidth).map(one => one.src);
    }
"""
# What sticks out of the page, unless it scrolls inside of its own box, as long lines of code do.
STICKING_OUT = """
    () => {
        const scrolls = one => one && (["auto", "scroll"].includes(getComputedStyle(one).overflowX)
            || scrolls(one.parentElement));
        return [...document.querySelectorAll("article *")]
            .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !scrolls(one))
            .map(one => one.tagName + " " + one.textContent.slice(0, 60));
    }
"""
WITHOUT_DESCRIPTION = "[...document.images].filter(one => !one.alt).map(one => one.src)"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Says nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site, built as by `make docs`."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "-n", "-q", "-b", "html", str(DOCS), str(folder)]
    subprocess.run(command, check=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as chromium:
        yield chromium


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_fits_and_its_pictures_are_there(site: str, browser: Browser, screen: str) -> None:
    width, dark = SCREENS[screen]
    wrong = {}
    with page_of(browser, width=width, dark=dark) as page:
        for name in NAMES:
            page.goto(f"{site}/{name}.html")
            wrong[name] = [
                *page.evaluate(STICKING_OUT),
                *page.evaluate(IMAGES_THAT_LACK),
                *page.evaluate(WITHOUT_DESCRIPTION),
            ]
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert {name: told for name, told in wrong.items() if told} == {}


def test_every_link_inside_leads_to_a_place_that_is_there(site: str, browser: Browser) -> None:
    with page_of(browser) as page:
        places, links = read_site(page, site)
    inside = {link for link in links if link.startswith(site)}
    assert len(inside) > len(NAMES)
    assert sorted(inside - places) == []


def read_site(page: Page, site: str) -> tuple[set[str], set[str]]:
    """The addresses of all places of the site, and what its pages link to."""
    places, links = {f"{site}/"}, set[str]()
    for name in NAMES:
        address = f"{site}/{name}.html"
        page.goto(address)
        places |= {address, f"{address}#", *(f"{address}#{anchor}" for anchor in page.evaluate(ANCHORS))}
        links |= set(page.evaluate(LINKS))
    return places, links


def test_the_contents_open_on_a_phone(site: str, browser: Browser) -> None:
    with page_of(browser, width=390) as page:
        page.goto(f"{site}/index.html")
        page.locator(".mobile-header .nav-overlay-icon").click()
        page.locator(".sidebar-tree").get_by_role("link", name="Workflows", exact=True).click()
        page.wait_for_url("**/biz.html")
