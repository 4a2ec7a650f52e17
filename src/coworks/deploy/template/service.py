"""The template of a technical service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coworks.deploy.checks import check_permissions
from coworks.deploy.errors import DeployError, OptionError
from coworks.deploy.template.alarms import service_alarms
from coworks.deploy.template.domain import domain_resources
from coworks.deploy.template.function import BUCKET, Code, api_address, function_resources
from coworks.deploy.template.http_api import http_api_resources
from coworks.deploy.template.queue import queue_names, queue_resources
from coworks.deploy.template.resources import Resources, Template, att, ref, template_body
from coworks.deploy.template.rest_api import rest_api_resources
from coworks.deploy.template.subscriptions import subscription_resources

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coworks.deploy.naming import Names
    from coworks.deploy.options import ServiceOptions
    from coworks.project import Service

_APIS = {"http": http_api_resources, "rest": rest_api_resources}


def service_template(names: Names, service: Service, options: ServiceOptions, code: Code) -> Template:
    """The template of a service whose package is in the bucket.

    Raises `DeployError` when anybody might call the service and it does not say that this is meant.
    """
    if service.app.is_open and options.api != "none":
        raise DeployError(
            f'the service "{service.name}" has no auth, and would be open to the world',
            hint="write an auth method, or say that it is meant so: public = True",
        )
    resources = function_resources(names, service.name, options, code)
    if options.api != "none":
        resources |= _APIS[options.api](names, service.name, service.app, options)
        resources |= domain_resources(service.name, options)
    resources |= subscription_resources(service.subscriptions)
    resources |= queue_resources(names, service.name, options)
    if options.alarms:
        resources |= service_alarms(options)
    parameters = {BUCKET: {"Type": "String", "Description": "The bucket that holds the package"}}
    description = f"The service {service.name} of {names.project}, stage {names.stage} (CoWorks)"
    body = template_body(description, parameters, resources, _outputs(options))
    return Template(service.name, names.stack(service.name), "service", body)


def declared_permissions(service: Service) -> Sequence[Mapping[str, Any]]:
    """What the class declares it needs: `permissions = [...]`, statements of IAM. Raises `OptionError`."""
    declared: Sequence[Mapping[str, Any]] = getattr(service.app, "permissions", ())
    if problem := check_permissions(declared):
        raise OptionError(f"{service.file}: permissions {problem.what}", hint=problem.fix)
    return declared


def _outputs(options: ServiceOptions) -> Resources:
    outputs: Resources = {"FunctionArn": {"Value": ref("Alias")}}
    if options.api != "none":
        outputs["Url"] = {"Value": api_address(options)}
    if options.domain and options.api != "none":
        outputs["DomainTarget"] = {"Value": att("Domain", "RegionalDomainName")}
    for queue in queue_names(options):
        outputs[f"{queue}Url"] = {"Value": ref(queue)}
    return outputs
