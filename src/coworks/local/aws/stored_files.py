"""Files that are put into buckets of moto start what waits for files of those buckets, as in S3.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from coworks.local.bus import File

if TYPE_CHECKING:
    from coworks.local.aws.elsewhere import Elsewhere
    from coworks.local.aws.wire import AwsAnswer, AwsRequest
    from coworks.local.bus import Bus

_OF_A_PUT: Final = frozenset({"x-id"})
"""What may stand in the query of a PutObject or CopyObject; the rest names another operation."""


class StoredFiles:
    """What `elsewhere` answers, and the files that came in by it told to the bus."""

    def __init__(self, elsewhere: Elsewhere, bus: Bus) -> None:
        self._elsewhere = elsewhere
        self._bus = bus

    def __call__(self, request: AwsRequest) -> AwsAnswer:
        answer = self._elsewhere(request)
        if request.signed_for == "s3" and answer.status == 200 and _puts(request):
            bucket, _, key = unquote(request.path.lstrip("/")).partition("/")
            if key and bucket in self._bus.buckets:
                self._tell(request, bucket, key)
        return answer

    def _tell(self, request: AwsRequest, bucket: str, key: str) -> None:
        known = {name: text for name, text in request.headers.items() if name in ("authorization", "host")}
        found = self._elsewhere(replace(request, method="HEAD", query="", body=b"", headers=known))
        size = int(found.headers.get("content-length", 0))
        self._bus.put_file(File(bucket, key, size, found.headers.get("etag", "")))


def _puts(request: AwsRequest) -> bool:
    """PutObject, CopyObject, or the end of an upload in parts."""
    asked = request.parameters().keys()
    return (request.method == "PUT" and asked <= _OF_A_PUT) or (
        request.method == "POST" and "uploadId" in asked
    )
