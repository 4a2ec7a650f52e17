"""What runs is told with its address, and what does not with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from coworks.cli.announcement import announce, announce_as_json
from coworks.local import serving
from coworks.project import load_project

FILES = {
    "tech/mail.py": "from coworks.catalog.mail import MailMicroService as service\n",
    "tech/bad.py": "1 / 0\n",
    "biz/tick.yml": "on:\n  - every: 5 minutes\nstates:\n  - name: Nap\n    wait: 1\n",
    "biz/wrong.yml": "states:\n  - name: Nap\n    wat: 1\n",
}


def test_all_of_a_project_is_in_the_table(
    make_project: Callable[[Mapping[str, str]], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(load_project(make_project(FILES))) as system:
        announce(system)
        announce_as_json(system)
    *table, last = capsys.readouterr().out.splitlines()
    rows = {row[1]: row for row in map(str.split, table) if len(row) > 2 and "://" in row[2]}
    assert rows["mail"][:3] == ["service", "mail", f"{system.url}/mail"]
    assert rows["tick"][3:] == ["every", "5", "minutes"]
    assert rows["bad"][3:6] == ["did", "not", "load:"]
    assert rows["wrong"][3:] == ["1", "mistake"]
    assert table[0] == f"shop runs at {system.url} (Ctrl-C stops it)"
    assert json.loads(last) == {
        "project": "shop", "url": system.url, "services": ["mail"], "workflows": ["tick"],
    }  # fmt: skip


def test_a_console_that_is_not_installed_says_how_to_get_it(
    make_project: Callable[[Mapping[str, str]], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(load_project(make_project(FILES))) as system:
        announce(system, find=lambda name: None)
        missing = capsys.readouterr().out
        announce(system, find=lambda name: name)
    assert f'console   {system.url}/_console  wants pip install "coworks[console]"' in missing
    assert "wants pip install" not in capsys.readouterr().out
