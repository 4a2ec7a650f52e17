"""With `--host`, other machines reach the services, which have their own `auth`, and nothing else of ours."""

from __future__ import annotations

import asyncio

import pytest
from httpx import ASGITransport, AsyncClient
from tests.local.conftest import Serve

from coworks.local.gateway import Gateway

FILES = {
    "tech/echo.py": """
        from coworks import TechMicroService
        class Echo(TechMicroService):
            public = True
            def get(self):
                return "echo"
    """,
    "biz/greeting.yml": "states:\n  - name: Hello\n    set: {greeting: hello}\n",
}
PAGES = [
    "/",
    "/greeting",
    "/_mail",
    "/_queues/echo",
    "/_aws/",
    "/_events",
    "/_topics/x",
    "/_replays",
    "/nowhere",
]


def status(gateway: Gateway, caller: str, path: str) -> int:
    """What somebody at another address is answered."""

    async def ask() -> int:
        transport = ASGITransport(gateway, client=(caller, 5000))
        async with AsyncClient(transport=transport, base_url="http://cws.example") as client:
            return (await client.get(path)).status_code

    return asyncio.run(ask())


@pytest.mark.parametrize("path", PAGES)
def test_what_has_no_guard_of_its_own_is_for_this_machine(serve_project: Serve, path: str) -> None:
    gateway = Gateway(serve_project(FILES).system, only_local=False)
    assert status(gateway, "192.0.2.7", path) == 403


@pytest.mark.parametrize("caller", ["127.0.0.1", "192.0.2.7", "2001:db8::1"])
def test_services_answer_whoever_asks(serve_project: Serve, caller: str) -> None:
    assert status(Gateway(serve_project(FILES).system, only_local=False), caller, "/echo") == 200


@pytest.mark.parametrize("caller", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_reaches_all_of_it(serve_project: Serve, caller: str) -> None:
    gateway = Gateway(serve_project(FILES).system, only_local=False)
    assert [status(gateway, caller, path) for path in ("/", "/greeting", "/_mail")] == [200, 200, 200]
