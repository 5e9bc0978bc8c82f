"""docs/configuration.md, made from the settings classes: `python -m cli.configuration > docs/configuration.md`."""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from edge.settings import EdgeSettings
from runtime.settings import ServiceSettings, Settings, StoreSettings
from services.auth.settings import AuthSettings
from services.files.settings import FilesSettings
from services.ingest.settings import IngestSettings
from services.processor.settings import ProcessorSettings
from services.read.settings import ReadSettings

HEAD = """# Configuration

Every process is configured by environment variables alone. A variable without a default must be set.
This page is made from the settings classes: `.venv/bin/python -m cli.configuration > docs/configuration.md`.
`orgapi up` sets addresses, databases and keys by itself; the others hold for it, too.
"""
SECTIONS: dict[str, type[Settings]] = {
    "auth": AuthSettings,
    "ingest": IngestSettings,
    "processor": ProcessorSettings,
    "files": FilesSettings,
    "read": ReadSettings,
    "edge": EdgeSettings,
}


def render() -> str:
    """Returns the whole page."""
    shared = StoreSettings.model_fields
    lines = [HEAD, "## Every gRPC service\n", *table(dict(shared))]
    for name, settings in SECTIONS.items():
        own = {key: field for key, field in settings.model_fields.items() if is_own(key, field, settings)}
        lines += [f"\n## {name}\n", introduction(settings), *table(own)]
    return "\n".join(lines) + "\n"


def is_own(key: str, field: FieldInfo, settings: type[Settings]) -> bool:
    """Whether the field is the section's own, or says something else than the shared one."""
    base = StoreSettings.model_fields.get(key)
    return base is None or base.description != field.description or not issubclass(settings, ServiceSettings)


def introduction(settings: type[Settings]) -> str:
    return (settings.__doc__ or "").strip().splitlines()[0] + "\n"


def table(fields: dict[str, FieldInfo]) -> Iterator[str]:
    yield "| variable | value | default | meaning |"
    yield "|---|---|---|---|"
    for key, field in fields.items():
        yield f"| `ORGAPI_{key.upper()}` | {kind_of(field.annotation)} | {default_of(field)} | {field.description} |"


def kind_of(annotation: Any) -> str:
    """Returns a type in a reader's words."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin in {typing.Union, types.UnionType}:
        return ", ".join(kind_of(part) for part in arguments if part is not type(None))
    if origin is tuple:
        return "list, separated by commas"
    if annotation is SecretStr:
        return "secret"
    names = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false", "Path": "path"}
    name: str = annotation.__name__
    return names.get(name, name)


def default_of(field: FieldInfo) -> str:
    if field.is_required():
        return "must be set"
    default = field.get_default(call_default_factory=True)
    if default in (None, "", ()) or isinstance(default, SecretStr):
        return "none"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


if __name__ == "__main__":
    sys.stdout.write(render())
