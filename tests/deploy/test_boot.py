"""The zip, unpacked, answers every door under AWS's own runtime client, where nothing else is installed."""

from __future__ import annotations

import base64
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.deploy.runtime_api import RuntimeApi, running

from coworks.deploy.packages import Package
from coworks.project.handlers import HANDLER

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="AWS's runtime client has Linux wheels only")

Build = Callable[[Mapping[str, str]], Package]

SERVICE = {
    "tech/shop.py": """
        from dataclasses import dataclass

        import jinja2
        from coworks import NotFoundError, TechMicroService
        from coworks.catalog.admin import Admin
        from helpers.prices import price_of

        @dataclass
        class Line:
            item: str
            count: int

        class Shop(TechMicroService):
            def auth(self, auth_request):
                return auth_request.token == "Bearer clerk"
            def get_price(self, item):
                return jinja2.Template("{{ item }}: {{ price }}").render(item=item, price=price_of(item))
            def post_line(self, *, line: Line):
                return {"service": self.name, "item": line.item, "count": line.count}
            def on_event(self, event):
                return event["detail-type"]
            def on_message(self, message):
                raise NotFoundError(message["body"])
            def on_notification(self, notification):
                print("heard", notification["Message"])
            def on_object(self, stored):
                print("found", stored["key"])

        app = Shop()
        app.register_blueprint(Admin(), url_prefix="/admin")
    """,
    "helpers/prices.py": "def price_of(item):\n    return len(item)\n",
    "pyproject.toml": """
        [project]
        name = "shop"
        version = "1"
        dependencies = ["coworks"]
        [dependency-groups]
        shop = ["jinja2>=3.1"]
    """,
}


@pytest.fixture(scope="module")
def clean_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that holds AWS's runtime client and nothing else of ours."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    python = folder / "bin" / "python"
    subprocess.run(
        [*uv, "pip", "install", "--quiet", "--no-config", "--python", str(python), "awslambdaric"], check=True
    )
    return python


@pytest.fixture
def shop(build: Callable[..., Package], clean_python: Path, tmp_path: Path) -> Iterator[RuntimeApi]:
    package = build(SERVICE, "shop")
    folder = tmp_path / "task"
    with zipfile.ZipFile(package.file) as archive:
        archive.extractall(folder)
    with running(clean_python, folder, HANDLER, tmp_path / "log") as api:
        yield api


def http(path: str, token: str = "Bearer clerk") -> dict[str, Any]:
    about = {"stage": "$default", "http": {"method": "GET", "path": path}}
    headers = {"authorization": token} if token else {}
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "requestContext": about,
    }


def order(method: str, path: str, **more: Any) -> dict[str, Any]:
    return {"coworks": 1, "method": method, "path": path, **more}


def body_of(answer: dict[str, Any]) -> str:
    body: str = answer["body"]
    return base64.b64decode(body).decode() if answer["isBase64Encoded"] else body


def test_the_package_answers_at_the_doors_of_http(shop: RuntimeApi) -> None:
    assert shop.invoke(http("/price/apple"))["body"] == "apple: 5"
    refused = [shop.invoke(http("/price/apple", token))["statusCode"] for token in ("", "Bearer me")]
    assert refused == [401, 403]
    rest = {
        "resource": "/price/{item}", "path": "/price/fig", "httpMethod": "GET", "body": None,
        "headers": {"authorization": "Bearer clerk"},
        "multiValueHeaders": {"authorization": ["Bearer clerk"]},
        "queryStringParameters": None, "multiValueQueryStringParameters": None,
        "pathParameters": {"item": "fig"}, "isBase64Encoded": False,
        "requestContext": {"resourcePath": "/price/{item}", "httpMethod": "GET", "path": "/live/price/fig",
                           "stage": "live", "apiId": "a"},
    }  # fmt: skip
    answer = shop.invoke(rest)
    assert (answer["statusCode"], body_of(answer)) == (200, "fig: 3")
    load_balancer = {
        "requestContext": {"elb": {"targetGroupArn": "arn"}}, "httpMethod": "GET", "path": "/price/fig",
        "queryStringParameters": {}, "headers": {"authorization": "Bearer clerk"}, "body": "",
        "isBase64Encoded": False,
    }  # fmt: skip
    answer = shop.invoke(load_balancer)
    assert (answer["statusCode"], body_of(answer)) == (200, "fig: 3")


