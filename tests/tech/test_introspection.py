"""What a service answers is plain data on its class."""

from __future__ import annotations

from typing import Any

import pytest

from coworks.tech import Entry, Parameter, TechMicroService, entry


class Mail(TechMicroService):
    public = True

    def get_mail(self, box: str, key: int) -> str:
        """One mail."""
        return box

    @entry(path="/send", methods=["POST", "PUT"], public=False)
    def send(self, body: dict[str, Any], *, to: str, copy: bool = False, **rest: Any) -> None: ...

    @entry(path="/any/{place}")
    def get_any(self, **rest: Any) -> Any:
        return rest


def test_entries_tell_methods_path_and_parameters() -> None:
    mail, send, anywhere = Mail.entries
    assert mail == Entry(
        methods=("GET",),
        path="/mail/{box}/{key}",
        name="get_mail",
        owner="Mail",
        parameters=(
            Parameter("box", "path", required=True, annotation="str"),
            Parameter("key", "path", required=True, annotation="int"),
        ),
        takes_rest=False,
        public=True,
        doc="One mail.",
        function=Mail.get_mail,
    )
    assert (send.methods, send.path, send.public, send.takes_rest) == (("POST", "PUT"), "/send", False, True)
    assert send.parameters == (
        Parameter("body", "body", required=True, annotation="dict[str, Any]"),
        Parameter("to", "query-or-body", required=True, annotation="str"),
        Parameter("copy", "query-or-body", required=False, default=False, annotation="bool"),
    )
    assert anywhere.parameters == (Parameter("place", "path", required=True),)


def test_entries_are_the_same_on_the_instance_and_cannot_change() -> None:
    assert Mail().entries == Mail.entries
    with pytest.raises(AttributeError):
        Mail.entries[0].path = "/other"


def test_a_variable_that_only_kwargs_take_reaches_them() -> None:
    assert Mail()({"coworks": 1, "method": "GET", "path": "/any/here"})["body"] == {"place": "here"}
