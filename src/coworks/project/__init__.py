"""A project: the folder where a team keeps its services and workflows, loaded into one frozen value.

The convention is the configuration: `tech/mail.py` is the technical service `mail`, `biz/reminder.yml` the
workflow `reminder`, and a folder that holds only `app.py` is one service at the root. `[tool.coworks]` in
`pyproject.toml` and the `.env` files add what cannot be read off the folder.

    folder -> settings.py -> modules.py (tech/*.py) -> contracts.py -> workflows (biz/*.yml) -> Project
"""

from coworks.project.classes import source_maps
from coworks.project.drafts import compile_draft, draft_file
from coworks.project.errors import ProjectError
from coworks.project.loader import load_project
from coworks.project.model import BrokenService, Project, Service
from coworks.project.openapi import openapi_document
from coworks.project.reloading import Reloaded, concerns, reload_project
from coworks.project.settings import Settings, read_settings

__all__ = [
    "BrokenService",
    "Project",
    "ProjectError",
    "Reloaded",
    "Service",
    "Settings",
    "compile_draft",
    "concerns",
    "draft_file",
    "load_project",
    "openapi_document",
    "read_settings",
    "reload_project",
    "source_maps",
]
