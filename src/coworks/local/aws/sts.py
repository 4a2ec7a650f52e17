"""STS's GetCallerIdentity: the account of this machine, which is nobody's.

Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coworks.local.aws.protocols import QueryApi, Told
from coworks.local.aws.wire import AwsError
from coworks.local.queues.envelopes import ACCOUNT

if TYPE_CHECKING:
    from coworks.errors import CoWorksError

_NAMESPACE: Final = "https://sts.amazonaws.com/doc/2011-06-15/"
OPERATION: Final = "GetCallerIdentity"


def sts_api() -> QueryApi:
    return QueryApi({OPERATION: _who}, _refused, _NAMESPACE)


def _who(form: dict[str, str]) -> Told:
    return {"Arn": f"arn:aws:iam::{ACCOUNT}:user/local", "UserId": "LOCAL", "Account": ACCOUNT}


def _refused(error: CoWorksError) -> AwsError:
    return AwsError("InternalFailure", error.explain(), status=500)
