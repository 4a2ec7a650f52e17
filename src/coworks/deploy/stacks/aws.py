"""The clients of AWS, made in this one place, and what its errors mean to people."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from coworks.deploy.errors import DeployError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coworks.deploy.options import StageOptions

_LOG_IN: Final = "aws sso login or aws configure gives them; AWS_PROFILE chooses those of a profile"
# Errors of botocore before anything was asked, by their class names.
_BEFORE: Final = {
    "NoCredentialsError": ("there are no credentials of AWS", _LOG_IN),
    "PartialCredentialsError": ("the credentials of AWS are not complete", _LOG_IN),
    "NoRegionError": (
        "no region of AWS is set",
        'write region = "eu-west-1" in [tool.coworks.stages.NAME], or set AWS_REGION',
    ),
    "ProfileNotFound": (
        "there is no such profile of AWS",
        "aws configure list-profiles shows those there are",
    ),
    "SSOTokenLoadError": ("the login at AWS is over", "aws sso login"),
    "UnauthorizedSSOTokenError": ("the login at AWS is over", "aws sso login"),
}
_EXPIRED: Final = (
    "the credentials of AWS are no longer valid",
    "log in again, then run the command again: it goes on",
)
# Codes of AWS's answers.
_ANSWERS: Final = {
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "RequestExpired": _EXPIRED,
    "InvalidClientTokenId": ("AWS does not know these credentials", _LOG_IN),
    "UnrecognizedClientException": ("AWS does not know these credentials", _LOG_IN),
    "Throttling": ("AWS asks to go slower", "run the command again in a minute: it goes on"),
    "ThrottlingException": ("AWS asks to go slower", "run the command again in a minute: it goes on"),
    "AccessDenied": ("these credentials may not do that", "ask who keeps the account for this permission"),
    "AccessDeniedException": (
        "these credentials may not do that",
        "ask who keeps the account for this permission",
    ),
}


@dataclass(frozen=True, slots=True)
class Clients:
    """The clients of boto3 that deploying asks, and where they ask."""

    region: str
    account: str
    cloudformation: Any
    s3: Any
    lambda_: Any
    logs: Any
    states: Any
    partition: str = "aws"

    def filled(self, text: Mapping[str, str]) -> str:
        """An ARN of a template (`Fn::Sub`), as CloudFormation fills it in here."""
        here = {"Partition": self.partition, "Region": self.region, "AccountId": self.account}
        found = text["Fn::Sub"]
        for name, value in here.items():
            found = found.replace(f"${{AWS::{name}}}", value)
        return found


def connect(options: StageOptions) -> Clients:
    """The clients of a stage.

    Raises `DeployError` without boto3, credentials or region, and when the credentials are of another account
    than the stage says.
    """
    try:
        boto3, config = import_module("boto3"), import_module("botocore.config")
    except ImportError:
        raise DeployError("deploying needs boto3", hint='pip install "coworks[deploy]"') from None
    with asking_aws():
        # The SDK for Python reads AWS_DEFAULT_REGION alone, the other tools of AWS read AWS_REGION.
        region = options.region or os.environ.get("AWS_REGION")
        session = boto3.session.Session(profile_name=options.profile, region_name=region)
        patient = config.Config(retries={"mode": "standard", "max_attempts": 10})

        def client(name: str) -> Any:
            return session.client(name, config=patient)

        cloudformation = client("cloudformation")
        account = client("sts").get_caller_identity()["Account"]
        _check_account(options, account)
        return Clients(
            cloudformation.meta.region_name,
            account,
            cloudformation,
            client("s3"),
            client("lambda"),
            client("logs"),
            client("stepfunctions"),
            session.get_partition_for_region(cloudformation.meta.region_name),
        )


@contextmanager
def asking_aws() -> Iterator[None]:
    """Tells errors of AWS as a `DeployError` with its fix; those it does not know keep AWS's words."""
    try:
        yield
    except DeployError:
        raise
    except Exception as error:
        explained = _explained(error)
        if explained is None:
            raise
        raise explained from error


def code_of(error: Exception) -> str:
    """The code of an answer of AWS (`ValidationError`), "" when the error is none."""
    response = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def _explained(error: Exception) -> DeployError | None:
    code = code_of(error)
    said = _ANSWERS.get(code) or _BEFORE.get(type(error).__name__)
    if said:
        message, hint = said
        return DeployError(f"{message} ({error})", hint=hint)
    if code or type(error).__module__.startswith("botocore"):
        return DeployError(f"AWS: {error}")
    return None


def _check_account(options: StageOptions, account: str) -> None:
    if options.account and options.account != account:
        raise DeployError(
            f'the stage "{options.stage}" is of the account {options.account}, the credentials of {account}',
            hint="choose the other profile: AWS_PROFILE, or profile in [tool.coworks.stages]",
        )
