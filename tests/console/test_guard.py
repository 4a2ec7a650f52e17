"""Requests of other sites are refused before anything of the console is loaded."""

from __future__ import annotations

import pytest

from coworks.console.guard import policy, refusal

HOST = {"host": "127.0.0.1:8000"}


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "127.0.0.2:8000", "localhost:8000", "[::1]:8000", "LOCALHOST", "cws.localhost"]
)
def test_the_names_of_this_machine_may_enter(host: str) -> None:
    assert refusal("GET", {"host": host}, only_local=True) is None


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.evil.example:80", "0.0.0.0", "", "[", "a@b"]
)
def test_a_name_that_was_made_to_point_here_is_refused(host: str) -> None:
    assert refusal("GET", {"host": host}, only_local=True) == f"{host} is not an address of this server"


def test_behind_a_password_any_name_of_the_server_may_be_used() -> None:
    assert refusal("GET", {"host": "console.example"}, only_local=False) is None


@pytest.mark.parametrize("method", ["GET", "POST", "SOCKET"])
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:9000", "http://localhost:8000"]
)
def test_a_page_of_another_origin_may_do_nothing(method: str, origin: str) -> None:
    said = refusal(method, {**HOST, "origin": origin}, only_local=True)
    assert said == f"a page of {origin} may not do this"


def test_our_own_pages_may_do_everything() -> None:
    headers = {**HOST, "origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}
    assert refusal("POST", headers, only_local=True) is None
    assert refusal("SOCKET", headers, only_local=True) is None


def test_a_link_of_another_site_may_be_followed_but_not_put_into_a_frame() -> None:
    link = {
        **HOST,
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
    }
    assert refusal("GET", link, only_local=True) is None
    assert refusal("GET", {**link, "sec-fetch-dest": "iframe"}, only_local=True)
    assert refusal("POST", link, only_local=True)
    assert refusal("GET", {**link, "sec-fetch-mode": "no-cors"}, only_local=True)


def test_the_policy_lets_only_our_scripts_run_and_nobody_frame_us() -> None:
    said = policy("abc")
    assert "script-src 'self' 'nonce-abc'" in said
    assert "frame-ancestors 'none'" in said
    assert "unsafe-inline" not in said.partition("script-src")[2].partition(";")[0]
