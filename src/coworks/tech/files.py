"""A file that a request carries: a part of `multipart/form-data`, or its JSON form in an order."""

from __future__ import annotations

from coworks.tech.records import Record


class FileParam(Record):
    """A file sent to an entry.

    `name` is that of the form's field, `filename` what the sender calls the file (without folders: it comes
    from outside and is no place to write to), `content_type` what the sender says it is.
    """

    __slots__ = ("content", "content_type", "filename", "name")

    name: str
    filename: str
    content_type: str
    content: bytes

    def __init__(self, name: str, filename: str, content_type: str, content: bytes) -> None:
        self._hold(name=name, filename=filename, content_type=content_type, content=content)
