"""ItemReader and ResultWriter, over S3 (moto, behind a socket) and over a folder."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from coworks.engine import (
    Engine,
    Execution,
    FolderBuckets,
    InlineWorkers,
    ManualClock,
    MemoryStore,
    S3Buckets,
)
from coworks.engine.buckets import BucketError
from coworks.engine.item_reader import read_items
from coworks.engine.tasks import TaskError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from coworks.engine import Buckets

Json = dict[str, Any]
GET = "arn:aws:states:::s3:getObject"
LIST = "arn:aws:states:::s3:listObjectsV2"
PUT = "arn:aws:states:::s3:putObject"
PASS: Json = {"Type": "Pass", "End": True}


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    """A client of a real server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    known = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}
    yield boto3.client("s3", endpoint_url=f"http://{host}:{port}", **known)
    server.stop()


@pytest.fixture(params=["s3", "folder"])
def buckets(request: pytest.FixtureRequest, tmp_path: Path) -> Buckets:
    """A bucket named "data", in either place."""
    if request.param == "folder":
        (tmp_path / "data").mkdir()
        return FolderBuckets(tmp_path)
    client = request.getfixturevalue("s3")
    client.create_bucket(Bucket="data")
    for one in client.list_objects_v2(Bucket="data").get("Contents", []):
        client.delete_object(Bucket="data", Key=one["Key"])
    return S3Buckets(lambda: client)


@pytest.fixture
def run(buckets: Buckets) -> Callable[..., tuple[Execution, list[Json]]]:
    """Runs a distributed Map with these fields, and `Caught` where it may lead to."""

    def run(given: Any = None, **fields: Any) -> tuple[Execution, list[Json]]:
        engine = Engine(
            MemoryStore(),
            lambda _, given: given,
            clock=ManualClock(),
            workers=InlineWorkers(),
            buckets=buckets,
        )
        config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
        states = fields.pop("States", {"In": PASS})
        processor = {"ProcessorConfig": config, "StartAt": next(iter(states)), "States": states}
        each = {"Type": "Map", "Label": "each", "ItemProcessor": processor, "End": True, **fields}
        engine.put_state_machine(
            "m", {"QueryLanguage": "JSONata", "StartAt": "Each", "States": {"Each": each}}
        )
        engine.start_execution("m", json.dumps(given), name="one")
        engine.run_through()
        return engine.describe_execution("m", "one"), engine.get_execution_history("m", "one")

    return run


def reader(kind: str, key: str = "items", **config: Any) -> Json:
    arguments = {"Bucket": "data", "Key": key}
    return {"Resource": GET, "Arguments": arguments, "ReaderConfig": {"InputType": kind, **config}}


def items(done: Execution) -> Any:
    assert done.error is None, done.cause
    return json.loads(str(done.output))


def test_items_come_out_of_a_json_file(run: Any, buckets: Buckets) -> None:
    buckets.write("data", "items", b'[{"n": 1}, {"n": 2}]')
    done, history = run(ItemReader=reader("JSON"))
    assert items(done) == [{"n": 1}, {"n": 2}]
    assert history[2]["mapStateStartedEventDetails"] == {"length": 0}


def test_items_come_out_of_json_lines(run: Any, buckets: Buckets) -> None:
    buckets.write("data", "items", b'{"n": 1}\n\n"two"\n')
    assert items(run(ItemReader=reader("JSONL"))[0]) == [{"n": 1}, "two"]


SELECTOR = {"of": "{% $states.context.Map.Item.Source %}", "n": "{% $states.context.Map.Item.Value %}"}


def test_the_context_tells_which_file_an_item_comes_from(run: Any, buckets: Buckets) -> None:
    for key, text in {"in/a": b"1\n2\n", "in/b": b"", "in/c": b"3\n4\n"}.items():
        buckets.write("data", key, text)
    config = {"Transformation": "LOAD_AND_FLATTEN", "InputType": "JSONL", "MaxItems": 3}
    listed = {"Resource": LIST, "Arguments": {"Bucket": "data", "Prefix": "in/"}, "ReaderConfig": config}
    assert items(run(ItemReader=listed, ItemSelector=SELECTOR)[0]) == [
        {"of": "s3://data/in/a", "n": 1},
        {"of": "s3://data/in/a", "n": 2},
        {"of": "s3://data/in/c", "n": 3},
    ]


