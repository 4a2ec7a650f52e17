"""ItemReader: the items of a distributed Map out of a bucket.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from coworks.asl.failures import ITEM_READER_FAILED
from coworks.asl.states.datasets import ATHENA, FLATTEN, INVENTORY, LIST_OBJECTS
from coworks.engine.buckets import BucketError
from coworks.engine.tasks import TaskError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    from coworks.engine.buckets import Buckets

    Portion = tuple[str, Iterable[Any]]
    """An address, and the items that are read from it."""

_DELIMITERS: Final = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}


@dataclass(frozen=True, slots=True)
class Dataset:
    """Items, and the addresses that they were read from, each after the number of its first item."""

    items: list[Any]
    sources: list[tuple[int, str]]


def read_items(buckets: Buckets, settings: Mapping[str, Any]) -> Dataset:
    """The items that a reader's settings name. Raises `TaskError` with States.ItemReaderFailed."""
    try:
        with closing(_portions(buckets, settings)) as portions:
            return _gathered(portions, settings["most"])
    except BucketError as error:
        raise TaskError(ITEM_READER_FAILED, str(error)) from error
    except (ValueError, csv.Error, EOFError, OSError, RecursionError) as error:
        raise TaskError(ITEM_READER_FAILED, f"The dataset cannot be read: {error}") from error


def _gathered(portions: Iterable[Portion], most: int | None) -> Dataset:
    dataset = Dataset([], [])
    for source, items in portions:
        first = len(dataset.items)
        dataset.items.extend(islice(items, None if most is None else most - first))
        if len(dataset.items) > first:
            dataset.sources.append((first, source))
        if len(dataset.items) == most:
            break
    return dataset


def _portions(buckets: Buckets, settings: Mapping[str, Any]) -> Generator[Portion, None, None]:
    """What is read, address by address."""
    arguments, config = settings["arguments"], settings["config"]
    bucket = _text(arguments, "Bucket")
    if settings["resource"] == LIST_OBJECTS:
        listed = buckets.list(bucket, str(arguments.get("Prefix", "")))
        if config.get("Transformation") == FLATTEN:
            yield from _loaded(buckets, ((bucket, one["Key"]) for one in listed), config)
        else:
            yield f"s3://{bucket}", listed
        return
    key = _text(arguments, "Key")
    with buckets.read(bucket, key, arguments.get("VersionId")) as opened:
        if config.get("ManifestType") == ATHENA:
            yield from _loaded(buckets, _addresses(opened), config)
        elif config.get("ManifestType") == INVENTORY or config["InputType"] == "MANIFEST":
            yield _address(bucket, key), _inventory(buckets, bucket, opened)
        else:
            yield _address(bucket, key), _parsed(_unpacked(opened, key), config)


def _address(bucket: str, key: str) -> str:
    return f"s3://{bucket}/{key}"


def _unpacked(opened: BinaryIO, key: str) -> BinaryIO:
    """What a file holds that may be compressed, as its name says."""
    if key.endswith((".zst", ".zstd")):
        raise ValueError(f"{key} is compressed by zstd, which is not read here: compress it by gzip")
    return cast("BinaryIO", gzip.open(opened)) if key.endswith(".gz") else opened


def _parsed(opened: BinaryIO, config: Mapping[str, Any]) -> Iterable[Any]:
    """The items in one file."""
    match config["InputType"]:
        case "JSON":
            return _array(opened, config.get("ItemsPointer", ""))
        case "JSONL":
            return (json.loads(line) for line in opened if line.strip())
        case "CSV":
            return _rows(opened, config)
        case kind:
            raise ValueError(f"files of the type {kind} are not read here: write them as JSONL or CSV")


def _loaded(
    buckets: Buckets, addresses: Iterable[tuple[str, str]], config: Mapping[str, Any]
) -> Iterator[Portion]:
    """The items in many files, one file after the other; what stands for a folder is none."""
    for bucket, key in addresses:
        if not key.endswith("/"):
            with buckets.read(bucket, key) as opened:
                yield _address(bucket, key), _parsed(_unpacked(opened, key), config)


def _addresses(opened: BinaryIO) -> Iterator[tuple[str, str]]:
    """The files that a manifest of Athena's UNLOAD names, an address a line.

    Source: https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
    """
    for line in opened:
        if address := line.decode().strip().strip('"'):
            bucket, slash, key = address.removeprefix("s3://").partition("/")
            if not address.startswith("s3://") or not slash:
                raise ValueError(f"the manifest names {address!r}, which is no address of S3")
            yield bucket, key


def _text(arguments: Mapping[str, Any], name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"the argument '{name}' must be a text")
    return value


def _array(opened: BinaryIO, pointer: str) -> list[Any]:
    value = _pointed(json.load(opened), pointer)
    if not isinstance(value, list):
        raise BucketError("Attempting to map over non-iterable node.")
    return value


def _pointed(value: Any, pointer: str) -> Any:
    """What a JSON Pointer names (https://www.rfc-editor.org/rfc/rfc6901). Raises `ValueError` for nothing."""
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            raise ValueError(f"ItemsPointer '{pointer}' names nothing in it")
    return value


def _rows(opened: BinaryIO, config: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The rows as objects: what is missing at the end is an empty text, what is too much is left out."""
    with io.TextIOWrapper(opened, encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text, delimiter=_DELIMITERS[config.get("CSVDelimiter", "COMMA")])
        given = config["CSVHeaders"] if config.get("CSVHeaderLocation") == "GIVEN" else next(rows, [])
        yield from _objects(rows, given)


def _objects(rows: Iterable[list[str]], names: Sequence[str]) -> Iterator[dict[str, str]]:
    for row in rows:
        if row:
            filled = [*row, *[""] * (len(names) - len(row))]
            yield dict(zip(names, filled, strict=False))


def _inventory(buckets: Buckets, bucket: str, opened: BinaryIO) -> Iterator[dict[str, str]]:
    """The objects that an S3 inventory tells: its manifest names compressed CSV files.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
    """
    manifest = json.load(opened)
    if not isinstance(manifest, dict) or manifest.get("fileFormat") != "CSV":
        raise ValueError("the manifest is not that of an S3 inventory in the format CSV")
    names = [name.strip() for name in str(manifest.get("fileSchema", "")).split(",")]
    for file in manifest.get("files", []):
        with (
            buckets.read(bucket, file["key"]) as packed,
            gzip.open(packed, "rt", encoding="utf-8", newline="") as text,
        ):
            yield from _objects(csv.reader(text), names)
