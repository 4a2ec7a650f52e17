"""Each page of the console against who means harm: other sites, names that are paths, data with scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, expect
from tests.console.browsing import PATIENCE, WANTS_BROWSER, browser, page_of, running
from tests.e2e.conftest import Process, until

import coworks.console

__all__ = ["browser"]
VIEWS = sorted((Path(coworks.console.__file__).parent / "views").glob("*.html"))

SERVICE = '''
from coworks import TechMicroService

class Evil(TechMicroService):
    """<img src=x onerror=document.title=1>"""
    public = True

    def get(self, *, name: str = "<img src=x onerror=document.title=2>"):
        """<img src=x onerror=document.title=3>"""
        return f"<img src=x onerror=document.title=4> {name}"
'''
WORKFLOW = """\
comment: "<img src=x onerror=document.title=5>"
states:
  - name: "<img src=x onerror=document.title=6>"
    approve:
      who: [boss@example.com]
      subject: "</textarea><img src=x onerror=document.title=7>"
      message: "<script>document.title=8</script>{{ 1 + 1 }}"
"""
FAILS = """\
states:
  - name: "<img src=x onerror=document.title=9>"
    fail:
      error: <script>document.title=10</script>
      cause: </script><img src=x onerror=document.title=11>
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Process, list[str]]]:
    """A project that means harm, and the addresses of all kinds of pages of it."""
    root = tmp_path_factory.mktemp("hostile") / "watch"
    files = {
        "tech/evil.py": SERVICE,
        "tech/approval.py": "from coworks.catalog.approval import ApprovalMicroService as service\n",
        "biz/asks.yml": WORKFLOW,
        "biz/fails.yml": FAILS,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    with running(root) as process:
        data = {"<b>": "</pre><img src=x onerror=document.title=12>"}
        asks, fails, other = (
            process.ask("POST", f"/{name}", data)["id"] for name in ("asks", "fails", "fails")
        )
        process.ask("POST", "/_queues/evil-dead", {"body": data})
        pages = [
            "",
            "runs",
            "workflow/asks",
            f"run/asks/{asks}",
            f"run/fails/{fails}",
            f"compare?run=fails:{fails}&run=fails:{other}",
            "service/evil",
            "queue/evil",
        ]
        yield process, pages


def asked(process: Process, path: str, **headers: str) -> tuple[int, Message, str]:
    """The answer to a page of the console: status, headers, text."""
    request = Request(f"{process.url}/_console/{path}", headers=headers)
    try:
        with urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


@pytest.mark.slow
def test_every_page_is_closed_to_other_sites_and_to_frames(hostile: tuple[Process, list[str]]) -> None:
    process, pages = hostile
    for path in pages:
        status, headers, _ = asked(process, path)
        assert status == 200
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        for foreign in (
            {"Origin": "https://evil.example"},
            {"Host": "evil.example"},
            {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
        ):
            assert asked(process, path, **foreign)[0] == 403


@pytest.mark.slow
def test_names_that_are_paths_lead_nowhere(hostile: tuple[Process, list[str]]) -> None:
    process, _ = hostile
    for kind in ("workflow", "service", "queue", "run/asks"):
        for name in ("../tech/evil", "../../../../etc/passwd", "..\\secret", ".", "asks\0.yml"):
            status, _, text = asked(process, f"{kind}/{quote(name, safe='')}")
            assert status in (200, 404)
            assert "root:" not in text and "TechMicroService" not in text
    status, _, text = asked(process, "assets/" + quote("../mount.py", safe=""))
    assert status == 404 and "Console" not in text


@pytest.mark.slow
@WANTS_BROWSER
def test_every_page_shows_scripts_as_text(hostile: tuple[Process, list[str]], browser: Browser) -> None:
    process, pages = hostile
    until(lambda: process.ask("GET", "/fails")["executions"][0]["status"] == "FAILED")
    with page_of(browser) as page:
        for path in pages:
            page.goto(f"{process.url}/_console/{path}")
            page.locator("h1").first.wait_for(timeout=PATIENCE)
            expect(page.locator("img[src=x]")).to_have_count(0)
        for path in pages[2:]:
            page.goto(f"{process.url}/_console/{path}")
            for details in page.locator("details, .q-expansion-item__toggle-icon").all():
                details.click()
            expect(page.get_by_text("document.title=").first).to_be_visible(timeout=PATIENCE)
            assert page.locator("img[src=x]").count() == 0
            assert page.title().endswith("watch")
        page.goto(f"{process.url}/_console/{pages[3]}")
        expect(page.locator(".question")).to_contain_text("{{ 1 + 1 }}")


def test_only_the_picture_comes_into_a_view_as_it_is() -> None:
    assert [one.name for one in VIEWS if re.search(r"\|\s*safe\b|Markup", one.read_text())] == [
        "picture.html"
    ]


@pytest.mark.parametrize("view", VIEWS, ids=lambda one: one.stem)
def test_values_stand_in_quotes_and_no_address_begins_with_one(view: Path) -> None:
    text = re.sub(r"\{%.*?%\}", "", view.read_text())
    for tag in re.findall(r"<[a-z][^<>]*>", re.sub(r'"[^"]*"', '""', text)):
        assert "{{" not in tag
    for value in re.findall(r'(?:href|src|action)="([^"]*)"', text):
        assert value.startswith(("{{ base }}/", "/_mail", "#")) or value == "{{ address }}"
