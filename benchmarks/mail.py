"""`make bench-mail`: how many mails a minute go out, one connection each, to a server on this machine.

Prints the rate in clear and with STARTTLS. Fails when it is under 1,000 mails a minute.
"""

from __future__ import annotations

import os
import socket
import ssl
import sys
import tempfile
import time
from pathlib import Path

import trustme
from aiosmtpd.controller import Controller

from coworks.catalog.mail import MailMicroService

MAILS = 1_000
LEAST_A_MINUTE = 1_000


class Count:
    """Takes mails, and counts them."""

    taken = 0

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802
        self.taken += 1
        return "250 OK"


def rate(security: str, context: ssl.SSLContext | None) -> float:
    """Mails a minute."""
    count = Count()
    server = Controller(count, hostname="127.0.0.1", port=0, tls_context=context)
    server.port = free_port()
    server.start()
    os.environ |= {"SMTP_HOST": "localhost", "SMTP_PORT": str(server.port), "SMTP_SECURITY": security}
    service = MailMicroService()
    addresses = {"to_addrs": ["a@example.com"], "from_addr": "b@example.com"}
    mail = {**addresses, "subject": "Hello", "body": "x" * 2_000}
    begun = time.perf_counter()
    for _ in range(MAILS):
        service({"coworks": 1, "method": "POST", "path": "/send", "body": mail})
    took = time.perf_counter() - begun
    server.stop()
    assert count.taken == MAILS
    return MAILS / took * 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    with tempfile.TemporaryDirectory() as folder:
        trusted = Path(folder) / "ca.pem"
        authority.cert_pem.write_to_path(str(trusted))
        os.environ["SSL_CERT_FILE"] = str(trusted)
        rates = {"none": rate("none", None), "starttls": rate("starttls", context)}
    for security, mails in rates.items():
        print(f"{security:<9} {mails:>8,.0f} mails a minute")
    if min(rates.values()) < LEAST_A_MINUTE:
        sys.exit(f"fewer than {LEAST_A_MINUTE:,} mails a minute")


if __name__ == "__main__":
    main()
