"""Predefined services that a project names in its project file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from coworks.catalog.mail import MailMicroService
from coworks.deploy.chalice import chalice_project
from coworks.project import ProjectError, load_project
from coworks.project.findings import find
from coworks.project.handlers import write_handler
from coworks.project.reloading import reload_project
from coworks.testing import run

MakeProject = Callable[[Mapping[str, str]], Path]
SEND = """
    states:
      - name: Tell
        tech: {service: mail, post: /send, body: {to_addrs: [a@example.com], subject: Hello}}
        timeout: 1 minute
"""


def named(*names: str) -> dict[str, str]:
    listed = ", ".join(f'"{name}"' for name in names)
    return {"pyproject.toml": f"[tool.coworks]\npredefined = [{listed}]\n", "biz/send.yml": SEND}


def test_they_are_services_of_the_project(make_project: MakeProject) -> None:
    root = make_project(named("mail", "jinja", "notify", "odoo", "approval"))
    project = load_project(root)
    assert [service.name for service in project.services] == ["mail", "jinja", "notify", "odoo", "approval"]
    assert isinstance(project.services[0].app, MailMicroService)
    assert (project.problems, find(project)) == ((), ())
    assert run("send", project=root).mails[0]["subject"] == "Hello"


def test_they_stand_beside_those_of_files(make_project: MakeProject) -> None:
    hello = "from coworks import TechMicroService\nclass Hello(TechMicroService):\n    public = True\n"
    project = load_project(make_project({**named("mail"), "tech/hello.py": hello}))
    assert {service.name for service in project.services} == {"hello", "mail"}


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (named("mial"), 'no predefined service is named "mial"'),
        ({"pyproject.toml": '[tool.coworks]\npredefined = "mail"\n'}, "is no list of names"),
        ({**named("mail"), "tech/mail.py": "from coworks.catalog.mail import MailMicroService"}, "both"),
    ],
)
def test_a_wrong_name_is_told(make_project: MakeProject, files: dict[str, str], words: str) -> None:
    with pytest.raises(ProjectError, match=words):
        load_project(make_project(files))


def test_their_handler_runs_alone(make_project: MakeProject, tmp_path: Path) -> None:
    root = make_project(named("mail"))
    (mail,) = load_project(root).services
    write_handler(mail, root, tmp_path / "own")
    call = "import json; from coworks_handler import handler; print(handler.name, type(handler).__name__)"
    told = subprocess.run(
        [sys.executable, "-c", call], cwd=tmp_path / "own", capture_output=True, text=True, check=True
    )
    assert told.stdout == "mail MailMicroService\n"


def test_a_change_of_the_project_leaves_them(make_project: MakeProject) -> None:
    root = make_project(named("mail"))
    before = load_project(root)
    (root / "biz" / "send.yml").write_text("states: [{name: Rest, wait: 5}]\n")
    after = reload_project(before, [root / "biz" / "send.yml"]).project
    assert after.services[0].app is before.services[0].app


def test_the_chalice_project_of_one_imports_it(make_project: MakeProject) -> None:
    root = make_project(named("notify"))
    (notify,) = load_project(root).services
    files = chalice_project(notify, root)
    assert "coworks.catalog.notify" in files["app.py"]
    assert json.loads(files[".chalice/config.json"])["app_name"] == "notify"
    assert not [name for name in files if name.startswith("vendor/")]
