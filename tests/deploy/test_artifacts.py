"""The bucket: made once, closed, never written over, and in the region of the stage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from coworks.deploy import DeployError
from coworks.deploy.stacks import Clients
from coworks.deploy.stacks.artifacts import Bucket

ACCOUNT = "123456789012"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield


def clients(region: str) -> Clients:
    nothing: Any = None
    return Clients(region, ACCOUNT, nothing, boto3.client("s3", region_name=region), *[nothing] * 3)


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_the_bucket_is_made_in_the_region_and_closed_to_the_public(region: str) -> None:
    bucket = Bucket(clients(region))
    bucket.prepare()
    bucket.prepare()
    assert bucket.name == f"coworks-{ACCOUNT}-{region}"
    closed = boto3.client("s3").get_public_access_block(Bucket=bucket.name)["PublicAccessBlockConfiguration"]
    assert set(closed.values()) == {True}


def test_a_package_that_is_there_is_not_sent_again(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"package")
    bucket = Bucket(clients("eu-west-1"))
    bucket.prepare()
    assert [bucket.put("shop/a", tmp_path / "a.zip") for _ in range(2)] == [True, False]


def test_texts_are_kept_in_the_order_of_their_keys() -> None:
    bucket = Bucket(clients("eu-west-1"))
    bucket.prepare()
    for key in ("d/2", "d/1", "e/1"):
        bucket.put_text(key, key)
    assert [bucket.text(key) for key in bucket.keys("d/")] == ["d/1", "d/2"]


def test_a_bucket_in_another_region_is_refused_with_the_fix() -> None:
    Bucket(clients("us-west-2"), "ours").prepare()
    with pytest.raises(
        DeployError, match="the bucket ours is in us-west-2, and the stage in eu-west-1"
    ) as refused:
        Bucket(clients("eu-west-1"), "ours").prepare()
    assert "choose another" in (refused.value.hint or "")