def test_the_context_tells_the_bucket_of_a_list_and_the_key_of_a_file(run: Any, buckets: Buckets) -> None:
    buckets.write("data", "items.jsonl", b"1\n")
    source = "{% $states.context.Map.Item.Source %}"
    listed = {"Resource": LIST, "Arguments": {"Bucket": "data"}}
    assert items(run(ItemReader=listed, ItemSelector=source)[0]) == ["s3://data"]
    one = reader("JSONL", "items.jsonl")
    assert items(run(ItemReader=one, ItemSelector=source)[0]) == ["s3://data/items.jsonl"]
    assert items(run([1], ItemSelector=source)[0]) == ["STATE_DATA"]


def test_a_file_named_so_is_compressed_by_gzip(run: Any, buckets: Buckets) -> None:
    buckets.write("data", "items.csv.gz", gzip.compress(b"n\n1\n"))
    packed = reader("CSV", "items.csv.gz", CSVHeaderLocation="FIRST_ROW")
    assert items(run(ItemReader=packed)[0]) == [{"n": "1"}]


@pytest.mark.parametrize(
    ("key", "said"), [("items.jsonl.zst", "zstd"), ("items.jsonl.gz", "Not a gzipped file")]
)
def test_what_is_compressed_otherwise_fails_the_map(run: Any, buckets: Buckets, key: str, said: str) -> None:
    buckets.write("data", key, b"1\n")
    done, _ = run(ItemReader=reader("JSONL", key))
    assert (done.error, said in str(done.cause)) == ("States.ItemReaderFailed", True)


def test_rows_of_a_csv_file_are_objects_of_texts(run: Any, buckets: Buckets) -> None:
    buckets.write("data", "items", b'\xef\xbb\xbfname,age\r\n"Doe, Jo",7\r\nAl\r\nBo,8,more\r\n')
    assert items(run(ItemReader=reader("CSV", CSVHeaderLocation="FIRST_ROW"))[0]) == [
        {"name": "Doe, Jo", "age": "7"},
        {"name": "Al", "age": ""},
        {"name": "Bo", "age": "8"},
    ]


def test_a_csv_file_may_have_its_header_elsewhere_and_another_delimiter(run: Any, buckets: Buckets) -> None:
    buckets.write("data", "items", b"Al;1\nBo;2\nCy;3\n")
    config: Json = {"CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a", "b"], "CSVDelimiter": "SEMICOLON"}
    done, _ = run(2, ItemReader=reader("CSV", **config, MaxItems="{% $states.input %}"))
    assert items(done) == [{"a": "Al", "b": "1"}, {"a": "Bo", "b": "2"}]


def test_items_come_out_of_an_inventory(run: Any, buckets: Buckets) -> None:
    buckets.write("data", "list/1.csv.gz", gzip.compress(b'"data","a%20b","7"\n"data","c","8"\n'))
    manifest = {"fileFormat": "CSV", "fileSchema": "Bucket, Key, Size", "files": [{"key": "list/1.csv.gz"}]}
    buckets.write("data", "items", json.dumps(manifest).encode())
    assert items(run(ItemReader=reader("MANIFEST"))[0]) == [
        {"Bucket": "data", "Key": "a%20b", "Size": "7"},
        {"Bucket": "data", "Key": "c", "Size": "8"},
    ]


