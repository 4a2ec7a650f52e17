"""The socket that `cws run` and `cws engine` listen at."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from coworks.engine.listening import listen, names_this_machine


def test_answers_do_not_wait_for_acknowledgements() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


LIMIT = """
import resource
from coworks.engine.listening import allow_connections
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 1000))
allow_connections(500)
assert resource.getrlimit(resource.RLIMIT_NOFILE) == (500, 1000)
allow_connections(5000)
assert resource.getrlimit(resource.RLIMIT_NOFILE) == (1000, 1000)
allow_connections(10)
assert resource.getrlimit(resource.RLIMIT_NOFILE) == (1000, 1000)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_a_server_may_have_as_many_connections_as_the_system_lets_it() -> None:
    subprocess.run([sys.executable, "-c", LIMIT], check=True)


@pytest.mark.parametrize("host", ["localhost", "cws.localhost", "127.0.0.1", "127.0.0.2", "::1"])
def test_names_and_addresses_of_this_machine_are_told(host: str) -> None:
    assert names_this_machine(host)


@pytest.mark.parametrize("host", ["", "127.evil.example", "localhost.evil.example", "0.0.0.0", "192.0.2.1"])
def test_what_others_may_let_point_here_is_none(host: str) -> None:
    assert not names_this_machine(host)
