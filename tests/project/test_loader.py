"""A folder becomes a project: what is found, what is broken, what is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from coworks.biz import Every
from coworks.project import ProjectError, load_project

MakeProject = Callable[[Mapping[str, str]], Path]

HELLO = """
    from coworks import TechMicroService
    class Hello(TechMicroService):
        public = True
        def get(self, *, name="you"):
            return f"hello {name}"
"""
GREET = """
    states:
      - name: Greet
        tech: {service: hello, get: /, query: {name: me}}
        timeout: 30 seconds
"""


def test_files_in_tech_are_services_and_files_in_biz_are_workflows(make_project: MakeProject) -> None:
    project = load_project(make_project({"tech/hello.py": HELLO, "biz/greet.yml": GREET}))
    assert [service.name for service in project.services] == ["hello"]
    assert [workflow.name for workflow in project.workflows] == ["greet"]
    assert project.problems == ()
    assert project.root_service is None


def test_a_folder_with_only_app_py_is_one_service_at_the_root(make_project: MakeProject) -> None:
    project = load_project(make_project({"app.py": HELLO}))
    assert project.root_service == "app"


def test_an_instance_is_taken_before_a_class(make_project: MakeProject) -> None:
    code = HELLO + "\n    class Other(Hello):\n        pass\n    whatever = Other()\n"
    (service,) = load_project(make_project({"tech/hello.py": code})).services
    assert type(service.app).__name__ == "Other"
    assert service.app.name == "hello"


def test_an_imported_class_alone_is_the_service(make_project: MakeProject) -> None:
    code = "from coworks.catalog.mail import MailMicroService as service\n"
    (service,) = load_project(make_project({"tech/post.py": code})).services
    assert type(service.app).__name__ == "MailMicroService"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("x = 1\n", "holds no service"),
        (HELLO + "\n    a = Hello()\n    b = Hello()\n", "holds 2 services"),
        (
            HELLO + "\n    class Other(TechMicroService):\n        pass\n",
            "holds several services: Hello, Other",
        ),
    ],
)
def test_a_module_that_does_not_hold_one_service_is_broken(
    make_project: MakeProject, code: str, said: str
) -> None:
    (broken,) = load_project(make_project({"tech/hello.py": code})).broken
    assert said in broken.report
    assert "\nfix: " in broken.report


def test_a_module_that_raises_shows_the_users_traceback_alone(make_project: MakeProject) -> None:
    files = {"tech/bad.py": "def f():\n    return 1 / 0\nf()\n", "tech/hello.py": HELLO}
    project = load_project(make_project(files))
    (broken,) = project.broken
    assert broken.report.endswith("ZeroDivisionError: division by zero")
    assert 'bad.py", line 2, in f' in broken.report
    assert "importlib" not in broken.report
    assert "coworks" not in broken.report
    assert [service.name for service in project.services] == ["hello"]


def test_a_syntax_error_shows_its_line(make_project: MakeProject) -> None:
    (broken,) = load_project(make_project({"tech/bad.py": "def f(:\n"})).broken
    assert 'bad.py", line 1' in broken.report
    assert "SyntaxError" in broken.report


def test_a_class_that_refuses_itself_is_told_with_file_and_line(make_project: MakeProject) -> None:
    code = """
        from coworks import TechMicroService
        class Twice(TechMicroService):
            def get_a(self): ...
            def get_a_(self): ...
    """
    root = make_project({"tech/twice.py": code})
    (broken,) = load_project(root).broken
    assert broken.report.startswith(f"{root / 'tech/twice.py'}:2: ")
    assert "\nfix: " in broken.report


def test_a_call_to_a_broken_service_is_not_a_second_problem(make_project: MakeProject) -> None:
    project = load_project(make_project({"tech/hello.py": "1/0\n", "biz/greet.yml": GREET}))
    assert project.problems == ()


def test_a_call_is_checked_against_the_signature(make_project: MakeProject) -> None:
    files = {"tech/hello.py": HELLO.replace("name=", "nom="), "biz/greet.yml": GREET}
    (problem,) = load_project(make_project(files)).problems
    assert problem.file == "biz/greet.yml"
    assert '"hello" takes no parameter "name"' in problem.message


def test_services_import_each_other(make_project: MakeProject) -> None:
    files = {
        "tech/_words.py": "WORD = 'hello'\n",
        "tech/hello.py": "from tech._words import WORD\n" + HELLO.replace("\n    ", "\n"),
    }
    project = load_project(make_project(files))
    assert [service.name for service in project.services] == ["hello"]
    assert project.broken == ()


def test_loading_again_sees_what_changed(make_project: MakeProject) -> None:
    load_project(make_project({"tech/hello.py": HELLO}))
    (service,) = load_project(
        make_project({"tech/hello.py": HELLO.replace("def get(", "def get_new(")})
    ).services
    assert [entry.path for entry in service.app.entries] == ["/new"]


def test_a_workflow_is_compiled_again_when_it_or_its_service_changes_and_else_not(
    make_project: MakeProject,
) -> None:
    first = load_project(make_project({"tech/hello.py": HELLO, "biz/greet.yml": GREET})).workflows
    assert load_project(make_project({})).workflows[0].definition is first[0].definition
    renamed = load_project(make_project({"tech/hello.py": HELLO.replace("name=", "nom=")}))
    assert [problem.code for problem in renamed.problems] == ["B204"]
    longer = load_project(make_project({"tech/hello.py": HELLO, "biz/greet.yml": "    comment: Hi" + GREET}))
    assert (longer.workflows[0].comment, longer.problems) == ("Hi", ())


def test_a_folder_that_is_no_project_is_refused_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="is no CoWorks project") as refused:
        load_project(tmp_path)
    assert refused.value.hint is not None
    assert "cws new" in refused.value.hint


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="there is no folder"):
        load_project(tmp_path / "nowhere")


def test_two_files_of_one_address_are_refused(make_project: MakeProject) -> None:
    with pytest.raises(ProjectError, match='"hello" is the name of both'):
        load_project(make_project({"tech/hello.py": HELLO, "biz/hello.yml": GREET}))


def test_an_unknown_workflow_is_told_with_the_near_name(make_project: MakeProject) -> None:
    project = load_project(make_project({"tech/hello.py": HELLO, "biz/greet.yml": GREET}))
    with pytest.raises(ProjectError, match='no workflow is named "gret"') as refused:
        project.workflow("gret")
    assert refused.value.hint == 'did you mean "greet"?'


MACHINE = '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${hello}", "End": true}}}'


def test_a_machine_in_the_states_language_is_a_workflow(make_project: MakeProject) -> None:
    files = {"tech/hello.py": HELLO, "biz/a.asl.json": MACHINE, "biz/a.on.yml": "on:\n  - every: 5 minutes\n"}
    project = load_project(make_project({**files, "biz/b.yml": GREET, "biz/c.asl.yaml": MACHINE}))
    assert [workflow.name for workflow in project.workflows] == ["a", "b", "c"]
    assert project.problems == ()
    assert project.workflow("a").triggers == (Every(300),)
    assert project.workflow("a").definition == project.workflow("c").definition


def test_triggers_of_no_machine_are_refused(make_project: MakeProject) -> None:
    with pytest.raises(ProjectError, match=r"there is no biz/greet\.asl\.json"):
        load_project(
            make_project({"tech/hello.py": HELLO, "biz/greet.yml": GREET, "biz/greet.on.yml": "on: []"})
        )


def test_a_machine_and_a_workflow_of_one_name_are_refused(make_project: MakeProject) -> None:
    with pytest.raises(ProjectError, match='"a" is the name of both'):
        load_project(make_project({"biz/a.asl.json": MACHINE, "biz/a.yml": GREET}))


def test_a_file_that_is_no_utf_8_is_a_problem_with_its_place(make_project: MakeProject) -> None:
    root = make_project({"tech/hello.py": HELLO, "biz/greet.yml": GREET})
    (root / "biz/latin.yml").write_bytes(b"comment: caf\xe9\nstates: []\n")
    (problem,) = load_project(root).problems
    assert (problem.file, problem.line, problem.column, problem.code) == ("biz/latin.yml", 1, 13, "B001")
