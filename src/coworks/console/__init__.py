"""The web console of `cws run`, at `/_console`: workflows are built, run and understood without writing YAML.

It edits the same files that programmers keep in git. The road of a request:

    gateway -> mount.py: guard.py (whose request it is), login.py with users.py and sessions.py (who it is)
            -> nice.py (NiceGUI, loaded by the first visit) -> pages/

What the pages show and do is worked out without them, and tested without a browser: `documents` (a
workflow's text, with undo and a save that loses nothing), `overview` (the project at a glance), and what
stands beside them. The pages only place it.
"""

from coworks.console.mount import Console

__all__ = ["Console"]