def test_the_objects_of_a_bucket_are_items(run: Any, buckets: Buckets) -> None:
    for key in ("in/b", "in/a", "out/c"):
        buckets.write("data", key, b"xyz")
    found = items(run(ItemReader={"Resource": LIST, "Arguments": {"Bucket": "data", "Prefix": "in/"}})[0])
    assert [(one["Key"], one["Size"], one["StorageClass"]) for one in found] == [
        ("in/a", 3, "STANDARD"),
        ("in/b", 3, "STANDARD"),
    ]
    assert all(isinstance(one["LastModified"], int) and one["Etag"].startswith('"') for one in found)


@pytest.mark.parametrize(
    ("data", "fields", "cause"),
    [
        (None, reader("JSON"), "The specified key does not exist. (Service: S3, Status Code: 404)"),
        (b'{"a": 1}', reader("JSON"), "Attempting to map over non-iterable node."),
        (b"[1, 2", reader("JSON"), "The dataset cannot be read: "),
        (b"\xff\n", reader("CSV", CSVHeaderLocation="FIRST_ROW"), "The dataset cannot be read: "),
        (
            b"{}",
            reader("MANIFEST"),
            "The dataset cannot be read: the manifest",
        ),
        (
            b"[]",
            {**reader("JSON"), "Arguments": {"Key": "items"}},
            "The dataset cannot be read: the argument",
        ),
    ],
)
def test_a_dataset_that_cannot_be_read_fails_the_map(
    run: Any, buckets: Buckets, data: bytes | None, fields: Json, cause: str
) -> None:
    if data is not None:
        buckets.write("data", "items", data)
    done, history = run(ItemReader=fields)
    assert done.error == "States.ItemReaderFailed"
    assert str(done.cause).startswith(
        f"An error occurred while executing the state 'Each' (entered at the event id #2). {cause}"
    )
    assert [event["type"] for event in history[3:]] == [
        "MapRunStarted",
        "MapRunFailed",
        "MapStateFailed",
        "ExecutionFailed",
    ]


def test_results_are_written_with_a_manifest(run: Any, buckets: Buckets) -> None:
    choice = {
        "Type": "Choice",
        "Choices": [{"Condition": "{% $states.input = 2 %}", "Next": "Bad"}],
        "Default": "In",
    }
    states = {"Which": choice, "Bad": {"Type": "Fail", "Error": "Odd"}, "In": PASS}
    writer = {"Resource": PUT, "Arguments": {"Bucket": "data", "Prefix": "done"}}
    told = items(run([1, 2, 3], States=states, ResultWriter=writer, ToleratedFailureCount=1)[0])
    name = told["MapRunArn"].rpartition(":")[2]
    assert told["ResultWriterDetails"] == {"Bucket": "data", "Key": f"done/{name}/manifest.json"}
    manifest = read(buckets, f"done/{name}/manifest.json")
    assert (manifest["DestinationBucket"], manifest["MapRunArn"]) == ("data", told["MapRunArn"])
    assert manifest["ResultFiles"]["PENDING"] == []
    (succeeded,) = manifest["ResultFiles"]["SUCCEEDED"]
    (failed,) = manifest["ResultFiles"]["FAILED"]
    assert [one["Output"] for one in read(buckets, succeeded["Key"])] == ["1", "3"]
    assert [(one["Status"], one["Error"], one["Input"]) for one in read(buckets, failed["Key"])] == [
        ("FAILED", "Odd", "2")
    ]


def read(buckets: Buckets, key: str) -> Any:
    with buckets.read("data", key) as opened:
        return json.load(opened)


def test_results_are_written_as_lines_of_outputs(run: Any, buckets: Buckets) -> None:
    config = {"Transformation": "FLATTEN", "OutputType": "JSONL"}
    writer = {"Resource": PUT, "Arguments": {"Bucket": "data"}, "WriterConfig": config}
    told = items(run([[1, 2], 3], ResultWriter=writer)[0])
    (file,) = read(buckets, told["ResultWriterDetails"]["Key"])["ResultFiles"]["SUCCEEDED"]
    with buckets.read("data", file["Key"]) as opened:
        assert opened.read() == b"1\n2\n3\n"


