"""The house holds: each folder imports only what DESIGN section 2 allows, and the runtime stays light."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import coworks

ROOT = Path(coworks.__file__).parent

# folder -> the folders it may import, itself apart
MAY_IMPORT = {
    "errors": set(),
    "__main__": {"cli"},
    "tech": {"errors"},
    "asl": {"errors"},
    "biz": {"asl", "errors"},
    "engine": {"asl", "errors"},
    "project": {"tech", "biz", "errors"},
    "local": {"tech", "biz", "engine", "project", "errors"},
    "console": {"local", "project", "biz", "engine", "errors"},
    "deploy": {"tech", "biz", "asl", "project", "errors"},
    "catalog": {"tech", "biz", "errors"},
    "testing": {"tech", "asl", "biz", "engine", "project", "local", "console", "catalog", "errors"},
    "cli": {
        "tech", "asl", "biz", "engine", "project", "local", "console", "deploy", "catalog", "testing",
        "errors",
    },
}  # fmt: skip

# `coworks/__init__.py` only names the runtime's public names, for type checkers; the template is the user's.
NOT_OURS = {ROOT / "__init__.py", *(ROOT / "project" / "template").rglob("*.py")}
MODULES = [path for path in sorted(ROOT.rglob("*.py")) if path not in NOT_OURS]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    """The coworks modules that a file imports anywhere, inside functions too."""
    known = {module_name(other) for other in MODULES}
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            assert node.module
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                found.add(submodule if submodule in known else node.module)
    return {name for name in found if name == "coworks" or name.startswith("coworks.")}


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_folder_imports_only_what_the_house_allows(path: Path) -> None:
    folder = module_name(path).split(".")[1]
    for name in imports_of(path):
        assert name != "coworks", f"{path} imports the package itself; name the folder"
        assert name.split(".")[1] in MAY_IMPORT[folder] | {folder}, f"{path} imports {name}"


def test_every_folder_is_in_the_table() -> None:
    folders = {module_name(path).split(".")[1] for path in MODULES}
    assert folders <= MAY_IMPORT.keys()


def test_no_module_imports_itself_through_others() -> None:
    graph = {module_name(path): imports_of(path) - {module_name(path)} for path in MODULES}
    TopologicalSorter(graph).prepare()


RUNTIME = """
import json, sys
from coworks import TechMicroService
class Hello(TechMicroService):
    public = True
    def get(self, name="you"):
        return {"hello": name}
app = Hello()
event = {
    "version": "2.0", "routeKey": "$default", "rawPath": "/", "rawQueryString": "name=me", "headers": {},
    "requestContext": {"stage": "$default", "http": {"method": "GET", "path": "/"}}, "isBase64Encoded": False,
}
assert json.loads(app(event, None)["body"]) == {"hello": "me"}
print(json.dumps(sorted(sys.modules)))
"""


def test_a_service_that_answers_has_loaded_the_runtime_only() -> None:
    ran = subprocess.run([sys.executable, "-I", "-c", RUNTIME], capture_output=True, text=True, check=True)
    loaded = set(json.loads(ran.stdout))
    ours = {name for name in loaded if name.split(".")[0] == "coworks"}
    others = {name.split(".")[0] for name in loaded - ours}
    assert {".".join(name.split(".")[:2]) for name in ours} == {"coworks", "coworks.errors", "coworks.tech"}
    assert not loaded & {"dataclasses", "difflib", "inspect", "typing", "urllib.parse"}, "too dear to load"
    site = {name for name in others if not name.startswith("_")} - set(sys.stdlib_module_names)
    assert site <= {"sitecustomize", "usercustomize"}
