"""What goes out to another service: the order that a call stands for, and where on AWS it goes."""

from __future__ import annotations

import json
import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from coworks.errors import CoWorksError
from coworks.tech.entries import VERBS
from coworks.tech.logs import trace_headers
from coworks.tech.percent import percent_encode
from coworks.tech.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Order = dict[str, Any]
_IN_QUERY = frozenset({"GET", "HEAD", "DELETE"})


def order_maker(
    name: str, headers: Mapping[str, str]
) -> Callable[[tuple[Any, ...], Mapping[str, Any]], Order]:
    """What makes the orders of a method, with these headers, from its arguments.

    Raises `AttributeError` for a name of no method.
    """
    words = [word for word in name.split("_") if word]
    if not words or words[0] not in VERBS or name.startswith("__"):
        raise AttributeError(f"a service has no method {name!r}: names begin with {', '.join(VERBS)}")
    method = words[0].upper()

    def make(segments: tuple[Any, ...], arguments: Mapping[str, Any]) -> Order:
        path = "/" + "/".join([*words[1:], *(percent_encode(str(segment)) for segment in segments)])
        order = {"coworks": 1, "method": method, "path": path, "headers": {**trace_headers(), **headers}}
        if arguments:
            order["query" if method in _IN_QUERY else "body"] = dict(arguments)
        return order

    return make


def order_json(value: object) -> str:
    """An order, or its body, as JSON; dates, decimals and the like as answers have them."""
    return json.dumps(value, default=plain)


def deployed_name(kind: str, service: str, environment: Mapping[str, str] = os.environ) -> str:
    """The function or the queue of a service in this stage: what `CWS_{kind}_{SERVICE}` names, else
    `{CWS_PROJECT}-{CWS_STAGE}-{service}`. Raises `CoWorksError` when the environment does not tell.
    """
    variable = f"CWS_{kind}_{service.upper().replace('-', '_')}"
    if named := environment.get(variable):
        return named
    project, stage = environment.get("CWS_PROJECT"), environment.get("CWS_STAGE")
    if not project or not stage:
        raise CoWorksError(
            f'where the service "{service}" runs is not known',
            hint=f"set {variable} to its {kind.lower()}, or CWS_PROJECT and CWS_STAGE; "
            "or give connect(url=...)",
        )
    return f"{project}-{stage}-{service}"


def aws_client(name: str) -> Any:
    """A boto3 client. boto3 takes 200 ms to import, and Lambda has it: only who asks for it pays for it."""
    try:
        return import_module("boto3").client(name)
    except ImportError:
        raise CoWorksError("calling AWS needs boto3", hint="pip install boto3") from None
