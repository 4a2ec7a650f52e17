"""Mail, the predefined service."""

from coworks.catalog.mail import MailMicroService

app = MailMicroService()
