"""ItemReader and ResultWriter: where a distributed Map's items come from, and where its results go.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html and
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from coworks.asl.fields import JSONATA, vocabulary

if TYPE_CHECKING:
    from coworks.asl.fields import Fields, Vocabulary
    from coworks.asl.flow import Flow
    from coworks.asl.scope import Scope
    from coworks.asl.templates import Template

GET_OBJECT: Final = "arn:aws:states:::s3:getObject"
LIST_OBJECTS: Final = "arn:aws:states:::s3:listObjectsV2"
PUT_OBJECT: Final = "arn:aws:states:::s3:putObject"
INPUT_TYPES: Final = ("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST")
INVENTORY: Final = "S3_INVENTORY"
ATHENA: Final = "ATHENA_DATA"
FLATTEN: Final = "LOAD_AND_FLATTEN"
TRANSFORMATIONS: Final = ("NONE", "COMPACT", "FLATTEN")


@dataclass(frozen=True, slots=True)
class ItemReader:
    resource: str
    arguments: Template | None
    config: dict[str, Any]
    most: Template | None

    FIELDS: ClassVar[Vocabulary] = vocabulary(
        "Resource", "ReaderConfig", jsonpath="Parameters", jsonata="Arguments"
    )
    CONFIG: ClassVar[Vocabulary] = vocabulary(
        *("InputType", "CSVHeaderLocation", "CSVHeaders", "CSVDelimiter", "MaxItems"),
        *("ItemsPointer", "ManifestType", "Transformation"),
        jsonpath="MaxItemsPath",
    )

    @classmethod
    def read(cls, state: Fields, flow: Flow) -> ItemReader | None:
        fields = state.part("ItemReader", cls.FIELDS, flow.language)
        if fields is None:
            return None
        resource = fields.string("Resource", required=True) or ""
        if resource and resource not in {GET_OBJECT, LIST_OBJECTS}:
            fields.report(f"Field 'Resource' must be {GET_OBJECT} or {LIST_OBJECTS}", at="/Resource")
        config = fields.part("ReaderConfig", cls.CONFIG, flow.language)
        if config is None and resource == GET_OBJECT:
            fields.report("The field 'ReaderConfig' is required but was missing")
        if config is not None:
            _check_config(config, resource)
        most = flow.seconds(config, "MaxItems", least=0) if config else None
        return cls(resource, _arguments(fields, flow), dict(config.value) if config else {}, most)

    def settings(self, scope: Scope) -> dict[str, Any]:
        """What is to be read in one run of the Map."""
        most = self.most.evaluate(scope) if self.most else 0
        arguments = self.arguments.evaluate(scope) if self.arguments else {}
        return {
            "resource": self.resource,
            "arguments": arguments,
            "config": {name: value for name, value in self.config.items() if not name.startswith("MaxItems")},
            "most": int(most) or None,
        }


@dataclass(frozen=True, slots=True)
class ResultWriter:
    resource: str | None
    arguments: Template | None
    transformation: str
    output_type: str

    FIELDS: ClassVar[Vocabulary] = vocabulary(
        "Resource", "WriterConfig", jsonpath="Parameters", jsonata="Arguments"
    )
    CONFIG: ClassVar[Vocabulary] = vocabulary("OutputType", "Transformation")

    @classmethod
    def read(cls, state: Fields, flow: Flow) -> ResultWriter | None:
        fields = state.part("ResultWriter", cls.FIELDS, flow.language)
        if fields is None:
            return None
        resource = fields.string("Resource")
        if resource is None and "WriterConfig" not in fields:
            fields.report("Field 'ResultWriter' needs 'Resource' or 'WriterConfig'")
        if resource is not None and resource != PUT_OBJECT:
            fields.report(f"Field 'Resource' must be {PUT_OBJECT}", at="/Resource")
        config = fields.part("WriterConfig", cls.CONFIG, flow.language)
        transformation = _one_of(config, "Transformation", TRANSFORMATIONS) or "NONE"
        output_type = _one_of(config, "OutputType", ("JSON", "JSONL")) or "JSON"
        return cls(resource, _arguments(fields, flow), transformation, output_type)

    def settings(self, scope: Scope) -> dict[str, Any]:
        """Where the results of one run of the Map go, and in which form."""
        return {
            "resource": self.resource,
            "arguments": self.arguments.evaluate(scope) if self.arguments else {},
            "transformation": self.transformation,
            "type": self.output_type,
        }


def _arguments(fields: Fields, flow: Flow) -> Template | None:
    return flow.payload(fields, "Arguments" if flow.language == JSONATA else "Parameters")


def _one_of(fields: Fields | None, name: str, known: tuple[str, ...]) -> str | None:
    value = fields.string(name) if fields else None
    if fields and value is not None and value not in known:
        fields.report(f"Field '{name}' must be one of {', '.join(known)}", at=f"/{name}")
    return value


def _check_config(config: Fields, resource: str) -> None:
    kind = _one_of(config, "InputType", INPUT_TYPES)
    manifest = _one_of(config, "ManifestType", (INVENTORY, ATHENA))
    loads = resource == GET_OBJECT or _one_of(config, "Transformation", ("NONE", FLATTEN)) == FLATTEN
    if loads and "InputType" not in config and manifest != INVENTORY:
        config.report("The field 'InputType' is required but was missing")
    pointer = config.string("ItemsPointer")
    if pointer is not None and (kind != "JSON" or not pointer.startswith("/")):
        config.report("Field 'ItemsPointer' must be a JSON Pointer into a JSON file", at="/ItemsPointer")
    header = _one_of(config, "CSVHeaderLocation", ("FIRST_ROW", "GIVEN"))
    if kind == "CSV" and header is None and "CSVHeaderLocation" not in config:
        config.report("The field 'CSVHeaderLocation' is required but was missing")
    if header == "GIVEN":
        config.names("CSVHeaders")
    _one_of(config, "CSVDelimiter", ("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"))
