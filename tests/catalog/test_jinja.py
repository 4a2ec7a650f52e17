"""The predefined template service: what it renders, what it escapes, and what strangers cannot do with it."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any, ClassVar

import boto3
import pytest
from moto import mock_aws
from tests.catalog.jinja_service import Leaky, Templates

from coworks.catalog.jinja import (
    JinjaMicroService,
    TemplateError,
    TemplateLimitError,
    TemplateNotFoundError,
    TemplateRefusedError,
)
from coworks.tech import BadRequestError, InternalServerError
from coworks.testing import client

SERVICE = JinjaMicroService()
# What goes on for ever is stopped after a second here; what grows stops at 128 MB.
IMPATIENT = JinjaMicroService()


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of templates, and short limits for services that start their first process in a test."""
    monkeypatch.setenv("JINJA_TEMPLATES", str(tmp_path))
    monkeypatch.setenv("JINJA_MAX_MEMORY", "128")
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2]))
    return tmp_path


def render(service: JinjaMicroService = SERVICE, **body: Any) -> str:
    answer = service({"coworks": 1, "method": "POST", "path": "/render", "body": body})
    return str(answer["body"])


def test_a_text_is_rendered_with_the_names_of_the_context() -> None:
    assert render(text="Dear {{ who }},\n", context={"who": "Ada"}) == "Dear Ada,\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.html", "&lt;b&gt;"),
        ("a.HTML.j2", "&lt;b&gt;"),
        ("a.xml", "&lt;b&gt;"),
        ("a.txt", "<b>"),
        ("a.md.jinja", "<b>"),
    ],
)
def test_what_is_inserted_into_html_is_escaped_by_the_name(name: str, expected: str) -> None:
    assert render(templates={name: "{{ x }}"}, context={"x": "<b>"}) == expected


def test_the_format_goes_before_the_name() -> None:
    assert render(text="{{ x }}", context={"x": "<b>"}, format="text") == "<b>"
    assert render(templates={"a.txt": "{{ x }}"}, context={"x": "<b>"}, format="html") == "&lt;b&gt;"


def test_templates_of_the_request_extend_those_of_the_project(project: Path) -> None:
    (project / "mails").mkdir()
    (project / "mails" / "base.txt").write_text("[{% block body %}{% endblock %}]", encoding="utf-8")
    own = "{% extends 'mails/base.txt' %}{% block body %}{{ x }}{% endblock %}"
    assert render(template="own.txt", templates={"own.txt": own}, context={"x": 1}) == "[1]"


def test_a_template_of_the_project_is_rendered_with_the_query(project: Path) -> None:
    (project / "hello.html").write_text("<p>{{ who }}</p>", encoding="utf-8")
    answer = client(Templates(), headers={"Authorization": "x"}).get(
        "/render/hello.html", query={"who": "<3"}
    )
    assert (answer.text, answer.headers["content-type"]) == ("<p>&lt;3</p>", "text/html; charset=utf-8")


def test_templates_are_uploaded_as_files_with_a_context_in_json() -> None:
    form = (
        "--b\r\nContent-Disposition: form-data; name=files; filename=page.html\r\n\r\n"
        "{% extends 'base.html' %}{% block body %}{% include 'part.html' %}!{% endblock %}\r\n"
        "--b\r\nContent-Disposition: form-data; name=files; filename=part.html\r\n\r\n{{ x }}\r\n"
        "--b\r\nContent-Disposition: form-data; name=files; filename=base.html\r\n\r\n"
        "<p>{% block body %}{% endblock %}</p>\r\n"
        '--b\r\nContent-Disposition: form-data; name=context\r\n\r\n{"x": "&"}\r\n'
        "--b\r\nContent-Disposition: form-data; name=template\r\n\r\npage.html\r\n--b--\r\n"
    )
    answer = client(Templates(), headers={"Authorization": "x"}).post(
        "/render", body=form.encode(), headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    assert answer.text == "<p>&amp;!</p>"


def test_templates_in_a_bucket_include_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("JINJA_TEMPLATES", "s3://letters/office/")
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="letters")
        page = b"{% extends 'base.html' %}{% block body %}{% include 'parts/sign.html' %}{% endblock %}"
        s3.put_object(Bucket="letters", Key="office/page.html", Body=page)
        s3.put_object(Bucket="letters", Key="office/base.html", Body=b"<p>{% block body %}{% endblock %}</p>")
        s3.put_object(Bucket="letters", Key="office/parts/sign.html", Body="{{ x }} ✓".encode())
        s3.put_object(Bucket="letters", Key="secret.html", Body=b"of somebody else")
        assert render(template="page.html", context={"x": "<3"}) == "<p>&lt;3 ✓</p>"
        for name in ("none.html", "../secret.html"):
            with pytest.raises(TemplateNotFoundError):
                render(template=name)


def test_a_project_adds_filters_and_globals() -> None:
    text = "{{ company }}: {{ 1234.5 | euro }}"
    assert render(Templates(), text=text) == "Shop &amp; Co: 1,234.50 €"


def test_filters_of_a_class_that_no_module_names_are_refused_with_the_fix() -> None:
    class Local(JinjaMicroService):
        filters: ClassVar = {"twice": lambda value: value * 2}

    with pytest.raises(InternalServerError, match="at the top of its module"):
        render(Local(), text="x")


