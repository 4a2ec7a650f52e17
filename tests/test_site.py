"""The site of the guide builds without a warning, names everything public, and its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import pytest

import coworks
import coworks.catalog
import coworks.tech
import coworks.testing

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))


def build(source: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """What `make docs` runs."""
    options = ["-W", "--keep-going", "-n", "-q", "-b", "html"]
    command = [sys.executable, "-m", "sphinx", *options, str(source), str(site)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def public_names() -> list[str]:
    names = [f"coworks.{name}" for name in coworks.tech.__all__]
    names += [f"coworks.{name}" for home in coworks._HOMES.values() for name in home or ()]
    names += [f"coworks.testing.{name}" for name in coworks.testing.__all__]
    return names + sorted(name for module in predefined() for name in names_of_service(module))


def predefined() -> list[ModuleType]:
    """The modules of the predefined services and blueprints."""
    named = [one.name for one in iter_modules(coworks.catalog.__path__)]
    modules = [import_module(f"coworks.catalog.{name}") for name in named]
    return [module for module in modules if any(is_service(one) for one in classes_of(module))]


def names_of_service(module: ModuleType) -> list[str]:
    """Its class, and the errors that workflows and callers tell apart."""
    told = [one for one in classes_of(module) if is_service(one) or issubclass(one, Exception)]
    return [f"{module.__name__}.{one.__name__}" for one in told]


def classes_of(module: ModuleType) -> list[type]:
    """Those that are the module's own, and meant for others."""
    public = getattr(module, "__all__", None) or [name for name in vars(module) if not name.startswith("_")]
    found = [one for name in public if isinstance(one := getattr(module, name), type)]
    return [one for one in found if f"{one.__module__}.".startswith(f"{module.__name__}.")]


def is_service(one: type) -> bool:
    return issubclass(one, coworks.TechMicroService | coworks.Blueprint)


@pytest.mark.slow
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    done = build(DOCS, tmp_path / "site")
    assert (done.returncode, done.stderr) == (0, "")
    for page in PAGES:
        assert "<h1>" in (tmp_path / "site" / f"{page.stem}.html").read_text(encoding="utf-8")
    api = (tmp_path / "site" / "api.html").read_text(encoding="utf-8")
    assert [name for name in public_names() if f'id="{name}"' not in api] == []


@pytest.mark.slow
def test_a_link_to_a_heading_that_does_not_exist_stops_the_build(tmp_path: Path) -> None:
    source = tmp_path / "docs"
    source.mkdir()
    (source / "conf.py").write_text((DOCS / "conf.py").read_text(encoding="utf-8"), encoding="utf-8")
    (source / "index.md").write_text("# A page\n\n[gone](#no-such-heading)\n", encoding="utf-8")
    done = build(source, tmp_path / "site")
    assert done.returncode != 0
    assert "no-such-heading" in done.stderr


@pytest.mark.parametrize("name", public_names())
def test_every_public_name_is_in_the_guide(name: str) -> None:
    assert re.search(rf":: {re.escape(name)}$", (DOCS / "api.md").read_text(encoding="utf-8"), re.MULTILINE)


def imported_by_readers() -> list[tuple[str, str]]:
    """What the guide tells to import from CoWorks, in blocks and in sentences."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in (ROOT / "README.md", *PAGES))
    found = re.findall(r"from (coworks[\w.]*) import (\w+(?:, \w+)*)", text)
    return sorted({(module, name) for module, names in found for name in names.split(", ")})


@pytest.mark.parametrize(("module", "name"), imported_by_readers())
def test_what_the_guide_imports_is_public(module: str, name: str) -> None:
    assert hasattr(import_module(module), name)
    assert f":: {module}.{name}\n" in (DOCS / "api.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_the_files_that_a_page_links_to_exist(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"`[^`\n]*`", "", text)
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text):
        assert (DOCS / target).exists(), target


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.stem != "index"], ids=lambda page: str(page.stem)
)
def test_every_page_is_in_the_contents(page: Path) -> None:
    assert page.stem in (DOCS / "index.md").read_text(encoding="utf-8").splitlines()
