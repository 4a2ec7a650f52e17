"""The folder of the local state is its owner's, and no repository's."""

from __future__ import annotations

from pathlib import Path

from coworks.project.state_folder import prepare_state_folder


def test_only_its_owner_may_look_into_it_and_git_leaves_it_alone(tmp_path: Path) -> None:
    folder = tmp_path / ".coworks"
    for _ in range(2):
        prepare_state_folder(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / ".gitignore").read_text(encoding="utf-8") == "*\n"
