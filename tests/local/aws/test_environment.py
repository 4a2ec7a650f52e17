"""Services find the endpoint in their environment, unless they have their own."""

from __future__ import annotations

from tests.local.aws.conftest import ServeAws

from coworks.local.aws.environment import aws_environment

HERE = "http://127.0.0.1:8000/_aws"
NOBODY = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
FILES = {
    "tech/who.py": """
        import os
        from coworks import TechMicroService
        class Who(TechMicroService):
            public = True
            def get(self):
                return os.environ["AWS_ENDPOINT_URL"]
    """
}


def test_nobody_asks_this_machine() -> None:
    region = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    found = aws_environment(HERE, {})
    assert found == {"AWS_ENDPOINT_URL": HERE, "AWS_DISABLE_HOST_PREFIX_INJECTION": "true"} | NOBODY | region


def test_an_endpoint_of_ones_own_stays() -> None:
    assert aws_environment(HERE, {"AWS_ENDPOINT_URL": "http://localhost:4566"}) == {}


def test_credentials_and_a_region_of_ones_own_stay_and_ask_this_machine() -> None:
    for own in ({"AWS_PROFILE": "mine"}, {"AWS_ACCESS_KEY_ID": "mine"}):
        found = aws_environment(HERE, {**own, "AWS_REGION": "eu-west-3"})
        assert found["AWS_ENDPOINT_URL"] == HERE
        assert found["AWS_DEFAULT_REGION"] == "eu-west-3"
        assert not found.keys() & NOBODY.keys()


def test_a_service_that_runs_has_them(serve_aws: ServeAws) -> None:
    aws = serve_aws(FILES)
    assert aws.running.ask("GET", "/who").content.decode() == f"{aws.running.system.url}/_aws"
