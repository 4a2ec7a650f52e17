"""What lets boto3 in services find the endpoint: nothing gets to a real account by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_REGION: Final = "us-east-1"


def aws_environment(endpoint: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The variables to add to an environment; none to one that names an endpoint of its own.

    Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    """
    if "AWS_ENDPOINT_URL" in environment:
        return {}
    found = {"AWS_ENDPOINT_URL": endpoint, "AWS_DISABLE_HOST_PREFIX_INJECTION": "true"}
    if "AWS_ACCESS_KEY_ID" not in environment and "AWS_PROFILE" not in environment:
        found |= {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or _REGION
    return found | {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
