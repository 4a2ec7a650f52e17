"""What the predefined services know and must not tell is not in what a log may show of their values."""

from __future__ import annotations

from coworks.catalog.approval_links import Link
from coworks.catalog.mail.settings import Smtp
from coworks.catalog.odoo.settings import Settings

HIDDEN = "hunter2"


def test_no_value_shows_its_secrets() -> None:
    values = (
        Smtp.from_environment({"SMTP_HOST": "localhost", "SMTP_USER": "me", "SMTP_PASSWORD": HIDDEN}),
        Settings.from_environment({"ODOO_URL": "https://odoo.example.com", "ODOO_API_KEY": HIDDEN}),
        Link(token=HIDDEN, who="ann@example.com", subject="Order 7", expires=0),
    )
    assert HIDDEN not in repr(values)
