"""Who may ask: programs of this machine. A page in a browser may not, under whatever name it comes here.

A browser says where a request of a page comes from (Origin, Sec-Fetch-Site), and under which name it reached
us (Host); a name that somebody let point to this machine is none of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coworks.engine.listening import names_this_machine

if TYPE_CHECKING:
    from collections.abc import Mapping


def refusal_of(peer: str, hostname: str, headers: Mapping[str, str]) -> str | None:
    """Why a request is refused; None when it may go on. `peer` is the address that it comes from."""
    if not (peer.startswith("127.") or peer in ("::1", "::ffff:127.0.0.1")):
        return "this endpoint answers programs of its own machine only"
    name = hostname.removeprefix("sync-")  # which clients put before the host of StartSyncExecution
    if not names_this_machine(name):
        return f"{hostname} is not a name of this machine"
    if "origin" in headers or headers.get("sec-fetch-site", "none") != "none":
        return "a web page may not use this endpoint"
    return None
