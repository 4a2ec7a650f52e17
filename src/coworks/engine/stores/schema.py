"""The shape of the engine's database, as the steps that lead to it: see `migrate`."""

from __future__ import annotations

_EXECUTIONS = """
CREATE TABLE machines (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    digest BLOB NOT NULL,
    definition TEXT NOT NULL,
    created REAL NOT NULL,
    current INTEGER NOT NULL,
    UNIQUE (name, digest)
);
CREATE TABLE executions (
    id INTEGER PRIMARY KEY,
    machine_id INTEGER NOT NULL REFERENCES machines,
    machine TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    input TEXT NOT NULL,
    started REAL NOT NULL,
    stopped REAL,
    output TEXT,
    error TEXT,
    cause TEXT,
    UNIQUE (machine, name)
);
CREATE INDEX executions_by_start ON executions (started);
CREATE INDEX executions_of_machine_by_start ON executions (machine, started);
CREATE TABLE positions (
    execution INTEGER NOT NULL REFERENCES executions,
    branch INTEGER NOT NULL,
    wake_at REAL,
    in_flight INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (execution, branch)
) WITHOUT ROWID;
CREATE INDEX positions_by_wake ON positions (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX positions_in_flight ON positions (in_flight) WHERE in_flight;
CREATE TABLE events (
    execution INTEGER NOT NULL REFERENCES executions,
    first INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (execution, first)
) WITHOUT ROWID;
"""

_SETTINGS_AND_TAGS = """
ALTER TABLE machines ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
CREATE TABLE tags (
    machine TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (machine, key)
);
"""

_VERSIONS_AND_ALIASES = """
CREATE TABLE versions (
    machine TEXT NOT NULL,
    number INTEGER NOT NULL,
    revision INTEGER NOT NULL REFERENCES machines,
    description TEXT NOT NULL,
    created REAL NOT NULL,
    deleted INTEGER NOT NULL,
    PRIMARY KEY (machine, number)
) WITHOUT ROWID;
CREATE TABLE aliases (
    machine TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    routes TEXT NOT NULL,
    created REAL NOT NULL,
    updated REAL NOT NULL,
    PRIMARY KEY (machine, name)
) WITHOUT ROWID;
ALTER TABLE executions ADD COLUMN version INTEGER;
ALTER TABLE executions ADD COLUMN alias TEXT;
"""

_ACTIVITIES = """
CREATE TABLE activities (
    name TEXT PRIMARY KEY,
    created REAL NOT NULL,
    settings TEXT NOT NULL
) WITHOUT ROWID;
ALTER TABLE positions ADD COLUMN queue TEXT;
ALTER TABLE positions ADD COLUMN queued_at REAL;
CREATE INDEX positions_by_queue ON positions (queue, queued_at) WHERE queue IS NOT NULL
"""

_EXPRESS = """
ALTER TABLE executions ADD COLUMN express INTEGER NOT NULL DEFAULT 0;
"""

_MAP_RUNS = """
ALTER TABLE executions ADD COLUMN map_run TEXT;
ALTER TABLE executions ADD COLUMN first_item INTEGER NOT NULL DEFAULT 0;
ALTER TABLE executions ADD COLUMN items INTEGER NOT NULL DEFAULT 0;
CREATE INDEX executions_of_map_run ON executions (map_run, first_item) WHERE map_run IS NOT NULL;
CREATE TABLE map_runs (
    name TEXT PRIMARY KEY,
    execution INTEGER NOT NULL REFERENCES executions,
    machine TEXT NOT NULL,
    state TEXT NOT NULL,
    status TEXT NOT NULL,
    started REAL NOT NULL,
    stopped REAL,
    at_once INTEGER NOT NULL,
    tolerated_count INTEGER,
    tolerated_percentage REAL,
    items INTEGER NOT NULL,
    written INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX map_runs_of_execution ON map_runs (execution);
"""

_CHILDREN = """
ALTER TABLE positions ADD COLUMN child INTEGER;
CREATE INDEX positions_by_child ON positions (child) WHERE child IS NOT NULL
"""

_TEST_CASES = """
ALTER TABLE executions ADD COLUMN test_case TEXT
"""

_REDRIVES = """
ALTER TABLE executions ADD COLUMN redrives INTEGER NOT NULL DEFAULT 0;
ALTER TABLE executions ADD COLUMN redriven REAL;
ALTER TABLE executions ADD COLUMN redrive_tokens TEXT NOT NULL DEFAULT '[]'
"""

_MAP_RUN_REDRIVES = """
ALTER TABLE map_runs ADD COLUMN redrives INTEGER NOT NULL DEFAULT 0;
ALTER TABLE map_runs ADD COLUMN redriven REAL
"""

STEPS: tuple[str, ...] = (
    _EXECUTIONS,
    _SETTINGS_AND_TAGS,
    _VERSIONS_AND_ALIASES,
    _ACTIVITIES,
    _EXPRESS,
    _MAP_RUNS,
    _CHILDREN,
    _TEST_CASES,
    _REDRIVES,
    _MAP_RUN_REDRIVES,
)
