"""The samples that a new workflow may begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from coworks.biz import compile_workflow
from coworks.biz.editing import data_of
from coworks.console.documents import Document, new_text
from coworks.console.forms.entries import service_choices
from coworks.console.forms.steps import FORMS
from coworks.console.forms.steps.form import Scene
from coworks.console.forms.steps.step import build_step, load_step
from coworks.console.samples import Sample, samples
from coworks.project import compile_draft, draft_file, load_project
from coworks.project.scaffold import create_project

SAMPLES = list(samples().values())


def begun(parent: Path, sample: Sample, *predefined: str) -> tuple[set[str], list[str]]:
    """The services of a new project that lack for a sample, and what the check tells of it there."""
    folder = create_project(parent, "fresh")
    file = folder / "pyproject.toml"
    listed = ", ".join(f'"{one}"' for one in predefined)
    file.write_text(file.read_text().replace("[tool.coworks]", f"[tool.coworks]\npredefined = [{listed}]"))
    project = load_project(folder)
    lacking = sample.lacking({one.name for one in project.services})
    text = new_text("", sample=sample.name)
    problems = compile_draft(project, draft_file(project, sample.name), text).problems
    return set(lacking), [f"{one.code} {one.message}" for one in problems]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)
def test_a_sample_lacks_nothing_but_the_services_that_it_says(sample: Sample, tmp_path: Path) -> None:
    assert compile_workflow("it", sample.text, file="it.yml").problems == ()
    lacking, told = begun(tmp_path, sample, "mail", "approval")
    assert all(one.startswith("B201") for one in told)
    assert {name for name in lacking if any(f'"{name}"' in one for one in told)} == lacking
    assert bool(told) == bool(lacking)


def test_some_samples_need_no_more_than_what_comes_with_coworks(tmp_path: Path) -> None:
    ready = {one.name for one in SAMPLES if not one.lacking({"mail", "approval"})}
    assert ready == {"order_approval", "each_customer"}
    assert samples()["order_approval"].services == ("approval", "mail")
    assert begun(tmp_path, samples()["each_customer"])[0] == {"mail"}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)
def test_a_sample_is_written_as_it_stands_and_its_forms_leave_it_so(sample: Sample, tmp_path: Path) -> None:
    file = tmp_path / "it.yml"
    document = Document(file, lambda text: compile_workflow("it", text, file="it.yml"), lambda: 0.0)
    document.begin(new_text("", sample=sample.name))
    document.save()
    assert file.read_text() == sample.text
    shop = load_project(Path(__file__).parents[2] / "samples" / "shop")
    for step in data_of(sample.text)["states"]:
        (kind,) = step.keys() & FORMS.keys()
        scene = Scene(service_choices(shop))
        assert build_step(kind, load_step(kind, step, scene), step, scene) == step


def test_another_purpose_takes_the_place_of_the_one_of_the_sample() -> None:
    text = new_text("Write to our friends", sample="each_customer")
    assert text.startswith("comment: Write to our friends\n\ninput:\n")
    assert text.count("\n") == samples()["each_customer"].text.count("\n")
