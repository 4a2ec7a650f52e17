"""A workflow's text while somebody works on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from coworks.biz import CompiledWorkflow, compile_workflow
from coworks.console.documents import Document, SaveConflictError
from coworks.errors import CoWorksError

ROOT = Path(__file__).parents[2]
TEXT = "comment: One\nstates:\n  - name: Rest  # for a while\n    wait: 1\n"


def compiled(text: str) -> CompiledWorkflow:
    return compile_workflow("rest", text, file="biz/rest.yml")


def opened(file: Path, clock: Callable[[], float] = lambda: 0.0) -> Document:
    return Document(file, compiled, clock)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "biz" / "rest.yml"
    path.parent.mkdir()
    path.write_bytes(TEXT.encode())
    return path


def test_changes_are_undone_and_made_again(file: Path) -> None:
    document = opened(file)
    document.change(TEXT.replace("One", "Two"))
    document.change(TEXT.replace("One", "Three"))
    document.undo()
    assert "Two" in document.text and document.can_redo
    document.undo()
    assert document.text == TEXT and not document.can_undo and not document.is_changed
    document.redo()
    document.redo()
    assert "Three" in document.text
    document.undo()
    document.change(TEXT.replace("One", "Four"))
    assert not document.can_redo


def test_what_is_typed_in_one_go_is_undone_in_one_go(file: Path) -> None:
    now = [0.0]
    document = opened(file, lambda: now[0])
    for text in ("a", "ab", "abc"):
        document.change(text, typed=True)
        now[0] += 0.5
    now[0] += 10
    document.change("abcd", typed=True)
    document.undo()
    assert document.text == "abc"
    document.undo()
    assert document.text == TEXT


def test_a_change_is_compiled_at_once_and_saved_when_asked(file: Path) -> None:
    document = opened(file)
    document.change(TEXT.replace("wait: 1", "wait: soon"))
    assert [problem.code for problem in document.compiled.problems] == ["B115"]
    assert file.read_text() == TEXT
    document.save()
    assert file.read_text() == TEXT.replace("wait: 1", "wait: soon")
    assert not document.is_changed


def test_a_change_made_meanwhile_outside_is_never_overwritten(file: Path) -> None:
    document = opened(file)
    document.change(TEXT.replace("One", "Mine"))
    file.write_text(TEXT.replace("One", "Theirs"))
    assert document.is_outdated()
    with pytest.raises(SaveConflictError) as conflict:
        document.save()
    assert conflict.value.theirs == TEXT.replace("One", "Theirs")
    assert "Theirs" in file.read_text()
    document.keep_mine()
    document.save()
    assert "Mine" in file.read_text()


def test_theirs_is_taken_and_mine_comes_back_by_undo(file: Path) -> None:
    document = opened(file)
    document.change(TEXT.replace("One", "Mine"))
    file.write_text(TEXT.replace("One", "Theirs"))
    document.take_theirs()
    assert "Theirs" in document.text and not document.is_changed
    document.undo()
    assert "Mine" in document.text and document.is_changed


def test_a_file_that_was_deleted_meanwhile_is_a_conflict(file: Path) -> None:
    document = opened(file)
    document.change("states: []\n")
    file.unlink()
    with pytest.raises(SaveConflictError, match="deleted") as conflict:
        document.save()
    assert conflict.value.theirs is None


def test_a_new_workflow_is_written_only_where_nobody_else_wrote_one(tmp_path: Path) -> None:
    document = opened(tmp_path / "biz" / "new.yml")
    assert document.is_new and document.is_changed
    document.change(TEXT)
    document.save()
    assert (tmp_path / "biz" / "new.yml").read_bytes() == TEXT.encode()
    second = opened(tmp_path / "biz" / "other.yml")
    (tmp_path / "biz" / "other.yml").write_text("theirs")
    with pytest.raises(SaveConflictError):
        second.save()


@pytest.mark.parametrize("raw", [b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", b"a: 1\r\nb: 2", b"a: 1\nb: 2\r\nc: 3\n"])
def test_marks_and_ends_of_lines_stay_as_they_are(file: Path, raw: bytes) -> None:
    file.write_bytes(raw)
    document = opened(file)
    assert "\r" not in document.text
    document.save()
    assert file.read_bytes() == raw


def test_a_change_of_a_windows_file_keeps_its_ends_of_lines(file: Path) -> None:
    file.write_bytes(TEXT.replace("\n", "\r\n").encode())
    document = opened(file)
    document.change(TEXT.replace("One", "Two"))
    document.save()
    assert file.read_bytes() == TEXT.replace("One", "Two").replace("\n", "\r\n").encode()


def test_a_file_that_is_no_text_is_refused(file: Path) -> None:
    file.write_bytes(b"a: \xff\n")
    with pytest.raises(CoWorksError, match="byte 4 is wrong"):
        opened(file)


def test_saving_keeps_the_rights_of_the_file_and_leaves_nothing_behind(file: Path) -> None:
    file.chmod(0o640)
    document = opened(file)
    document.change("states: []\n")
    document.save()
    assert file.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in file.parent.iterdir()] == ["rest.yml"]


WORKFLOWS = [
    *sorted((ROOT / "samples").glob("*/biz/*.yml")),
    *sorted((ROOT / "tests").rglob("*.yml")),
    *sorted((ROOT / "src/coworks/project/template/biz").glob("*.yml")),
]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_workflow_opened_and_saved_is_byte_for_byte_the_same(path: Path, tmp_path: Path) -> None:
    copied = tmp_path / path.name
    copied.write_bytes(path.read_bytes())
    document = opened(copied)
    document.change(document.text + "# more\n")
    document.undo()
    document.save()
    assert copied.read_bytes() == path.read_bytes()
