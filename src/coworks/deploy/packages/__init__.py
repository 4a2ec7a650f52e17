"""A service becomes a zip for Lambda: what it runs on, itself, and what it needs; nothing else.

imports.py (what its modules import) -> requirements.py (what that is called on PyPI) -> ground.py (the
runtime, and the wheels of resolve.py; compiling.py) -> build.py (the service on it) -> archive.py (the zip)
"""

from coworks.deploy.packages.build import Package, PackedFile, build_package
from coworks.deploy.packages.ground import Grounds
from coworks.deploy.packages.resolve import Installer, Pip, Uv, installer
from coworks.deploy.packages.target import Target

__all__ = [
    "Grounds",
    "Installer",
    "Package",
    "PackedFile",
    "Pip",
    "Target",
    "Uv",
    "build_package",
    "installer",
]
