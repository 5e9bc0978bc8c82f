"""Reads the catalogue from its folders, and from those that a deployment adds (decision 19)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from lxml import etree

from catalogue.flatten import CATALOGUE, LIBRARY, XS, flatten
from catalogue.identifiers import Identifiers, checked, read_identifiers
from catalogue.model import Catalogue, CatalogueError, Extension, MessageType, ProcessingType

PROCESSING: Final = {"Asynchronous": ProcessingType.ASYNCHRONOUS, "Synchronous": ProcessingType.SYNCHRONOUS}


@cache
def load_catalogue(extra: Path | None = None, identifiers: Path | None = None) -> Catalogue:
    """Loads the catalogue, once in a process however many of its services ask; raises CatalogueError, naming the file.

    `extra` is a folder of further types, each a folder `<Dotted.Name>/schema.xsd`; its schemas may include common.xsd
    and the other shared ones by name. `identifiers` is a TOML file whose lines replace those of identifiers.toml.
    """
    numbers = read_identifiers(LIBRARY / "identifiers.toml", identifiers)
    folders = [LIBRARY / "types"] if extra is None else [LIBRARY / "types", extra]
    types = [read_type(folder, numbers) for parent in folders for folder in type_folders(parent)]
    return Catalogue(types, read_extensions(LIBRARY / "extensions.toml"))


def type_folders(parent: Path) -> Iterator[Path]:
    """Folders that hold a schema, by name."""
    if not parent.is_dir():
        raise CatalogueError(f"{parent} is no folder")
    yield from sorted(path.parent for path in parent.glob("*/schema.xsd"))


def read_type(folder: Path, numbers: Identifiers) -> MessageType:
    """Reads the message type of a folder from its schema's annotation."""
    schema = compiled(folder / "schema.xsd")
    facts = facts_of(folder, schema)
    name = facts.get("name", "")
    if name != folder.name:
        raise CatalogueError(f"{folder}: its schema is of {name or 'no type'}")
    processing = PROCESSING.get(facts.get("processing", ""))
    if processing is None:
        raise CatalogueError(f"{folder}: processing is neither Asynchronous nor Synchronous")
    return MessageType(
        name=name,
        identifier=identifier_of(folder, facts, numbers),
        aliases=numbers.aliases_of(name),
        processing=processing,
        is_read=facts.get("read") == "true",
        schema=schema,
        summary=summary_of(schema),
        folder=folder,
    )


def compiled(path: Path, root: str | None = None) -> str:
    """The flat text of a schema, which libxml2 takes."""
    schema = flatten(path, root)
    try:
        etree.XMLSchema(etree.fromstring(schema))
    except etree.XMLSchemaParseError as error:
        raise CatalogueError(f"{path}: {error}") from error
    return schema


def facts_of(folder: Path, schema: str) -> dict[str, str]:
    """Attributes of the messageType element in the schema's annotation."""
    facts = etree.fromstring(schema).find(f"{{{XS}}}annotation/{{{XS}}}appinfo/{{{CATALOGUE}}}messageType")
    if facts is None:
        raise CatalogueError(f"{folder}: its schema has no messageType of {CATALOGUE} in its annotation")
    return {str(name): str(value) for name, value in facts.attrib.items()}


def summary_of(schema: str) -> str:
    """First paragraph of the schema's documentation, on one line."""
    return next(iter(paragraphs_of(schema)), "")


def paragraphs_of(schema: str) -> list[str]:
    """Paragraphs of the schema's documentation, each on one line."""
    text = etree.fromstring(schema).findtext(f"{{{XS}}}annotation/{{{XS}}}documentation") or ""
    return [" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n") if paragraph.strip()]


def identifier_of(folder: Path, facts: dict[str, str], numbers: Identifiers) -> int:
    """The number of a type: from the table, else the one that its own schema proposes."""
    number = numbers.numbers.get(facts["name"])
    if number is not None:
        return number
    try:
        return checked(int(facts["identifier"]))
    except (KeyError, ValueError) as error:
        raise CatalogueError(f"{folder}: it has no identifier, neither in the table nor in its schema") from error


def read_extensions(path: Path) -> list[Extension]:
    """Reads the table of extensions."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Extension(
            extension_id=entry["id"],
            name=entry["name"],
            content_schema=compiled(path.with_name("content.xsd"), entry["content"]),
            supports_file_upload=entry["supports_file_upload"],
        )
        for entry in table["extensions"]
    ]
