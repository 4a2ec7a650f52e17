"""Where the answers of idempotent entries are kept: in SQLite on one machine, in DynamoDB on AWS.

A record is claimed before the entry is called and holds its answer after. Claim and answer each have an
expiry (seconds since 1970), and what has expired is nobody's: the next request claims it. A claim is given
to one request only, whatever the number of threads, processes or Lambdas.

| environment | store |
|---|---|
| `CWS_IDEMPOTENCY_TABLE` | a DynamoDB table with the string key `id` and the TTL attribute `expiration` |
| `CWS_IDEMPOTENCY_FILE` | a SQLite file, which `cws run` names |
| neither | this process's memory; refused on Lambda, whose instances do not share it |
"""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from coworks.errors import CoWorksError
from coworks.tech.logs import on_lambda
from coworks.tech.outgoing import aws_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_WAITING = 30


class Found(NamedTuple):
    """What a key holds already: what request it came with, and the answer, None while it is under way."""

    fingerprint: str
    answer: str | None


class Store(Protocol):
    """Keeps answers by the identity of their request."""

    def claim(self, identity: str, claim: str, fingerprint: str, expires: float) -> Found | None:
        """None when the request is ours to answer; else what is known of it."""
        ...

    def keep(self, identity: str, claim: str, answer: str, expires: float) -> None:
        """Keeps the answer, if the claim is still ours."""
        ...

    def release(self, identity: str, claim: str) -> None:
        """Gives the request up, if the claim is still ours."""
        ...


class MemoryStore:
    """Answers in the memory of this process, for tests and single services."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._records: dict[str, tuple[str, float, Found]] = {}

    def claim(self, identity: str, claim: str, fingerprint: str, expires: float) -> Found | None:
        with self._lock:
            now = self._now()
            self._records = {key: record for key, record in self._records.items() if record[1] >= now}
            if identity in self._records:
                return self._records[identity][2]
            self._records[identity] = (claim, expires, Found(fingerprint, None))
            return None

    def keep(self, identity: str, claim: str, answer: str, expires: float) -> None:
        with self._lock:
            owner, _, found = self._records.get(identity, ("", 0, Found("", None)))
            if owner == claim:
                self._records[identity] = (claim, expires, Found(found.fingerprint, answer))

    def release(self, identity: str, claim: str) -> None:
        with self._lock:
            if self._records.get(identity, ("",))[0] == claim:
                del self._records[identity]


class SqliteStore:
    """Answers in a SQLite file, which several threads and processes may share."""

    def __init__(self, file: str, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now
        with self._open() as database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS answers (id TEXT PRIMARY KEY, claim TEXT NOT NULL, "
                "fingerprint TEXT NOT NULL, expires REAL NOT NULL, answer TEXT) WITHOUT ROWID"
            )
            database.execute("CREATE INDEX IF NOT EXISTS answers_by_expiry ON answers (expires)")

    def claim(self, identity: str, claim: str, fingerprint: str, expires: float) -> Found | None:
        with self._open() as database:
            database.execute("DELETE FROM answers WHERE expires < ?", (self._now(),))
            made = database.execute(
                "INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, NULL)",
                (identity, claim, fingerprint, expires),
            )
            if made.rowcount:
                return None
            row = database.execute("SELECT fingerprint, answer FROM answers WHERE id = ?", (identity,))
            return Found(*row.fetchone())

    def keep(self, identity: str, claim: str, answer: str, expires: float) -> None:
        with self._open() as database:
            database.execute(
                "UPDATE answers SET answer = ?, expires = ? WHERE id = ? AND claim = ?",
                (answer, expires, identity, claim),
            )

    def release(self, identity: str, claim: str) -> None:
        with self._open() as database:
            database.execute("DELETE FROM answers WHERE id = ? AND claim = ?", (identity, claim))

    def release_all(self) -> None:
        """Gives up all requests that are under way: whoever answered them is gone."""
        with self._open() as database:
            database.execute("DELETE FROM answers WHERE answer IS NULL")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A transaction that has the file for itself."""
        database = sqlite3.connect(self._file, timeout=_WAITING, isolation_level=None)
        try:
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")
        finally:
            # What was not committed is rolled back.
            database.close()


class DynamoStore:
    """Answers in a DynamoDB table, which takes records up to 400 KB.

    DynamoDB deletes expired records late; the condition of the claim does not wait for it.
    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
    """

    def __init__(self, table: str, client: Callable[[], Any], now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._client = client()
        self._now = now

    def claim(self, identity: str, claim: str, fingerprint: str, expires: float) -> Found | None:
        texts = {"id": identity, "claim": claim, "fingerprint": fingerprint}
        item: dict[str, Any] = {name: {"S": value} for name, value in texts.items()}
        try:
            self._client.put_item(
                TableName=self._table,
                Item={**item, "expiration": _number(expires)},
                ConditionExpression="attribute_not_exists(id) OR expiration < :now",
                ExpressionAttributeValues={":now": _number(self._now())},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as refusal:
            known = refusal.response["Item"]
            return Found(known["fingerprint"]["S"], known.get("answer", {}).get("S"))
        return None

    def keep(self, identity: str, claim: str, answer: str, expires: float) -> None:
        self._change(
            self._client.update_item,
            identity,
            {":claim": {"S": claim}, ":answer": {"S": answer}, ":expires": _number(expires)},
            UpdateExpression="SET answer = :answer, expiration = :expires",
        )

    def release(self, identity: str, claim: str) -> None:
        self._change(self._client.delete_item, identity, {":claim": {"S": claim}})

    def _change(self, change: Callable[..., Any], identity: str, values: dict[str, Any], **more: Any) -> None:
        # It fails when the claim ran out, and another request has it now.
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            change(
                TableName=self._table,
                Key={"id": {"S": identity}},
                ConditionExpression="claim = :claim",
                ExpressionAttributeValues=values,
                **more,
            )


def _number(seconds: float) -> dict[str, str]:
    # TTL takes whole seconds.
    return {"N": str(int(seconds))}


_STORES: dict[tuple[str, str], Store] = {}


def store_of(environment: Mapping[str, str]) -> Store:
    """The store that the environment names. Raises `CoWorksError` on Lambda when it names none."""
    table, file = environment.get("CWS_IDEMPOTENCY_TABLE", ""), environment.get("CWS_IDEMPOTENCY_FILE", "")
    if not (table or file) and on_lambda(environment):
        raise CoWorksError(
            "an idempotent entry was called, and there is no table to keep its answer in",
            hint="set CWS_IDEMPOTENCY_TABLE to a DynamoDB table with the key id and the TTL attribute "
            "expiration",
        )
    # Two threads may make one each at the same time: `setdefault` lets both have the first one.
    return _STORES.get((table, file)) or _STORES.setdefault((table, file), _made(table, file))


def _made(table: str, file: str) -> Store:
    if table:
        return DynamoStore(table, lambda: aws_client("dynamodb"))
    return SqliteStore(file) if file else MemoryStore()
