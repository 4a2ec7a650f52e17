"""Orders are checked against what the services take; what only a run can know is let through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coworks.biz import compile_workflow

if TYPE_CHECKING:
    from coworks.biz import ServiceContract


@pytest.mark.parametrize(
    "order",
    [
        "{service: check, get: /status, query: {url: a, tries: 3}}",
        "{service: check, get: /status, query: {url: a, tries: '3'}}",
        "{service: check, get: /status, query: {url: 3}}",
        "{service: check, get: /status, query: {url: a, tries: '{% $data.n %}'}}",
        "{service: check, get: /status, query: '{% $data %}'}",
        "{service: check, get: /status/, query: {url: a}}",
        "{service: check, get: /page/3}",
        "{service: check, get: '/page/{% $data.n %}'}",
        "{service: mail, post: /send, body: {to_addrs: [a], urgent: true, copies: 2}}",
        "{service: mail, post: /send, query: {to_addrs: a}}",
        "{service: mail, post: /send, body: '{% $data %}'}",
        "{service: store, put: '/item/{% $data.key %}', body: {anything: goes}}",
        "{service: store, post: /any, body: {anything: goes}}",
        "{service: broken, delete: /whatever, query: {it: is}}",
    ],
)
def test_an_order_that_fits_is_let_through(order: str, services: dict[str, ServiceContract]) -> None:
    text = f"states:\n  - name: Ask\n    tech: {order}\n"
    compiled = compile_workflow("w", text, file="w.yml", services=services)
    assert [problem.render() for problem in compiled.errors] == []


def test_without_services_nothing_is_checked() -> None:
    text = "states:\n  - name: Ask\n    tech: {service: whatever, get: /nowhere}\n"
    assert compile_workflow("w", text, file="w.yml").errors == ()
    assert compile_workflow("w", text, file="w.yml", services={}).errors[0].code == "B201"
