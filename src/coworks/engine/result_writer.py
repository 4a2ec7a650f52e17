"""ResultWriter: the results of a map run as files in a bucket, with a manifest that names them.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from coworks.asl.failures import RESULT_WRITER_FAILED
from coworks.engine.buckets import BucketError
from coworks.engine.json_text import json_text
from coworks.engine.records import Status
from coworks.engine.tasks import TaskError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coworks.engine.buckets import Buckets
    from coworks.engine.records import MapRun
    from coworks.engine.results import Results

FILE_BYTES: Final = 16 * 1024 * 1024
"""A file that has become larger is followed by another one."""


def write_results(
    buckets: Buckets, settings: Mapping[str, Any], results: Results, run: MapRun, arn: str
) -> dict[str, Any]:
    """Write the files, and tell where their manifest is: the result of the Map.

    Written again they are the same files. Raises `TaskError` with States.ResultWriterFailed.
    """
    bucket = settings["arguments"].get("Bucket")
    if not isinstance(bucket, str) or not bucket:
        raise TaskError(RESULT_WRITER_FAILED, "The argument 'Bucket' of the ResultWriter must be a text")
    prefix = str(settings["arguments"].get("Prefix") or "").strip("/")
    folder = f"{prefix}/{run.name}" if prefix else run.name
    try:
        files = _Files(buckets, bucket, folder, settings["type"])
        for child in results.children(run):
            kind = "SUCCEEDED" if child.status is Status.SUCCEEDED else "FAILED"
            for result in results.told(child, settings["transformation"]):
                files.add(kind, result)
        told = {"DestinationBucket": bucket, "MapRunArn": arn, "ResultFiles": files.close()}
        buckets.write(bucket, f"{folder}/manifest.json", json_text(told).encode())
    except BucketError as error:
        raise TaskError(RESULT_WRITER_FAILED, str(error)) from error
    return {"MapRunArn": arn, "ResultWriterDetails": {"Bucket": bucket, "Key": f"{folder}/manifest.json"}}


class _Files:
    """The files of each status, written when they are large enough."""

    def __init__(self, buckets: Buckets, bucket: str, folder: str, form: str) -> None:
        self._buckets = buckets
        self._bucket = bucket
        self._folder = folder
        self._form = form
        self._open: dict[str, list[str]] = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}
        self._sizes = dict.fromkeys(self._open, 0)
        self._written: dict[str, list[dict[str, Any]]] = {kind: [] for kind in self._open}

    def add(self, kind: str, result: Any) -> None:
        text = json_text(result)
        self._open[kind].append(text)
        self._sizes[kind] += len(text)
        if self._sizes[kind] >= FILE_BYTES:
            self._write(kind)

    def close(self) -> dict[str, list[dict[str, Any]]]:
        """The keys and sizes of all files by status."""
        for kind, texts in self._open.items():
            if texts:
                self._write(kind)
        return self._written

    def _write(self, kind: str) -> None:
        texts, self._open[kind], self._sizes[kind] = self._open[kind], [], 0
        data = f"[{','.join(texts)}]" if self._form == "JSON" else "\n".join(texts) + "\n"
        key = f"{self._folder}/{kind}_{len(self._written[kind])}.{self._form.lower()}"
        self._buckets.write(self._bucket, key, data.encode())
        self._written[kind].append({"Key": key, "Size": len(data.encode())})
