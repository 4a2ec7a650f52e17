"""Odoo, the predefined service."""

from coworks.catalog.odoo import OdooMicroService

app = OdooMicroService()