def test_the_package_answers_at_the_doors_of_authorizers(shop: RuntimeApi) -> None:
    arn = "arn:aws:execute-api:eu-west-1:123456789012:api/live/GET/price/fig"
    simple = {**http("/price/apple"), "type": "REQUEST", "routeArn": arn}
    assert shop.invoke(simple)["isAuthorized"] is True
    token = {"type": "TOKEN", "methodArn": arn, "authorizationToken": "Bearer clerk"}
    (statement,) = shop.invoke(token)["policyDocument"]["Statement"]
    assert (statement["Effect"], arn in statement["Resource"]) == ("Allow", True)
    request = {
        "type": "REQUEST", "methodArn": arn, "resource": "/price/{item}", "path": "/price/fig",
        "httpMethod": "GET", "headers": {"authorization": "Bearer somebody"},
        "requestContext": {"path": "/live/price/fig", "stage": "live", "httpMethod": "GET"},
    }  # fmt: skip
    (statement,) = shop.invoke(request)["policyDocument"]["Statement"]
    # The public pages of Admin, and nothing else.
    assert all("/admin/" in resource for resource in statement["Resource"])


def test_the_package_answers_at_the_doors_of_orders_messages_and_events(
    shop: RuntimeApi, tmp_path: Path
) -> None:
    answer = shop.invoke(order("POST", "/line", body={"line": {"item": "pear", "count": 2}}))
    assert answer["body"] == {"service": "shop", "item": "pear", "count": 2}
    record = {"messageId": "1", "body": "no order", "eventSource": "aws:sqs", "attributes": {}}
    assert shop.invoke({"Records": [record]}) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert shop.invoke({"source": "shop", "detail-type": "Sold", "detail": {}}) is None
    notification: dict[str, Any] = {
        "Type": "Notification", "MessageId": "1", "TopicArn": "arn:aws:sns:eu-west-1:123456789012:prices",
        "Subject": None, "Message": "fig is 3", "Timestamp": "2026-11-24T00:00:00.000Z",
        "MessageAttributes": {},
    }  # fmt: skip
    assert shop.invoke({"Records": [{"EventSource": "aws:sns", "Sns": notification}]}) is None
    put = {
        "bucket": {"name": "photos", "arn": "arn:aws:s3:::photos"},
        "object": {"key": "a+b.png", "size": 1},
    }
    found = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "awsRegion": "eu-west-1", "s3": put}
    assert shop.invoke({"Records": [found]}) is None
    logged = (tmp_path / "log").read_text(encoding="utf-8")
    assert "heard fig is 3" in logged
    assert "found a b.png" in logged


def test_the_package_holds_what_the_catalogue_needs(shop: RuntimeApi) -> None:
    document = shop.invoke(order("GET", "/admin/openapi.json"))["body"]
    assert "/line" in document["paths"]
    assert "content-security-policy" in shop.invoke(order("GET", "/admin/docs"))["headers"]


def test_an_order_that_fails_raises_the_name_of_its_error(shop: RuntimeApi) -> None:
    assert shop.failure(order("GET", "/nowhere"))["errorType"] == "NotFoundError"


def test_a_predefined_service_brings_what_it_needs(
    build: Callable[..., Package], clean_python: Path, tmp_path: Path
) -> None:
    files = {
        "tech/pages.py": "from coworks.catalog.jinja import JinjaMicroService as service\n",
        "templates/mails/hello.txt": "Hello {{ name }}, {{ 6 * 7 }}!",
    }
    package = build(files, "pages")
    folder = tmp_path / "pages"
    with zipfile.ZipFile(package.file) as archive:
        archive.extractall(folder)
    with running(clean_python, folder, HANDLER, tmp_path / "pages.log") as api:
        given = {"template": "mails/hello.txt", "context": {"name": "Ada"}}
        assert api.invoke(order("POST", "/render", body=given))["body"] == "Hello Ada, 42!"
