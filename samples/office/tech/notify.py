"""Notify, the predefined service."""

from coworks.catalog.notify import NotifyMicroService

app = NotifyMicroService()
