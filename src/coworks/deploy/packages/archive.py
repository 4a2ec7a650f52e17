"""A folder becomes a zip that is the same, byte for byte, whoever builds it and wherever."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# The earliest time that a zip can tell.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
# The highest takes three times as long for a hundredth less.
_LEVEL = 6
_FILE_MODE = (stat.S_IFREG | 0o644) << 16


def files_below(folder: Path) -> list[str]:
    """The files below a folder, in a fixed order, with "/" between folders."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def digest_of(files: Mapping[str, Path]) -> str:
    """What the files are, in 32 hexadecimal digits: of names and contents, not of how they are compressed."""
    whole = hashlib.sha256()
    for name in sorted(files):
        content = hashlib.sha256(files[name].read_bytes()).hexdigest()
        whole.update(f"{content} {name}\n".encode())
    return whole.hexdigest()[:32]


def write_zip(files: Mapping[str, Path], file: Path, digest: str) -> None:
    """Write the files into a zip, in the order of their names, with fixed times and modes.

    The zip carries its digest as comment: one that is there with this digest is left as it is.
    """
    if _digest_in(file) == digest:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".unfinished")
    with zipfile.ZipFile(unfinished, "w") as archive:
        archive.comment = digest.encode()
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.external_attr = _FILE_MODE
            entry.create_system = 3  # Unix, whatever builds it
            archive.writestr(entry, files[name].read_bytes(), zipfile.ZIP_DEFLATED, _LEVEL)
    unfinished.replace(file)


def _digest_in(file: Path) -> str | None:
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.comment.decode("ascii", "replace")
    except (OSError, zipfile.BadZipFile):
        return None