def test_filters_that_cannot_be_imported_are_told_with_their_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Leaky, "__module__", "gone_away")
    with pytest.raises(TemplateError, match=r"filters cannot be imported: .*gone_away"):
        render(Leaky(), text="x")


@pytest.mark.parametrize(
    ("text", "line", "source"),
    [
        ("ok\n{{ nobody }}", 2, "{{ nobody }}"),
        ("ok\n\n  {% for %}", 3, "{% for %}"),
        ("{{ 1 / 0 }}", 1, "{{ 1 / 0 }}"),
        ("{{ x | nothing }}", 1, "{{ x | nothing }}"),
        ("{% include 'none.txt' %}", 1, "{% include 'none.txt' %}"),
    ],
)
def test_an_error_tells_the_template_the_line_and_its_text(text: str, line: int, source: str) -> None:
    with pytest.raises(TemplateError) as caught:
        render(text=text, context={"x": 1})
    assert caught.value.extra == {"template": "text.html", "line": line, "source": source}
    assert source in caught.value.message


def test_an_error_in_an_included_template_is_told_where_it_is(project: Path) -> None:
    (project / "part.txt").write_text("fine\n{{ gone.far }}\n", encoding="utf-8")
    with pytest.raises(TemplateError, match=r'"part.txt", line 2: \'gone\' is undefined: \{\{ gone.far \}\}'):
        render(text="{% include 'part.txt' %}")


@pytest.mark.parametrize("name", ["none.txt", "../secret.txt", "/etc/passwd", ".env", "a//b", "a\\b", "c:x"])
def test_nothing_outside_the_folder_is_a_template(project: Path, name: str) -> None:
    inside = project / "templates"
    inside.mkdir()
    (project / "secret.txt").write_text("secret", encoding="utf-8")
    (inside / ".env").write_text("secret", encoding="utf-8")
    os.environ["JINJA_TEMPLATES"] = str(inside)
    with pytest.raises(TemplateNotFoundError):
        render(template=name)


def test_a_link_that_leads_out_of_the_folder_is_no_template(project: Path) -> None:
    (project / "passwords.txt").symlink_to("/etc/passwd")
    with pytest.raises(TemplateNotFoundError):
        render(template="passwords.txt")


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ ()|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
        "{{ '{0.__class__.__init__.__globals__}'.format(x) }}",
        "{{ '{x.__class__}'.format_map({'x': 1}) }}",
        "{{ lipsum.__globals__['os'].popen('id').read() }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ joiner.__init__.__globals__ }}",
        "{{ namespace.__init__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ x.append(2) }}",
        "{{ {}.update(a=1) }}",
        "{% set a = 'class' %}{{ ''|attr('__' ~ a ~ '__') }}",
    ],
)
def test_a_template_does_not_reach_the_insides_of_python(text: str) -> None:
    with pytest.raises(TemplateRefusedError):
        render(text=text, context={"x": [1]})


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 9 ** (9 ** 9) }}",
        "{{ 'a' * 10**10 }}",
        "{{ 'x'|center(10**10) }}",
        "{{ '%0999999999d'|format(1) }}",
        "{{ ('a' * 10**6)|replace('a', 'b' * 10**6) }}",
        "{% set n = namespace(a='ab') %}{% for i in range(99) %}{% set n.a = n.a ~ n.a %}{% endfor %}",
        "{% for i in range(99999) %}{{ 'a' * 1000 }}{% endfor %}",
        "{% include 'text.html' %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{{ lipsum(n=10**7) }}",
    ],
)
def test_a_template_that_takes_too_much_is_stopped(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("JINJA_TIMEOUT", "1")
    with pytest.raises(TemplateLimitError):
        render(IMPATIENT, text=text)
    assert render(IMPATIENT, text="and on") == "and on"


def test_a_range_without_end_is_refused_at_once() -> None:
    with pytest.raises(TemplateError, match="Range too big"):
        render(text="{% for i in range(10**12) %}{% endfor %}")


def test_the_process_that_renders_has_no_environment_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "s3cret")
    assert render(Leaky(), text="{{ environment() }}") == ""


def test_threads_get_each_their_own_answer() -> None:
    answers: dict[int, str] = {}

    def ask(number: int) -> None:
        for _ in range(10):
            answers[number] = render(text="{{ x }}", context={"x": number})
            assert answers[number] == str(number)

    threads = [threading.Thread(target=ask, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: str(number) for number in range(8)}


@pytest.mark.parametrize(
    "body",
    [{}, {"text": "x", "template": "y"}, {"text": "x", "context": "[]"}, {"text": "x", "context": "{"}],
)
def test_what_cannot_be_rendered_is_a_bad_request(body: dict[str, Any]) -> None:
    with pytest.raises(BadRequestError):
        render(**body)


@pytest.mark.parametrize("value", ["soon", "0", "-1", "inf"])
def test_a_wrong_setting_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("JINJA_TIMEOUT", value)
    with pytest.raises(InternalServerError, match="JINJA_TIMEOUT"):
        render(JinjaMicroService(), text="x")


def test_nobody_renders_by_http() -> None:
    assert client(JinjaMicroService(), headers={"Authorization": "x"}).post("/render", json={}).status == 403
