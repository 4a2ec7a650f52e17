"""One execution while it is active: pure moves, no disk, no threads, no clock of its own.

From the outside in:

    run.py (told what happened, says what is to be stored and done), context.py (what stays the same)
    maps.py, nested.py (what the loop asks of a run about child executions)
    walk.py (moves branches through states) -> calls.py (Tasks), forks.py (Parallel, Map), map_runs.py
    tree.py, branch.py, position.py (where the branches stand), map_progress.py, redrive.py
"""
