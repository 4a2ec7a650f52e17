"""The templates of what a command is about: project, options and packages come together here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from coworks.deploy.errors import DeployError
from coworks.deploy.naming import Names, check_names
from coworks.deploy.options import check_names as check_tables
from coworks.deploy.options import service_options, stage_options, workflow_options
from coworks.deploy.template import Template, service_template, workflow_template
from coworks.deploy.template.function import Code
from coworks.deploy.template.integrations import Known
from coworks.deploy.template.messages import check_queues
from coworks.deploy.template.service import declared_permissions
from coworks.project.handlers import HANDLER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coworks.biz import CompiledWorkflow
    from coworks.deploy.options import ServiceOptions
    from coworks.deploy.packages import Package
    from coworks.deploy.selection import Selection
    from coworks.project import Project, Service

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MOST_RESOURCES: Final = 500


def names_of(project: Project) -> Names:
    """What things of the project are called. Raises `DeployError` when AWS would not take a name."""
    services = [*(one.name for one in project.services), *(one.name for one in project.broken)]
    workflows = [one.name for one in project.workflows]
    stage_options(project.settings)
    check_tables(project.settings, services, workflows)
    names = Names(project.settings.name, project.settings.stage)
    check_names(names, services, workflows)
    return names


def templates_of(project: Project, selection: Selection, packages: Iterable[Package]) -> list[Template]:
    """The templates of services and workflows, in the order of the selection. Raises `DeployError`."""
    names = names_of(project)
    check_queues(project.workflows)
    built = {package.service: package for package in packages}
    services = frozenset([one.name for one in project.services] + [one.name for one in project.broken])
    known = Known(names, services, frozenset(one.name for one in project.workflows))
    found = [_of_service(project, names, one, built[one.name]) for one in selection.services]
    found += [_of_workflow(project, known, one) for one in selection.workflows]
    for template in found:
        _check_size(template)
    return found


def _check_size(template: Template) -> None:
    """Raises `DeployError` for more resources than a stack can have."""
    number = len(template.body["Resources"])
    if number > MOST_RESOURCES:
        raise DeployError(
            f'the stack of "{template.name}" would have {number} resources, and CloudFormation takes '
            f"{MOST_RESOURCES}",
            hint="split the service: each route is a resource",
        )


def _of_service(project: Project, names: Names, service: Service, package: Package) -> Template:
    options = service_options(project.settings, service.name)
    permissions = [*declared_permissions(service), *options.permissions]
    _check_variables(service, options)
    keeps_answers = any(entry.kept for entry in service.app.entries)
    called, queues = tuple(sorted(package.connections)), tuple(sorted(package.queues))
    _check_groups(project, package)
    code = Code(
        package.digest,
        HANDLER,
        called,
        queues,
        keeps_answers,
        answers_tasks=getattr(service.app, "answers_tasks", False),
        own_address=getattr(service.app, "own_address", ""),
        groups=tuple(sorted(package.groups)),
    )
    return service_template(names, service, replace(options, permissions=permissions), code)


def _check_groups(project: Project, package: Package) -> None:
    """Raises `DeployError` when orders are sent in groups to a service whose stack has no queue for them."""
    for name in sorted(package.groups & {one.name for one in project.services}):
        if not service_options(project.settings, name).fifo:
            raise DeployError(
                f'{package.connections[name]} sends orders in a group, and "{name}" has no FIFO queue',
                hint=f"give it one: [tool.coworks.services.{name}] fifo = true",
            )


def _check_variables(service: Service, options: ServiceOptions) -> None:
    """Raises `DeployError` for a variable that the class says it needs and nobody sets."""
    for name in getattr(service.app, "needs_variables", ()):
        if name not in {*options.environment, *options.secrets}:
            raise DeployError(
                f'the service "{service.name}" needs the variable {name}',
                hint=f"say where it is kept: [tool.coworks.services.{service.name}.secrets] "
                f'{name} = "secretsmanager:NAME"',
            )


def _of_workflow(project: Project, known: Known, workflow: CompiledWorkflow) -> Template:
    return workflow_template(workflow, workflow_options(project.settings, workflow.name), known)
