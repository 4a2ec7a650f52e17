"""What is on this machine is asked without the proxy that the environment names for the rest of the world."""

from __future__ import annotations

from typing import Final
from urllib.request import OpenerDirector, ProxyHandler, build_opener

OPENER: Final[OpenerDirector] = build_opener(ProxyHandler({}))
