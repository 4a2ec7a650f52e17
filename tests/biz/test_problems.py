"""A problem is shown with its line and a caret under what is wrong."""

from __future__ import annotations

from coworks.biz import Problem, compile_workflow
from coworks.biz.problems import MAX_PROBLEMS, Place, Report


def test_a_problem_shows_its_line_and_a_caret() -> None:
    text = (
        "states:\n  - name: Tell the team\n    wait: 5\n  - name: Go\n    wait: 5\n    goto: Tell the tema\n"
    )
    problem = compile_workflow("w", text, file="biz/server_watch.yml").problems[0]
    assert problem.render() == (
        'biz/server_watch.yml:6:11 B103 no step is named "Tell the tema"; did you mean "Tell the team"?\n'
        "        goto: Tell the tema\n"
        "              ^^^^^^^^^^^^^"
    )


def test_tabs_keep_the_caret_in_its_column() -> None:
    problem = Problem("w.yml", 1, 3, "B001", "no", source_line="\ta: b")
    assert problem.render().splitlines()[2] == "    \t ^"


def test_a_long_line_is_shown_around_the_caret() -> None:
    problem = Problem("w.yml", 1, 5000, "B001", "no", source_line="x" * 4999 + "!" + "y" * 4999, length=1)
    _, line, caret = problem.render().splitlines()
    assert len(line) < 120
    assert line[caret.index("^")] == "!"


def test_problems_sort_by_file_and_place() -> None:
    places = [("b", 1, 1), ("a", 10, 1), ("a", 9, 5), ("a", 9, 2)]
    problems = [Problem(file, line, column, "B001", "no") for file, line, column in places]
    assert [(one.file, one.line, one.column) for one in sorted(problems)] == [
        ("a", 9, 2), ("a", 9, 5), ("a", 10, 1), ("b", 1, 1),
    ]  # fmt: skip


def test_a_report_ends_somewhere() -> None:
    report = Report("w.yml", "a\n")
    for number in range(MAX_PROBLEMS * 2):
        report.add("B001", Place(1, number + 1), "no")
    assert len(report.problems()) == MAX_PROBLEMS


def test_a_warning_lets_the_workflow_compile() -> None:
    text = "on:\n  - every: 5 seconds\nstates:\n  - name: Rest\n    wait: 5\n"
    compiled = compile_workflow("w", text, file="w.yml")
    assert compiled.errors == ()
    assert [problem.code for problem in compiled.warnings] == ["B406"]
    assert compiled.definition is not None
