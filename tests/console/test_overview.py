"""The project at a glance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from coworks.console.overview import overview_of
from coworks.console.rendering import render
from coworks.local import serving
from coworks.project import load_project

FILES = {
    "tech/hello.py": '''
        from coworks import TechMicroService
        class Hello(TechMicroService):
            """Says `hello`.

            And no more."""
            public = True
            def get(self):
                """Say it."""
                return "hello"
    ''',
    "tech/broken.py": "raise ValueError('<script>alert(1)</script>')",
    "biz/daily.yml": """
        comment: Every morning
        on: [{cron: "0 8 * * ? *", timezone: Europe/Paris}]
        states: [{name: Rest, pass: }]
    """,
    "biz/failing.yml": "states: [{name: No, fail: {error: Oops}}]",
    "biz/wrong.yml": "states: [{name: No, wait: soon}]",
}

MakeProject = Callable[[Mapping[str, str]], Path]


def test_it_tells_what_there_is_and_how_it_stands(make_project: MakeProject) -> None:
    with serving(load_project(make_project(FILES))) as system:
        system.engine.start_execution("failing")
        system.engine.wait("failing", system.engine.list_executions("failing")[0].name, 20)
        system.queues.send("hello-dead", "{}")
        told = overview_of(system)
    services = {one.name: one for one in told.services}
    assert services["hello"].about == "Says hello."
    assert [(one.method, one.path, one.about) for one in services["hello"].entries] == [
        ("GET", "/", "Say it.")
    ]
    assert "ValueError" in services["broken"].report
    workflows = {one.name: one for one in told.workflows}
    assert workflows["daily"].triggers == ("every day at 08:00 (Europe/Paris)",)
    assert workflows["daily"].next_run and workflows["daily"].last is None
    assert (workflows["failing"].failures, told.failures) == (1, 1)
    assert [one.name for one in told.coming] == ["daily"]
    assert (told.broken, told.mistaken) == (("broken",), ("wrong",))
    assert told.dead == 1
    assert {one.name: one.dead for one in told.queues}["hello"] == 1


def test_what_the_project_says_of_itself_is_shown_as_text(make_project: MakeProject) -> None:
    hostile = {"biz/a.yml": "comment: <script>alert(1)</script>\nstates: [{name: A, pass: }]"}
    with serving(load_project(make_project({**FILES, **hostile}))) as system:
        told = overview_of(system)
    shown = render("home", overview=told) + render("services", services=told.services)
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;alert(1)") == 3
