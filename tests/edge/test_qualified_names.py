"""Every qualified name in every document that is served names something, as a client finds it: by the imports."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from lxml import etree

from edge.elements import Element
from edge.namespaces import WSDL, WSDL_SOAP, XSD
from tests.edge.client import EdgeClient

WSU_ID = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}Id"
POLICY_REFERENCE = "{http://schemas.xmlsoap.org/ws/2004/09/policy}PolicyReference"
SERVICES = ("DataService", "ReadDataService", "FileService", "FileStreamService")
PREFIXES = ("", "/ContentImport")
FORMS = ("wsdl", "singleWsdl")
KINDS = {
    (XSD, "element", "type"): "type",
    (XSD, "element", "ref"): "element",
    (XSD, "element", "substitutionGroup"): "element",
    (XSD, "attribute", "type"): "type",
    (XSD, "attribute", "ref"): "attribute",
    (XSD, "extension", "base"): "type",
    (XSD, "restriction", "base"): "type",
    (XSD, "list", "itemType"): "type",
    (WSDL, "part", "element"): "element",
    (WSDL, "input", "message"): "message",
    (WSDL, "output", "message"): "message",
    (WSDL, "binding", "type"): "portType",
    (WSDL, "port", "binding"): "binding",
    (WSDL_SOAP, "header", "message"): "message",
}
"""What a name in an attribute names."""
DEFINITIONS = {"simpleType": "type", "complexType": "type"}
# fmt: off
BUILT_IN = {
    "anyType", "anyURI", "base64Binary", "boolean", "byte", "dateTime", "decimal", "double", "duration", "float", "int",
    "long", "short", "string", "unsignedByte", "unsignedInt", "unsignedLong", "unsignedShort", "QName", "ID", "IDREF",
}
# fmt: on


@dataclass
class Found:
    """The documents that a client reads, and what is defined and used in them."""

    documents: list[Element] = field(default_factory=list)
    defined: set[tuple[str, str, str]] = field(default_factory=set)
    used: set[tuple[str, str, str]] = field(default_factory=set)


def fetch(edge: EdgeClient, url: str, scheme: str) -> Element:
    path = url.partition("edge.example")[2]
    reply = edge.get(path, scheme=scheme)
    assert reply.status == 200, url
    return reply.xml


def follow(edge: EdgeClient, url: str, scheme: str) -> Found:
    """Reads a document and all that it imports, each once."""
    found, waiting, seen = Found(), [url], {url}
    while waiting:
        root = fetch(edge, waiting.pop(), scheme)
        found.documents.append(root)
        for element in root.iter(f"{{{XSD}}}import", f"{{{WSDL}}}import"):
            location = element.get("schemaLocation")
            if location is not None and location not in seen:
                assert location.startswith(f"{scheme}://edge.example/")
                seen.add(location)
                waiting.append(location)
        collect(root, found)
    return found


def collect(root: Element, found: Found) -> None:
    for element in root.iter("*"):
        name, parent = etree.QName(element), element.getparent()
        if parent is not None and parent.tag in {f"{{{XSD}}}schema", f"{{{WSDL}}}definitions"}:
            kind = DEFINITIONS.get(name.localname, name.localname)
            found.defined.add((kind, str(parent.get("targetNamespace")), str(element.get("name"))))
        for attribute, value in element.attrib.items():
            named = KINDS.get((str(name.namespace), name.localname, str(attribute)))
            if named is not None:
                found.used.add((named, *resolved(element, str(value))))
            else:
                assert str(value).partition(":")[0] not in element.nsmap, f"what does {value!r} name?"


def resolved(element: Element, value: str) -> tuple[str, str]:
    prefix, _, local = value.rpartition(":")
    return str(element.nsmap[prefix or None]), local


def check_imports(schema: Element) -> None:
    """A schema imports each namespace whose names it uses, but its own and that of schemas."""
    imported = {element.get("namespace") for element in schema.iter(f"{{{XSD}}}import")}
    own = Found()
    collect(schema, own)
    namespaces = {namespace for _, namespace, _ in own.used}
    assert namespaces <= imported | {schema.get("targetNamespace"), XSD}


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("service", SERVICES)
def test_every_qualified_name_names_something(
    edge: EdgeClient, service: str, prefix: str, form: str, scheme: str
) -> None:
    found = follow(edge, f"{scheme}://edge.example{prefix}/{service}.svc?{form}", scheme)
    built_in = {("type", XSD, name) for name in BUILT_IN}
    assert found.used - found.defined - built_in == set()
    assert len(found.used) > 10
    for root in found.documents:
        for schema in root.iter(f"{{{XSD}}}schema"):
            check_imports(schema)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("service", SERVICES)
def test_every_schema_that_is_served_is_imported(edge: EdgeClient, service: str, form: str) -> None:
    url = f"http://edge.example/{service}.svc"
    schemas = 0
    while edge.get(f"/{service}.svc?xsd=xsd{schemas}").status == 200:
        schemas += 1
    found = follow(edge, f"{url}?{form}", "http")
    namespaces = [schema.get("targetNamespace") for root in found.documents for schema in root.iter(f"{{{XSD}}}schema")]
    wrapper = form == "wsdl"  # it imports the others, and has nothing of its own
    assert len(namespaces) == len(set(namespaces)) == schemas + wrapper


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("service", SERVICES)
def test_headers_and_policies_by_name_are_there(edge: EdgeClient, service: str, form: str) -> None:
    root = fetch(edge, f"https://edge.example/{service}.svc?{form}", "https")
    parts = {
        (message.get("name"), part.get("name"))
        for message in root.iter(f"{{{WSDL}}}message")
        for part in message.iter(f"{{{WSDL}}}part")
    }
    headers = {
        (str(header.get("message")).rpartition(":")[2], header.get("part"))
        for header in root.iter(f"{{{WSDL_SOAP}}}header")
    }
    assert headers <= parts
    assert bool(headers) == (service == "FileStreamService")
    policies = {f"#{element.get(WSU_ID)}" for element in root.iter("*") if element.get(WSU_ID)}
    references = {element.get("URI") for element in root.iter(POLICY_REFERENCE)}
    assert references
    assert references <= policies
    operations = {
        (str(kind.get("name")).rpartition("_")[2], operation.get("name"), child.tag, child.get("name"))
        for kind in root.iter(f"{{{WSDL}}}portType")
        for operation in kind.iter(f"{{{WSDL}}}operation")
        for child in operation
    }
    bound = {
        (str(kind.get("name")).rpartition("_")[2], operation.get("name"), child.tag, child.get("name"))
        for kind in root.findall(f"{{{WSDL}}}binding")
        for operation in kind.findall(f"{{{WSDL}}}operation")
        for child in operation
        if child.tag in {f"{{{WSDL}}}input", f"{{{WSDL}}}output"}
    }
    assert bound == operations
