"""IMS Content Packaging 1.1 and 1.2, SCORM 1.2 and 2004, and Common Cartridge: a tree of items over files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from lms.packages.archive import Archive
from lms.packages.errors import PackageError, Remarks, quoted
from lms.packages.manifest import TITLE_LENGTH, Manifest, Resource, read_manifest
from lms.packages.xml import Element, attribute, child, children, loose_attribute, text_of

ImsKind = Literal["IMS", "SCORM"]

PAGE_TYPE: Final = "webcontent"
# What a URL may hold besides letters and digits; everything else is percent-encoded, so no suffix can break out of it.
PATH_SAFE: Final = "/!$&'()*+,;=:@~"
SUFFIX_SAFE: Final = PATH_SAFE + "?#%[]"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the organisation.

    `resource` is the identifier it points at (None for a mere heading), `href` the file as the archive spells it
    (None where there is no page to show), `parameters` the launch suffix: a resource's own query and the item's
    parameters joined, beginning with `?` or `#`, or empty. `scorm_type` is "sco", "asset" or empty.
    """

    identifier: str
    title: str
    resource: str | None
    href: str | None
    parameters: str
    scorm_type: str
    is_visible: bool
    children: tuple[Item, ...]

    @property
    def launch_url(self) -> str | None:
        """The address relative to the package's root, percent-encoded, with its parameters."""
        return None if self.href is None else quote(self.href, safe=PATH_SAFE) + self.parameters

    def walk(self) -> Iterator[Item]:
        yield self
        for item in self.children:
            yield from item.walk()


@dataclass(frozen=True, slots=True)
class ImsPackage:
    """A package ready to become links: `items` is the default organisation's tree, `warnings` are for its owner."""

    identifier: str
    title: str
    kind: ImsKind
    version: str
    items: tuple[Item, ...]
    resources: tuple[Resource, ...]
    warnings: tuple[str, ...]

    def walk(self) -> Iterator[Item]:
        """All items, parents before children, in the package's order."""
        for item in self.items:
            yield from item.walk()

    @property
    def leaves(self) -> tuple[Item, ...]:
        """The items that point at a resource, whether or not it can be shown."""
        return tuple(item for item in self.walk() if item.resource is not None)

    @property
    def pages(self) -> tuple[Item, ...]:
        """The items that can be opened: each has an `href`."""
        return tuple(item for item in self.walk() if item.href is not None)


def read_ims_package(archive: Archive) -> ImsPackage:
    """Reads an IMS or SCORM package or a Common Cartridge.

    Raises PackageError when there is no manifest, when it leads outside the package, or when nothing in it can be
    shown. What is merely imperfect (missing files, dangling references, outside addresses) becomes a warning.
    """
    remarks = Remarks()
    manifest = read_manifest(archive, remarks)
    organization = choose_organization(manifest.organizations, remarks)
    items = ItemReader(manifest, remarks).read(organization) or resources_as_items(manifest, remarks)
    title = text_of(child(organization, "title")) or manifest.title or manifest.identifier
    package = ImsPackage(
        identifier=manifest.identifier,
        title=title[:TITLE_LENGTH],
        kind="SCORM" if manifest.is_scorm else "IMS",
        version=manifest.schema_version,
        items=items,
        resources=manifest.resources,
        warnings=remarks.lines(),
    )
    if not package.pages:
        raise PackageError("The package holds no page that can be shown.")
    return package


def choose_organization(organizations: Element | None, remarks: Remarks) -> Element | None:
    found = list(children(organizations, "organization"))
    if organizations is None or not found:
        return None
    default = attribute(organizations, "default")
    chosen = next((one for one in found if default and attribute(one, "identifier") == default), None)
    if chosen is None and default:
        remarks.add(f"The default organization {quoted(default)} does not exist; the first one holds.")
    if len(found) > 1:
        remarks.add(f"The package holds {len(found)} organizations; only the default one is read.")
    return found[0] if chosen is None else chosen


class ItemReader:
    """Reads the tree of items over the resources of one manifest."""

    def __init__(self, manifest: Manifest, remarks: Remarks) -> None:
        self.resources: Mapping[str, Resource] = {resource.identifier: resource for resource in manifest.resources}
        self.remarks = remarks
        self.seen: set[str] = set()

    def read(self, parent: Element | None) -> tuple[Item, ...]:
        return tuple(self.item(element) for element in children(parent, "item"))

    def item(self, element: Element) -> Item:
        identifier = attribute(element, "identifier")
        if identifier and identifier in self.seen:
            self.remarks.add(f"The item {quoted(identifier)} is declared twice; both are kept.")
        self.seen.add(identifier)
        title = text_of(child(element, "title")) or identifier
        reference = attribute(element, "identifierref") or None
        resource = None if reference is None else self.resource(reference, title)
        href = None if resource is None else self.page(resource, title)
        suffix = "" if resource is None else resource.suffix
        return Item(
            identifier=identifier,
            title=title[:TITLE_LENGTH],
            resource=reference,
            href=href,
            parameters="" if href is None else launch_suffix(suffix, attribute(element, "parameters")),
            scorm_type="" if resource is None else resource.scorm_type,
            is_visible=loose_attribute(element, "isvisible").lower() not in ("false", "0"),
            children=self.read(element),
        )

    def resource(self, reference: str, title: str) -> Resource | None:
        resource = self.resources.get(reference)
        if resource is None:
            self.remarks.add(f"The item {quoted(title)} refers to {quoted(reference)}, which does not exist.")
        return resource

    def page(self, resource: Resource, title: str) -> str | None:
        if not is_page(resource):
            self.remarks.add(f"The item {quoted(title)} is of type {quoted(resource.type)}, which cannot be shown.")
            return None
        return resource.href if resource.target or not resource.files else resource.files[0]


def is_page(resource: Resource) -> bool:
    """A cartridge's quizzes, discussions and tools are XML for other programs; only web content is a page."""
    return resource.type.lower().startswith(PAGE_TYPE) or not resource.type


def launch_suffix(own: str, parameters: str) -> str:
    """Joins the query of a resource with the parameters of an item (SCORM 2004 CAM 3.4.1.6, also good for 1.2)."""
    parameters = parameters.lstrip("?&")
    if not parameters:
        return quote(own, safe=SUFFIX_SAFE)
    if parameters.startswith("#"):
        joined = own if "#" in own else own + parameters
    else:
        query, mark, fragment = own.partition("#")
        joined = query + ("&" if "?" in query else "?") + parameters + mark + fragment
    return quote(joined, safe=SUFFIX_SAFE)


def resources_as_items(manifest: Manifest, remarks: Remarks) -> tuple[Item, ...]:
    """Makes one item of each page that no other resource depends on, for a package that has no organization."""
    needed = {identifier for resource in manifest.resources for identifier in resource.dependencies}
    pages = [one for one in manifest.resources if one.href and is_page(one) and one.identifier not in needed]
    if pages:
        remarks.add("The package has no organization; each of its pages becomes an item.")
    return tuple(
        Item(
            identifier=resource.identifier,
            title=(resource.href or "").rpartition("/")[2][:TITLE_LENGTH],
            resource=resource.identifier,
            href=resource.href,
            parameters=launch_suffix(resource.suffix, ""),
            scorm_type=resource.scorm_type,
            is_visible=True,
            children=(),
        )
        for resource in pages
    )
