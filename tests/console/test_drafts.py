"""The name of a workflow in an address leads to a file of the project, or to none."""

from __future__ import annotations

from pathlib import Path

import pytest

from coworks.project import ProjectError, compile_draft, draft_file, load_project

SAMPLE = Path(__file__).parents[2] / "samples" / "server_watch"


@pytest.mark.parametrize(
    "name", ["../secret", "..", "/etc/passwd", "a/b", "a.yml", "", "A", "a\0", "_hidden", "a" * 65]
)
def test_a_name_that_would_leave_the_folder_is_refused(name: str) -> None:
    with pytest.raises(ProjectError, match="cannot be the name of a workflow"):
        draft_file(load_project(SAMPLE), name)


def test_a_new_workflow_stands_in_the_folder_and_takes_nobodys_name() -> None:
    project = load_project(SAMPLE)
    assert draft_file(project, "new_one").path == project.root / "biz" / "new_one.yml"
    assert draft_file(project, "server_watch").path == project.root / "biz" / "server_watch.yml"
    with pytest.raises(ProjectError, match='"mail" is the name of a service'):
        draft_file(project, "mail")


def test_a_draft_is_checked_as_cws_check_does() -> None:
    project = load_project(SAMPLE)
    text = "states: [{name: A, tech: {service: mial, post: /send}}, {name: B, biz: draft}]\n"
    codes = [one.code for one in compile_draft(project, draft_file(project, "draft"), text).errors]
    assert codes == ["B201", "B211"]
