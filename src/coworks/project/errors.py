"""The project's own errors."""

from __future__ import annotations

from coworks.errors import CoWorksError, UsageError


class ProjectError(CoWorksError):
    """A folder that is no project, or one that cannot be loaded."""


class UnknownWorkflowError(ProjectError, UsageError):
    """A workflow was named that the project does not have."""
