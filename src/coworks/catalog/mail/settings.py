"""Where mail is handed over, and how: read from the environment at the first use."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coworks.catalog.environment import positive_number
from coworks.tech import InternalServerError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PORTS = {"none": 25, "starttls": 587, "tls": 465}
_LARGEST = 10_000_000


@dataclass(frozen=True)
class Smtp:
    """A mail server; `timeout` in seconds, `max_size` in bytes of the whole mail as it is sent."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    timeout: float
    max_size: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Smtp:
        """Raises `InternalServerError` with the fix when a variable is missing or wrong."""
        if not (host := environment.get("SMTP_HOST")):
            raise InternalServerError("SMTP_HOST is not set: the mail service does not know its mail server")
        security = environment.get("SMTP_SECURITY") or "none"
        if security not in _PORTS:
            raise InternalServerError(f"SMTP_SECURITY is {security!r}; it must be one of {', '.join(_PORTS)}")
        user, password = environment.get("SMTP_USER", ""), environment.get("SMTP_PASSWORD", "")
        if user and security == "none" and not _is_this_machine(host):
            raise InternalServerError(
                "SMTP_USER is set and SMTP_SECURITY is none: the password would travel in clear; "
                "set SMTP_SECURITY to starttls or tls"
            )
        port = int(positive_number(environment, "SMTP_PORT", _PORTS[security], most=65_535))
        timeout = positive_number(environment, "SMTP_TIMEOUT", 10)
        max_size = int(positive_number(environment, "MAIL_MAX_SIZE", _LARGEST))
        return cls(host, port, security, user, password, timeout, max_size)


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
