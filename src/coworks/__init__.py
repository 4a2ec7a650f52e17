"""CoWorks: serverless microservices on AWS, written as Python classes and YAML workflows.

The public names are handed out when first asked for, so that a Lambda that imports a technical service
never loads the workflow compiler or the engine, and a tool that asks for an error loads no service.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coworks.biz.service import At as At
    from coworks.biz.service import BizMicroService as BizMicroService
    from coworks.biz.service import Cron as Cron
    from coworks.biz.service import Every as Every
    from coworks.biz.service import OnBucket as OnBucket
    from coworks.biz.service import OnEvent as OnEvent
    from coworks.biz.service import OnHttp as OnHttp
    from coworks.biz.service import OnQueue as OnQueue
    from coworks.biz.service import OnTopic as OnTopic
    from coworks.errors import CoWorksError as CoWorksError
    from coworks.errors import DefinitionError as DefinitionError
    from coworks.tech import *  # noqa: F403 - the names that __getattr__ gives
    from coworks.tech.clients import connect as connect
    from coworks.tech.logs import metric as metric

# Where public names live, in the order in which they are looked for.
_HOMES = {
    "coworks.errors": ("CoWorksError", "DefinitionError"),
    "coworks.tech.clients": ("connect",),
    "coworks.tech.logs": ("metric",),
    "coworks.biz.service": (
        *("BizMicroService", "At", "Cron", "Every"),
        *("OnBucket", "OnEvent", "OnHttp", "OnQueue", "OnTopic"),
    ),
    "coworks.tech": None,
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if not name.startswith("_") and name in (names or import_module(home).__all__):
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'coworks' has no attribute {name!r}")


def __dir__() -> list[str]:
    public = [name for home, names in _HOMES.items() for name in names or import_module(home).__all__]
    return sorted({*globals(), *public})
