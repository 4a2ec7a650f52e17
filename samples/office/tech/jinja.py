"""Jinja, the predefined service."""

from coworks.catalog.jinja import JinjaMicroService

app = JinjaMicroService()
