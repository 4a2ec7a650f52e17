"""The picture of the README: the sample watches a server that does not answer, and its run is drawn.

`make pictures` writes it; a test compares it with what would be written now.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.guide.pages import DOCS, ROOT

from coworks.biz.drawing import draw, to_svg
from coworks.local.control import Control
from coworks.project import load_project

PICTURE = DOCS / "pictures" / "server_watch.svg"


def picture_of_a_run(folder: Path) -> str:
    """The SVG of a run of the sample, made in `folder`."""
    root = folder / "server_watch"
    shutil.copytree(ROOT / "samples" / root.name, root, ignore=shutil.ignore_patterns(".*", "__*"))
    project = load_project(root)
    workflow = project.workflow(root.name)
    with closing(Control(project.settings)) as control:
        run = control.start(project, workflow.name, '{"url": "http://127.0.0.1:9"}', wait=True)
        path = control.path(run)
    drawing = draw(f"{workflow.name}: a run", workflow.definition or {}, workflow.source_map, path)
    return to_svg(drawing)


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_text(picture_of_a_run(Path(made)), encoding="utf-8")
