"""`imsmanifest.xml`: what every kind of package has in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lms.packages.archive import Archive
from lms.packages.errors import PackageError, Remarks, quoted
from lms.packages.names import is_external, resolve_href
from lms.packages.xml import (
    XML_BYTES,
    Element,
    attribute,
    child,
    children,
    descendants,
    local,
    loose_attribute,
    parse_xml,
    text_of,
)

MANIFEST: Final = "imsmanifest.xml"
XML_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
TITLE_LENGTH: Final = 255


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of the manifest.

    `target` is what it names (a file, or an address outside), `href` the same as the archive spells it, or None where
    the archive lacks it. `suffix` is the href's query and fragment; `files` are names in the archive.
    """

    identifier: str
    type: str
    target: str
    href: str | None
    suffix: str
    files: tuple[str, ...]
    dependencies: tuple[str, ...]
    scorm_type: str


@dataclass(frozen=True, slots=True)
class Manifest:
    identifier: str
    schema: str
    schema_version: str
    title: str
    is_scorm: bool
    organizations: Element | None
    resources: tuple[Resource, ...]


def read_manifest(archive: Archive, remarks: Remarks) -> Manifest:
    """Reads the manifest at the top of the archive. Raises PackageError when there is none or it is unusable."""
    root = parse_xml(archive.read(manifest_name(archive), XML_BYTES), MANIFEST)
    if local(root) != "manifest":
        raise PackageError(f"The file '{MANIFEST}' is not the manifest of a package.")
    metadata = child(root, "metadata")
    if child(root, "manifest") is not None:
        remarks.add("The manifest holds further manifests, which are left out.")
    schema = text_of(child(metadata, "schema"))
    resources = tuple(read_resources(root, archive, remarks))
    return Manifest(
        identifier=attribute(root, "identifier"),
        schema=schema,
        schema_version=text_of(child(metadata, "schemaversion")),
        title=metadata_title(metadata),
        is_scorm="scorm" in schema.lower() or any(resource.scorm_type for resource in resources),
        organizations=child(root, "organizations"),
        resources=resources,
    )


def manifest_name(archive: Archive) -> str:
    if name := archive.find(MANIFEST):
        return name
    deeper = next((name for name in archive.names if name.casefold().endswith(f"/{MANIFEST}")), None)
    if deeper is None:
        raise PackageError(f"The file is not a content package: it has no '{MANIFEST}'.")
    raise PackageError(f"'{MANIFEST}' must be at the top of the package, but it is at {quoted(deeper)}.")


def metadata_title(metadata: Element | None) -> str:
    """Returns the title in the first learning object metadata; every version wraps the string in its own element."""
    general = next(descendants(metadata, "general"), None)
    title = child(general, "title")
    first = None if title is None else next(iter(title), title)
    return text_of(first)[:TITLE_LENGTH]


def read_resources(root: Element, archive: Archive, remarks: Remarks) -> Iterator[Resource]:
    seen: set[str] = set()
    for holder in children(root, "resources"):
        folder = based(based("", root), holder)
        for element in children(holder, "resource"):
            identifier = attribute(element, "identifier")
            if identifier in seen:
                remarks.add(f"The resource {quoted(identifier)} is declared twice; the first one holds.")
                continue
            seen.add(identifier)
            yield read_resource(element, identifier, based(folder, element), archive, remarks)


def based(folder: str, element: Element) -> str:
    """Returns the folder that an xml:base adds to; packages write it with and without the closing slash."""
    base = (element.get(XML_BASE) or "").strip()
    if not base:
        return folder
    if is_external(base):
        return base
    target = resolve_href(folder, base)
    return folder if target.external else target.decoded


def read_resource(element: Element, identifier: str, folder: str, archive: Archive, remarks: Remarks) -> Resource:
    target, href, suffix = locate(attribute(element, "href"), folder, archive, remarks)
    files = (locate(attribute(file, "href"), folder, archive, remarks)[1] for file in children(element, "file"))
    kind = loose_attribute(element, "scormtype").lower()
    return Resource(
        identifier=identifier,
        type=attribute(element, "type"),
        target=target,
        href=href,
        suffix=suffix,
        files=tuple(dict.fromkeys(file for file in files if file is not None)),
        dependencies=tuple(attribute(other, "identifierref") for other in children(element, "dependency")),
        scorm_type=kind if kind in ("sco", "asset") else "",
    )


def locate(href: str, folder: str, archive: Archive, remarks: Remarks) -> tuple[str, str | None, str]:
    """Returns what an href names, the same as the archive spells it (None if absent), and the href's suffix."""
    if not href:
        return "", None, ""
    target = resolve_href(folder, href)
    if target.external:
        remarks.add(f"The address {quoted(href)} lies outside the package and is left out.")
        return href, None, ""
    found = archive.find(target.raw) or archive.find(target.decoded)
    if found is None:
        remarks.add(f"The file {quoted(target.decoded)} is declared but is not in the package.")
    return target.decoded, found, target.suffix
