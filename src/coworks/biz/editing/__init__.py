"""Changing a workflow's file by program, as the console does: only what is changed is written anew.

An edit takes the text and gives the new text. Everything around the change stays as it was, byte for byte:
comments, order, quotes, blank lines. `tree` finds where the values of a text begin and end, `pieces` takes
lists and mappings apart and puts them together, `writing` writes new values; `values` and `steps` are the
edits. Each edit reads its result back and compares it with what was meant, so a text that cannot be edited
safely is refused and never spoilt.
"""

from coworks.biz.editing.steps import (
    add_step,
    change_step,
    copy_step,
    delete_step,
    move_step,
    rename_step,
    step_names,
)
from coworks.biz.editing.tree import EditError, data_of
from coworks.biz.editing.values import delete_value, set_value

__all__ = [
    "EditError",
    "add_step",
    "change_step",
    "copy_step",
    "data_of",
    "delete_step",
    "delete_value",
    "move_step",
    "rename_step",
    "set_value",
    "step_names",
]
