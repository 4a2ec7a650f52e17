"""The engine: runs state machines so that nothing is lost.

One loop owns everything that is written. In each turn it takes what came in (starts, stops, answers of
tasks) and what is due (waits, retries, timeouts), moves those executions on through the pure states of
`coworks.asl` until each is blocked or done, writes all of it in one transaction, and only then lets the
outside see it: callers get their answer, tasks are called. Whatever moment the process dies at, the store
holds a state from which every execution goes on; only a task that was in flight is called again.

    engine.py (the operations), express.py -> loop/ (turns) -> runs/ (one execution) -> history.py
    stores/ (SQLite, memory), migrations.py, holding.py (one process on a database)
    task_tokens.py (who may answer for Tasks), activities.py (workers), mocks.py (test cases)
    datasets.py -> item_reader.py, result_writer.py, results.py; buckets.py (S3, or a folder in its place)
    tasks.py and workers.py call the resources; integrations/ (AWS's services and HTTP); clock.py
    trial.py (one state alone), api/ (the API of Step Functions)
"""

from coworks.asl.timestamps import format_timestamp
from coworks.engine.buckets import Buckets, FolderBuckets, S3Buckets
from coworks.engine.clock import Clock, ManualClock, SystemClock
from coworks.engine.engine import Engine
from coworks.engine.errors import (
    EngineError,
    ExecutionAlreadyExistsError,
    ExecutionDoesNotExistError,
    InvalidExecutionInputError,
    InvalidNameError,
    StateMachineDoesNotExistError,
    StoreError,
)
from coworks.engine.holding import DatabaseInUseError, hold
from coworks.engine.quotas import Quotas
from coworks.engine.records import Execution, Status
from coworks.engine.stores.memory import MemoryStore
from coworks.engine.stores.sqlite import SqliteStore
from coworks.engine.stores.store import Store
from coworks.engine.tasks import Invoke, TaskError, lambda_invoker
from coworks.engine.workers import InlineWorkers, ThreadWorkers

__all__ = [
    "Buckets",
    "Clock",
    "DatabaseInUseError",
    "Engine",
    "EngineError",
    "Execution",
    "ExecutionAlreadyExistsError",
    "ExecutionDoesNotExistError",
    "FolderBuckets",
    "InlineWorkers",
    "InvalidExecutionInputError",
    "InvalidNameError",
    "Invoke",
    "ManualClock",
    "MemoryStore",
    "Quotas",
    "S3Buckets",
    "SqliteStore",
    "StateMachineDoesNotExistError",
    "Status",
    "Store",
    "StoreError",
    "SystemClock",
    "TaskError",
    "ThreadWorkers",
    "format_timestamp",
    "hold",
    "lambda_invoker",
]
