"""`cws console`: who may use the console from another machine."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from coworks.cli.main import cws

PASSWORD = "correct horse battery"


def test_users_are_added_listed_and_taken_out(tmp_path: Path) -> None:
    def run(*arguments: str, text: str | None = None) -> str:
        ran = CliRunner().invoke(cws, ["-p", str(tmp_path), "console", *arguments], input=text)
        assert ran.exit_code == 0, ran.output
        return ran.output

    assert "ann may edit" in run("add", "ann", "--role", "edit", text=f"{PASSWORD}\n{PASSWORD}\n")
    assert run("add", "bob", "--password", PASSWORD) == "bob may view\n"
    assert run("list") == "ann  edit\nbob  view\n"
    assert run("remove", "ann") == "ann is out\n"
    assert run("list") == "bob  view\n"
