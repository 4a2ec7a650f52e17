"""Approval, the predefined service."""

from coworks.catalog.approval import ApprovalMicroService

app = ApprovalMicroService()
