"""Where executions are kept: the verbs, and two who know them. One suite of tests holds both.

From the outside in:

    store.py (the verbs) -> sqlite.py (on disk), memory.py (for tests)
    definitions.py, executions.py (what is read) -> database.py (connections, transactions)
    schema.py (tables), rows.py (records as rows), event_pages.py (a page of a history)
"""
