"""The project's own errors."""

from __future__ import annotations

from coworks.errors import CoWorksError


class ProjectError(CoWorksError):
    """A folder that is no project, or one that cannot be loaded."""
