"""The HTTP front hands every call on, as it came, and keeps its own doors shut to strangers."""

from __future__ import annotations

import base64
import json

import pytest
from tests.local.conftest import Serve

ECHO = """
    from coworks import TechMicroService
    class Echo(TechMicroService):
        public = True
        def get(self):
            return "echo\\n"
        def get_item(self, key, *, tag=""):
            return {"key": key, "tag": tag, "agent": self.current_request.headers.get("X-Agent")}
        def put(self, body):
            return body
        def post(self, *, name):
            return {"name": name}, 201, {"X-Made": "yes"}
"""
CLOSED = """
    from coworks import TechMicroService
    class Closed(TechMicroService):
        def auth(self, auth_request):
            return auth_request.token == "let-me-in"
        def get(self):
            return "secret"
"""
FILES = {"tech/echo.py": ECHO, "tech/closed.py": CLOSED, "tech/bad.py": "1/0\n"}


def test_a_service_is_served_below_its_name(serve_project: Serve) -> None:
    running = serve_project(FILES)
    for path in ("/echo", "/echo/"):
        answer = running.ask("GET", path)
        assert (answer.status, answer.content) == (200, b"echo\n")
    assert answer.headers["content-type"].startswith("text/plain")


def test_path_query_and_headers_arrive_as_they_were_sent(serve_project: Serve) -> None:
    answer = serve_project(FILES).ask("GET", "/echo/item/a%2Fb%20c?tag=x%26y", headers={"X-Agent": "me"})
    assert answer.json == {"key": "a/b c", "tag": "x&y", "agent": "me"}


def test_json_and_form_bodies_arrive_and_status_and_headers_come_back(serve_project: Serve) -> None:
    running = serve_project(FILES)
    for body, kind in (
        ('{"name": "Ada"}', "application/json"),
        ("name=Ada", "application/x-www-form-urlencoded"),
    ):
        answer = running.ask("POST", "/echo", body, {"Content-Type": kind})
        assert (answer.status, answer.json, answer.headers["x-made"]) == (201, {"name": "Ada"}, "yes")


def test_bytes_go_both_ways(serve_project: Serve) -> None:
    answer = serve_project(FILES).ask("PUT", "/echo", b"\x00\xff\x10", {"Content-Type": "image/png"})
    assert answer.content == b"\x00\xff\x10"


@pytest.mark.parametrize(("token", "status"), [(None, 401), ("wrong", 403), ("let-me-in", 200)])
def test_auth_decides(serve_project: Serve, token: str | None, status: int) -> None:
    headers = {"Authorization": token} if token else {}
    assert serve_project(FILES).ask("GET", "/closed", headers=headers).status == status


def test_a_broken_service_is_503_and_the_others_run(serve_project: Serve) -> None:
    running = serve_project(FILES)
    answer = running.ask("GET", "/bad/anything")
    assert answer.status == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert running.ask("GET", "/echo").status == 200


def test_an_unknown_name_is_404_and_another_method_405(serve_project: Serve) -> None:
    running = serve_project(FILES)
    assert running.ask("GET", "/nothing").json["title"] == "Not Found"
    answer = running.ask("DELETE", "/echo")
    assert answer.status == 405
    assert {"GET", "POST", "PUT"} <= set(answer.headers["allow"].split(", "))


def test_a_body_over_10_mb_is_413(serve_project: Serve) -> None:
    answer = serve_project(FILES).ask("PUT", "/echo", b"x" * (10 * 1024 * 1024 + 1))
    assert answer.status == 413


def test_a_project_of_one_app_is_served_at_the_root(serve_project: Serve) -> None:
    running = serve_project({"app.py": ECHO})
    assert running.ask("GET", "/").content == b"echo\n"
    assert running.ask("GET", "/item/1").json["key"] == "1"


def test_the_index_lists_what_there_is_and_escapes_it(serve_project: Serve) -> None:
    marked = ECHO.replace("public = True", 'public = True\n        __doc__ = "<script>alert(1)</script>"')
    page = serve_project({"tech/echo.py": marked}).ask("GET", "/").content.decode()
    assert all(f'href="{address}"' in page for address in ("/echo", "/_console/", "/_mail"))
    assert "<script>" not in page


WORKFLOW = {"biz/nap.yml": "states:\n  - name: Nap\n    wait: 1 day\n", "tech/echo.py": ECHO}


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/nap", {"Host": "evil.example"}),
        ("GET", "/_mail", {"Host": "evil.example:80"}),
        ("POST", "/nap", {"Origin": "https://evil.example"}),
        ("POST", "/nap", {"Origin": "null"}),
    ],
)
def test_strangers_reach_neither_workflows_nor_mails(
    serve_project: Serve, method: str, path: str, headers: dict[str, str]
) -> None:
    assert serve_project(WORKFLOW).ask(method, path, headers=headers).status == 403


def test_a_page_of_our_own_may_start_a_workflow(serve_project: Serve) -> None:
    running = serve_project(WORKFLOW)
    assert running.ask("POST", "/nap", headers={"Origin": running.system.url}).status == 202


def test_the_event_is_that_of_an_http_api(serve_project: Serve) -> None:
    code = """
        from coworks import TechMicroService
        class Spy(TechMicroService):
            public = True
            def post_x(self, body, *, a):
                return {"event": self.current_request.event}
    """
    answer = serve_project({"tech/spy.py": code}).ask(
        "POST", "/spy/x?a=1&a=2", b"\xff", {"Cookie": "k=v; l=w", "Content-Type": "image/png"}
    )
    event = answer.json["event"]
    assert (event["version"], event["rawPath"], event["rawQueryString"]) == ("2.0", "/x", "a=1&a=2")
    assert event["cookies"] == ["k=v", "l=w"]
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"\xff"
    assert event["requestContext"]["http"]["method"] == "POST"
    assert "cookie" not in event["headers"]
    json.dumps(event)
