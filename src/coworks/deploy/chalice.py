"""`cws export SERVICE --format chalice`: a Chalice project that answers as the service does.

    app.py                  one Chalice route an entry; each hands the event to the service
    vendor/tech/*.py        the service's module and its neighbours, as Chalice ships them
    requirements.txt        coworks
    .chalice/config.json    one stage, dev

Chalice gives the event to the service unchanged, so binding, `auth`, hooks, errors and CORS are ours. What
comes by other doors than HTTP (queues, topics, schedules, orders) is not part of the project.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from coworks.errors import UsageError
from coworks.project.predefined import home_of, module_of

if TYPE_CHECKING:
    from pathlib import Path

    from coworks.project import Service
    from coworks.tech import Entry, TechMicroService

_ALONE = "coworks_service"
_HEAD = '''"""The service {name}, as a Chalice project. Written by `cws export {name} --format chalice`."""

import base64

from chalice import Chalice, Response
from {module} import {imported}
{made}
service.name = "{name}"
app = Chalice(app_name="{chalice_name}")
TYPES = [
    "application/json",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
]


def answer():
    """The service's own answer to the event that Chalice got."""
    request, event = app.current_request, app.current_request.to_original_event()
    # Chalice's local server and test client leave method and path out, and send the body as bytes.
    address = {{"httpMethod": request.method, "path": request.context["path"]}}
    body = {{"body": base64.b64encode(request.raw_body).decode(), "isBase64Encoded": True}}
    sent = service({{**address, **event, **body}}, app.lambda_context)
    body = base64.b64decode(sent["body"]) if sent["isBase64Encoded"] else sent["body"]
    return Response(body, {{**sent["headers"], **sent.get("multiValueHeaders", {{}})}}, sent["statusCode"])
'''
_ROUTE = """

@app.route("{path}", methods={methods}, content_types=TYPES)
def {name}({variables}):
    return answer()
"""


def chalice_project(service: Service, root: Path) -> dict[str, str]:
    """The files of the project: their paths and contents. `root` is the folder that `service` is from."""
    module = module_of(service.file, root)
    if module == "app":
        module, sources = _ALONE, {f"vendor/{_ALONE}.py": service.file}
    elif home_of(service.file, root) != root:
        sources = {}
    else:
        folder = service.file.parent
        sources = {f"vendor/{one.relative_to(root).as_posix()}": one for one in sorted(folder.rglob("*.py"))}
    name = service.name.replace("_", "-")
    config = {"version": "2.0", "app_name": name, "stages": {"dev": {"api_gateway_stage": "api"}}}
    return {
        "app.py": _app(service, module, name),
        "requirements.txt": "coworks\n",
        ".chalice/config.json": json.dumps(config, indent=2) + "\n",
        **{path: file.read_text(encoding="utf-8") for path, file in sources.items()},
    }


def write_project(files: dict[str, str], folder: Path) -> None:
    """Writes the files into a new folder, or an empty one. Raises `UsageError` when it holds something."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already", hint="give another folder: --output DIR")
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")


def _app(service: Service, module: str, chalice_name: str) -> str:
    target, is_class = _target(service)
    head = _HEAD.format(
        name=service.name,
        module=module,
        imported=target if is_class else f"{target} as service",
        made=f"\nservice = {target}()" if is_class else "",
        chalice_name=chalice_name,
    )
    return head + "".join(_route(service.app, *of_path) for of_path in _by_path(service.app).items())


def _target(service: Service) -> tuple[str, bool]:
    """The name of the instance in the service's module, or of the class when it has none."""
    module = sys.modules[type(service.app).__module__]
    for name, value in vars(module).items():
        if value is service.app:
            return name, False
    return type(service.app).__name__, True


def _by_path(app: TechMicroService) -> dict[str, list[Entry]]:
    paths: dict[str, list[Entry]] = {}
    for entry in app.entries:
        paths.setdefault(entry.path, []).append(entry)
    return paths


def _route(app: TechMicroService, path: str, entries: list[Entry]) -> str:
    methods = {method for entry in entries for method in entry.methods}
    methods |= {"HEAD"} if "GET" in methods else set()
    methods |= {"OPTIONS"} if app.cors else set()
    variables = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    words = [part.strip("{}") for part in path.split("/") if part]
    name = "_".join(["at", *("".join(c if c.isalnum() else "_" for c in word) for word in words)])
    return _ROUTE.format(path=path, methods=sorted(methods), name=name, variables=", ".join(variables))
