"""What is in a package, why, and that it is the same wherever it is built."""

from __future__ import annotations

import textwrap
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.deploy.conftest import HELLO

from coworks.deploy import DeployError
from coworks.deploy.packages import Package, Pip, Target, Uv
from coworks.deploy.packages.archive import digest_of, write_zip
from coworks.deploy.packages.build import PackedFile, _check_size
from coworks.deploy.packages.requirements import Needed
from coworks.deploy.packaging import build_packages
from coworks.project import Project

Build = Callable[..., Package]


def pyproject(*lines: str) -> dict[str, str]:
    return {"pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n' + "\n".join(lines)}


def test_a_package_is_the_same_bytes_in_two_folders(build: Build) -> None:
    files = {"tech/hello.py": HELLO, "tech/hello.requirements.txt": "markupsafe  # fast\n"}
    first, second = build(files, folder="one"), build(files, folder="two")
    assert first.file.read_bytes() == second.file.read_bytes()
    assert first.digest == second.digest
    assert first.file != second.file


def test_another_source_is_another_package(build: Build) -> None:
    first = build({"tech/hello.py": HELLO})
    second = build({"tech/hello.py": HELLO.replace('"hello"', '"bye"')})
    assert first.digest != second.digest


def test_a_package_holds_the_runtime_the_service_and_nothing_of_other_services(build: Build) -> None:
    package = build({"tech/hello.py": HELLO, "tech/other.py": HELLO, "biz/run.yml": "states: []\n"})
    with zipfile.ZipFile(package.file) as archive:
        names = archive.namelist()
    assert names == [one.name for one in package.files] == sorted(names)
    tops = {name.split("/")[0] for name in names}
    assert tops == {"__pycache__", "coworks", "coworks_handler.py", "tech"}
    assert "tech/other.py" not in names
    ours = {name.split("/")[1] for name in names if name.startswith("coworks/")}
    assert ours == {"__init__.py", "__pycache__", "errors.py", "tech"}


def test_every_file_says_why_it_is_there(build: Build) -> None:
    hello = "from lexicon import words\n" + HELLO.replace("\n    ", "\n")
    package = build({"tech/hello.py": hello, "lexicon/__init__.py": "", "lexicon/words.py": ""})
    why = {one.name: one.why for one in package.files}
    assert why["tech/hello.py"] == "the service"
    assert why["lexicon/words.py"] == "imported in tech/hello.py:1"
    assert why["coworks/tech/router.py"] == "the runtime of CoWorks"
    assert all(text for text in why.values())
    compiled = [text for name, text in why.items() if name.startswith("lexicon/__pycache__/words")]
    assert compiled == ["compiled: imported in tech/hello.py:1"]


def test_the_wheels_are_those_of_the_target(build: Build, tmp_path: Path) -> None:
    for python, cpu in (("3.13", "x86_64"), ("3.14", "arm64")):
        folder = tmp_path / cpu
        Uv().install([Needed("markupsafe", "a test")], folder, Target(python, cpu))
        (library,) = folder.rglob("*.so")
        assert library.name.startswith(
            f"_speedups.cpython-{python.replace('.', '')}-{Target(python, cpu).cpu}"
        )


def test_without_uv_pip_brings_the_wheels_of_the_target_and_what_it_cannot_is_told(
    load: Callable[..., Project], tmp_path: Path
) -> None:
    group = '[dependency-groups]\nhello = ["markupsafe"]\n[tool.coworks]\narchitecture = "arm64"\n'
    project = load({"tech/hello.py": HELLO, **pyproject(group)})
    (package,) = build_packages(project.settings, project.services, Pip(), tmp_path / "out")
    (library,) = [one.name for one in package.files if one.name.endswith(".so")]
    assert library.startswith("markupsafe/_speedups.cpython-313-aarch64")
    assert any("uv is not installed" in text and "python_version" in text for text in package.warnings)


def test_markers_are_read_for_the_target(build: Build) -> None:
    group = "[dependency-groups]\nhello = [\"iniconfig; python_version < '3.0'\"]\n"
    package = build({"tech/hello.py": HELLO, **pyproject(group)}, python="3.13")
    assert not [one.name for one in package.files if one.name.startswith("iniconfig")]


def test_a_wheel_that_is_missing_for_the_target_is_named(build: Build) -> None:
    group = '[dependency-groups]\nhello = ["docopt==0.6.2"]\n'
    with pytest.raises(DeployError) as refused:
        build({"tech/hello.py": HELLO, **pyproject(group)}, python="3.13")
    assert refused.value.message.startswith(
        "docopt ([dependency-groups] hello) has no wheel for Python 3.13 on x86_64"
    )


def test_the_handler_lets_the_libraries_of_the_package_log_from_warning_on(build: Build) -> None:
    group = '[dependency-groups]\nhello = ["iniconfig"]\n'
    package = build({"tech/hello.py": HELLO, **pyproject(group)})
    with zipfile.ZipFile(package.file) as archive:
        handler = archive.read("coworks_handler.py").decode()
    assert "\nquiet('iniconfig')\n" in handler


def test_an_import_without_requirement_is_an_error_that_names_it(build: Build) -> None:
    hello = HELLO.replace('return "hello"', "import iniconfig")
    with pytest.raises(DeployError, match=r"tech/hello.py:5 imports iniconfig, which is in no requirement"):
        build({"tech/hello.py": hello})


def test_groups_include_others_and_coworks_itself_is_left_out(build: Build) -> None:
    lines = (
        'dependencies = ["coworks"]',
        '[dependency-groups]\nbase = ["iniconfig"]\nhello = [{include-group = "base"}]\n',
    )
    package = build({"tech/hello.py": HELLO, **pyproject(*lines)})
    (why,) = {one.why for one in package.files if one.name == "iniconfig/__init__.py"}
    assert why == "needed by iniconfig ([dependency-groups] base)"
    assert not [one.name for one in package.files if one.name.startswith("starlette")]


def test_a_package_holds_what_include_names(build: Build) -> None:
    table = '[tool.coworks.services.hello]\ninclude = ["pages/*.html"]\n'
    package = build({"tech/hello.py": HELLO, "pages/a.html": "<p>", "pages/b.txt": "", **pyproject(table)})
    assert {one.name: one.why for one in package.files}["pages/a.html"] == 'include = ["pages/*.html"]'
    assert "pages/b.txt" not in {one.name for one in package.files}
    hidden = {".env": "PASSWORD=x\n", ".coworks/secret": "x\n", ".well-known/a": "x\n"}
    every = table.replace('"pages/*.html"', '"**/*", ".well-known/*"')
    package = build({"tech/hello.py": HELLO, **hidden, **pyproject(every)}, folder="two")
    assert {one.name for one in package.files} & hidden.keys() == {".well-known/a"}
    with pytest.raises(DeployError, match=r'include has "\.\./\*"'):
        build({"tech/hello.py": HELLO, **pyproject(table.replace("pages/*.html", "../*"))})


def test_a_package_too_large_for_lambda_is_refused_with_its_largest_parts() -> None:
    files = [PackedFile("numpy/core.so", 200 << 20, ""), PackedFile("scipy/a.so", 60 << 20, "")]
    with pytest.raises(DeployError, match=r'"sums" is 260.00 MB, and Lambda takes 250.00 MB') as refused:
        _check_size("sums", files)
    assert "numpy 200.00 MB, scipy 60.00 MB" in (refused.value.hint or "")


def test_without_the_target_python_nothing_is_compiled_and_that_is_told(build: Build) -> None:
    package = build({"tech/hello.py": HELLO}, python="3.14")
    if any(one.name.endswith(".pyc") for one in package.files):
        pytest.skip("Python 3.14 is on this machine")
    assert any("Python 3.14 is not on this machine" in text for text in package.warnings)


def test_the_zip_does_not_tell_the_times_of_its_files(tmp_path: Path) -> None:
    files = {"a": tmp_path / "a"}
    files["a"].write_text("same")
    write_zip(files, tmp_path / "one.zip", "1")
    files["a"].touch()
    files["a"].chmod(0o600)
    write_zip(files, tmp_path / "two.zip", "1")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert digest_of(files) != digest_of({**files, "b": tmp_path / "a"})


def test_a_zip_is_written_anew_only_for_other_contents_or_when_it_is_broken(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("first")
    files, file = {"a": tmp_path / "a"}, tmp_path / "one.zip"
    write_zip(files, file, "1")
    before = file.stat().st_ino
    write_zip(files, file, "1")
    assert file.stat().st_ino == before
    (tmp_path / "a").write_text("second")
    write_zip(files, file, "2")
    with zipfile.ZipFile(file) as archive:
        assert archive.read("a") == b"second"
    file.write_bytes(file.read_bytes()[:-9])
    write_zip(files, file, "2")
    assert zipfile.is_zipfile(file)


class Counting:
    """An installer that brings one module, and counts how often it is asked."""

    warning = None

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def install(self, needed: Sequence[Needed], folder: Path, target: Target) -> None:
        self.asked.append([one.text for one in needed])
        (folder / "iniconfig.py").write_text("")


def test_what_is_only_to_be_known_has_the_digest_of_its_zip_and_no_zip(
    load: Callable[..., Project], tmp_path: Path
) -> None:
    project = load({"tech/hello.py": HELLO})
    (known,) = build_packages(project.settings, project.services, Counting(), tmp_path / "out", zipped=False)
    assert not known.file.exists()
    (built,) = build_packages(project.settings, project.services, Counting(), tmp_path / "out")
    assert (built.digest, built.file.is_file()) == (known.digest, True)


def test_services_of_equal_needs_stand_on_one_ground(load: Callable[..., Project], tmp_path: Path) -> None:
    groups = '[dependency-groups]\none = ["iniconfig"]\ntwo = ["iniconfig"]\nthree = ["iniconfig>=2"]\n'
    hello = f"import iniconfig\n{textwrap.dedent(HELLO)}"
    project = load({f"tech/{name}.py": hello for name in ("one", "two", "three")} | pyproject(groups))
    counting = Counting()
    one, three, two = build_packages(project.settings, project.services, counting, tmp_path / "out")
    assert sorted(counting.asked) == [["iniconfig"], ["iniconfig>=2"]]
    why = [
        next(file.why for file in built.files if file.name == "iniconfig.py") for built in (one, two, three)
    ]
    assert [text.partition("needed by ")[2] for text in why] == [
        "iniconfig ([dependency-groups] one)",
        "iniconfig ([dependency-groups] two)",
        "iniconfig>=2 ([dependency-groups] three)",
    ]


def test_a_file_that_a_module_finds_beside_itself_is_in_the_package(build: Build) -> None:
    program = "from helpers.prices import price_of\nprint(price_of('fig'))\n"
    service = f"from pathlib import Path\nRUN = Path(__file__).with_name('run.py')\n{textwrap.dedent(HELLO)}"
    files = {
        "tech/hello.py": service.replace("RUN", "PAGE = Path(__file__).with_name('page.html')\nRUN"),
        "tech/page.html": "<p>",
        "tech/run.py": program,
        "helpers/prices.py": "def price_of(item):\n    return len(item)\n",
    }
    why = {one.name: one.why for one in build(files).files}
    assert why["tech/page.html"] == "named in tech/hello.py:2"
    assert why["tech/run.py"] == "named in tech/hello.py:3"
    assert why["helpers/prices.py"] == "imported in tech/run.py:1"


def test_the_project_may_say_another_version_of_what_a_predefined_service_requires(build: Build) -> None:
    jinja = {"tech/pages.py": "from coworks.catalog.jinja import JinjaMicroService as service\n"}
    told = {one.why for one in build(jinja, "pages").files if one.name.startswith("jinja2/")}
    assert any("jinja2>=3.1.6 (REQUIRES of coworks/catalog/jinja.py" in why for why in told)
    own = {**jinja, "tech/pages.requirements.txt": "jinja2==3.1.6\n"}
    said = {one.why for one in build(own, "pages").files if one.name.startswith("jinja2/")}
    assert any("jinja2==3.1.6 (tech/pages.requirements.txt:1)" in why for why in said)
    assert not any("REQUIRES" in why for why in said if not why.startswith("compiled"))


def test_a_predefined_service_of_the_project_file_is_packaged_like_one_of_a_file(build: Build) -> None:
    package = build({"pyproject.toml": "[tool.coworks]\npredefined = ['notify']\n"}, service="notify")
    names = {one.name for one in package.files}
    assert {"coworks/catalog/notify.py", "coworks/catalog/mail/delivery.py", "coworks_handler.py"} <= names
    assert not [one for one in names if "jinja" in one or "odoo" in one or "/biz/" in one]
