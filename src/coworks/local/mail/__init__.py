"""The mail box: mails that services send stay on this machine, where people read them.

smtp.py <- server.py (the port) -> box.py (kept on disk) -> content.py (read) -> pages.py (`/_mail`)
certificate.py: for who wants STARTTLS
"""

from coworks.local.mail.box import MailBox
from coworks.local.mail.server import HOST, MailServer

__all__ = ["HOST", "MailBox", "MailServer"]
