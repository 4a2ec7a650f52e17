"""What a service wants to hear is read from its class, and refused where AWS would refuse it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from coworks.project import load_project

MakeProject = Callable[[Mapping[str, str]], Path]


def ear(declared: str) -> dict[str, str]:
    return {
        "tech/ear.py": f"""
            from coworks import TechMicroService
            class Ear(TechMicroService):
                public = True
                {declared}
                def get(self): return "ear"
        """
    }


def test_patterns_and_topics_are_read(make_project: MakeProject) -> None:
    declared = 'event_patterns = [{"source": ["shop"]}]; topics = {"stock": {}, "news": {"level": ["low"]}}'
    declared += '; buckets = {"invoices": {"suffix": ".pdf"}}'
    (service,) = load_project(make_project(ear(declared))).services
    assert [one.describe() for one in service.subscriptions] == [
        "when the event shop comes",
        "when the topic stock tells something",
        "when the topic news tells something",
        "when a file comes into the bucket invoices",
    ]


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ('event_patterns = {"source": ["shop"]}', """event_patterns is {'source': ['shop']}"""),
        ('event_patterns = [{"source": "shop"}]', "['source']: values stand in a list"),
        ('event_patterns = [{"source": [{"begins": "s"}]}]', "no operator"),
        ('topics = ["stock"]', """topics is ['stock']"""),
        ('topics = {"a topic": {}}', "not the name of a topic"),
        ('topics = {"stock": {"level": "low"}}', "the filter of the topic stock"),
        ('buckets = ["invoices"]', """buckets is ['invoices']"""),
        ('buckets = {"In voices": {}}', "not the name of a bucket"),
        ('buckets = {"invoices": {"end": ".pdf"}}', "the keys of the bucket invoices"),
        ('buckets = {"invoices": {"suffix": 1}}', "the keys of the bucket invoices"),
    ],
)
def test_what_aws_would_refuse_breaks_the_service(
    make_project: MakeProject, declared: str, told: str
) -> None:
    (broken,) = load_project(make_project(ear(declared))).broken
    assert told in broken.report
    assert "ear.py" in broken.report
