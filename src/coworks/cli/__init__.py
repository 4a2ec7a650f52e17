"""The command `cws`: it parses, calls and prints; what it calls lives in the other folders.

main.py (the group, errors) -> run.py, project.py (new, routes, check, compile), executions.py (start, ...)
"""

from coworks.cli.main import main

__all__ = ["main"]
