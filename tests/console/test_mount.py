"""The console behind the gateway: open on this machine, behind a password elsewhere."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp
from tests.console.conftest import ServeConsole
from tests.local.conftest import Answer, Running

from coworks.console.sessions import LASTS
from coworks.console.users import Role, Users
from coworks.errors import CoWorksError

PASSWORD = "correct horse battery"


def log_in(running: Running, password: str = PASSWORD, headers: Mapping[str, str] | None = None) -> Answer:
    form = urlencode({"name": "ann", "password": password})
    return running.ask("POST", "/_console/login", form, headers)


def add_ann(running: Running, role: Role = Role.VIEW) -> None:
    Users(running.system.project.settings.state_folder).put("ann", PASSWORD, role)


def test_on_this_machine_it_is_open(serve_console: ServeConsole) -> None:
    running = serve_console()
    answer = running.ask("GET", "/_console/")
    assert (answer.status, answer.content) == (200, b"local")
    assert answer.headers["x-frame-options"] == "DENY"
    assert running.ask("GET", "/_console").headers["location"] == "/_console/"
    assert running.ask("GET", "/hello").content == b"hello"


def test_another_site_and_a_rebound_name_are_refused(serve_console: ServeConsole) -> None:
    running = serve_console()
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
        assert running.ask("GET", "/_console/", headers=headers).status == 403


def test_a_socket_of_another_site_is_refused(serve_console: ServeConsole) -> None:
    asked = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    running = serve_console()
    path = "/_console/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
    assert running.ask("GET", path, headers={**asked, "Origin": "https://evil.example"}).status == 403
    assert running.ask("GET", path, headers={**asked, "Host": "evil.example"}).status == 403


def test_elsewhere_it_is_closed_until_somebody_has_a_password(serve_console: ServeConsole) -> None:
    answer = serve_console(only_local=False).ask("GET", "/_console/")
    assert answer.status == 403
    assert b"cws console add NAME" in answer.content


def test_a_password_opens_it_until_one_leaves(serve_console: ServeConsole) -> None:
    running = serve_console(only_local=False)
    add_ann(running)
    assert running.ask("GET", "/_console/").status == 401
    entered = log_in(running)
    assert (entered.status, entered.headers["location"]) == (303, "/_console/")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/_console" in cookie
    mine = {"Cookie": cookie.partition(";")[0]}
    assert running.ask("GET", "/_console/", headers=mine).content == b"ann"
    assert running.ask("POST", "/_console/logout", headers=mine).status == 303
    assert running.ask("GET", "/_console/", headers=mine).status == 401


def test_a_session_ends_with_its_time_and_with_a_new_password_or_role(serve_console: ServeConsole) -> None:
    now = [0.0]
    running = serve_console(only_local=False, clock=lambda: now[0])

    def enter() -> dict[str, str]:
        return {"Cookie": log_in(running).headers["set-cookie"].partition(";")[0]}

    add_ann(running)
    mine = enter()
    now[0] = LASTS - 1
    assert running.ask("GET", "/_console/", headers=mine).status == 200
    now[0] = LASTS
    assert running.ask("GET", "/_console/", headers=mine).status == 401
    mine = enter()
    add_ann(running, Role.EDIT)
    assert running.ask("GET", "/_console/", headers=mine).status == 401


def test_wrong_passwords_do_not_open_it_and_hold_an_address_back(serve_console: ServeConsole) -> None:
    running = serve_console(only_local=False)
    add_ann(running)
    assert [log_in(running, "wrong").status for _ in range(5)] == [401] * 5
    assert log_in(running).status == 429


def test_a_login_from_another_site_is_refused(serve_console: ServeConsole) -> None:
    running = serve_console(only_local=False)
    add_ann(running)
    assert log_in(running, headers={"Origin": "https://evil.example"}).status == 403


def test_logins_are_in_the_audit_log_and_passwords_are_not(serve_console: ServeConsole) -> None:
    running = serve_console(only_local=False)
    add_ann(running)
    log_in(running, "wrong horse battery")
    log_in(running)
    text = (running.system.project.settings.state_folder / "console.log").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(line["who"], line["did"]) for line in lines] == [("ann", "login refused"), ("ann", "login")]
    assert "horse" not in text


def test_a_form_that_is_none_is_a_wrong_password(serve_console: ServeConsole) -> None:
    running = serve_console(only_local=False)
    add_ann(running)
    assert running.ask("POST", "/_console/login", b"\xff" * 10_000).status == 401


def test_without_nicegui_it_says_what_to_install(serve_console: ServeConsole) -> None:
    async def missing() -> ASGIApp:
        raise CoWorksError("the console needs NiceGUI", hint='pip install "coworks[console]"')

    answer = serve_console(start=missing).ask("GET", "/_console/")
    assert answer.status == 501
    assert b'fix: pip install "coworks[console]"' in answer.content


def test_the_scripts_of_a_page_carry_the_nonce_of_its_policy(serve_console: ServeConsole) -> None:
    async def page() -> ASGIApp:
        return HTMLResponse("<script type=module>1</script><script>2</script><p>&lt;script>")

    answer = serve_console(start=page).ask("GET", "/_console/")
    nonce = answer.headers["content-security-policy"].partition("'nonce-")[2].partition("'")[0]
    assert answer.content.count(f'<script nonce="{nonce}"'.encode()) == 2
    assert b"&lt;script>" in answer.content
    assert answer.headers["cache-control"] == "no-store"


LOADED = """
import sys
import coworks.cli.run
late = {"nicegui", "fastapi", "argon2", "websockets"}
print(sorted({name.partition(".")[0] for name in sys.modules} & late))
"""


def test_what_starts_the_server_loads_nothing_of_the_console_but_its_door() -> None:
    ran = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