def test_results_without_their_bucket_fail_the_map(run: Any) -> None:
    done, _ = run([1], ResultWriter={"Resource": PUT, "Arguments": {"Bucket": "nowhere"}})
    assert done.error == "States.ResultWriterFailed"
    assert "The specified bucket does not exist" in str(done.cause)


@pytest.mark.parametrize("key", ["../other/secret", "/etc/passwd", "a/../../secret", "", "."])
def test_a_folder_gives_and_takes_nothing_outside_its_buckets(tmp_path: Path, key: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "secret").write_text("no")
    buckets = FolderBuckets(tmp_path)
    reading = {"resource": GET, "arguments": {"Bucket": "data", "Key": key or "."}, "most": None}
    with pytest.raises(Exception, match="ItemReaderFailed"):
        read_items(buckets, {**reading, "config": {"InputType": "JSONL"}})
    with pytest.raises(Exception, match="no key"):
        buckets.write("data", key, b"x")


PLAIN = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@settings(deadline=None)
@given(st.lists(st.tuples(PLAIN, st.text(alphabet='a,"\n;'))))
def test_any_csv_comes_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    folder = tmp_path_factory.mktemp("buckets")
    (folder / "data").mkdir()
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("a", "b"), *rows])
    FolderBuckets(folder).write("data", "items", text.getvalue().encode())
    reading = {
        "resource": GET,
        "arguments": {"Bucket": "data", "Key": "items"},
        "config": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
        "most": None,
    }
    assert read_items(FolderBuckets(folder), reading).items == [{"a": a, "b": b} for a, b in rows]


def test_buckets_that_need_boto3_say_how_to_get_it() -> None:
    def missing() -> Any:
        raise TaskError("States.Runtime", 'boto3 is missing: pip install "coworks[aws]"')

    with pytest.raises(BucketError, match=r'pip install "coworks\[aws\]"'):
        S3Buckets(missing).read("data", "items")


def test_items_are_an_array_inside_a_json_file(run: Any, buckets: Buckets) -> None:
    buckets.write("data", "items", b'{"a/b": [{"rows": [1, 2]}]}')
    assert items(run(ItemReader=reader("JSON", ItemsPointer="/a~1b/0/rows"))[0]) == [1, 2]
    done, _ = run(ItemReader=reader("JSON", ItemsPointer="/none"))
    assert done.error == "States.ItemReaderFailed"
    assert "'/none' names nothing" in (done.cause or "")


def test_files_that_are_listed_may_be_loaded_one_after_the_other(run: Any, buckets: Buckets) -> None:
    buckets.write("data", "in/2.jsonl", b"3\n")
    buckets.write("data", "in/1.jsonl", b"1\n2\n")
    buckets.write("data", "other.jsonl", b"9\n")
    config = {"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN"}
    arguments = {"Bucket": "data", "Prefix": "in/"}
    done, _ = run(ItemReader={"Resource": LIST, "Arguments": arguments, "ReaderConfig": config})
    assert items(done) == [1, 2, 3]


def test_a_manifest_of_athena_names_the_files(run: Any, buckets: Buckets) -> None:
    buckets.write("data", "items", b"s3://data/one.csv\n\ns3://data/two.csv\n")
    buckets.write("data", "one.csv", b"n\n1\n")
    buckets.write("data", "two.csv", b"n\n2\n")
    asked = reader("CSV", ManifestType="ATHENA_DATA", CSVHeaderLocation="FIRST_ROW")
    assert items(run(ItemReader=asked)[0]) == [{"n": "1"}, {"n": "2"}]
    buckets.write("data", "items", b"one.csv\n")
    assert "no address of S3" in (run(ItemReader=asked)[0].cause or "")


def test_parquet_is_refused_with_what_to_do(run: Any, buckets: Buckets) -> None:
    buckets.write("data", "items", b"PAR1")
    done, _ = run(ItemReader=reader("PARQUET"))
    assert (done.error, "write them as JSONL or CSV" in (done.cause or "")) == (
        "States.ItemReaderFailed",
        True,
    )
