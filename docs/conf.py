"""The site of the guide: the Markdown pages of this folder, and the public names from their docstrings."""

from importlib.metadata import version as installed_version
from typing import Any

project = "CoWorks"
author = "The CoWorks authors"
version = release = installed_version("coworks")

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "CoWorks"
html_static_path = ["_static"]
html_css_files = ["guide.css"]
html_favicon = "../src/coworks/console/static/icon.svg"
html_use_index = False
html_show_sourcelink = False

# Pages link to the headings of others by the anchors that the repository's own view gives them.
myst_heading_anchors = 4

# Docstrings write code between single backquotes.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "none"


def mark_code(app: object, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """An indented part of a docstring is code: reStructuredText wants `::` before it."""
    marked: list[str] = []
    for line, before in zip(lines, ["", *lines], strict=False):
        inside = bool(marked) and next((text for text in reversed(marked) if text), "").startswith(
            (" ", "::")
        )
        if line.startswith("    ") and not before and not inside:
            marked += ["::", ""]
        marked.append(line)
    lines[:] = marked


def setup(app: Any) -> None:
    app.connect("autodoc-process-docstring", mark_code)
