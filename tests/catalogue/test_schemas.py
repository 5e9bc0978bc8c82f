"""The published schemas: self-contained, documented, and tight."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

import catalogue as package
from catalogue.element import Element
from catalogue.model import Catalogue

# Bodies that have not the name of their type (writes.yaml body_name_rule).
BODIES = {
    "Create.Calendar.Event": "Events",
    "Delete.Calendar.Event": "DeleteProtection",  # it has no body
    "Delete.Person.ProfilePicture": "Persons",
    "Update.Calendar.Event": "Events",
    "Update.Calendar.Event.ConnectEvents": "EventConnections",
    "Update.Person.ProfilePicture": "ProfilePictures",
}
BODILESS = {"Delete.Calendar.Event"}
BEFORE_BODY = {"Update.Calendar.Event.ConnectEvents": ["SiteId", "VendorId", "SyncKeys"]}
XS = "{http://www.w3.org/2001/XMLSchema}"


def published(catalogue: Catalogue) -> dict[str, str]:
    """Every schema that GetMessageTypes and GetExtensions answer, by name."""
    types = {message_type.name: message_type.schema for message_type in catalogue.types}
    return types | {extension.name: extension.content_schema for extension in catalogue.extensions}


def test_every_published_schema_compiles_alone_in_two_libraries(catalogue: Catalogue) -> None:
    for name, schema in published(catalogue).items():
        root = etree.fromstring(schema)
        assert [root.findall(f"{XS}{tag}") for tag in ("include", "import", "redefine")] == [[], [], []], name
        etree.XMLSchema(root)
        xmlschema.XMLSchema10(schema, allow="none")


def test_every_published_schema_has_one_document_element(catalogue: Catalogue) -> None:
    for name, schema in published(catalogue).items():
        assert len(etree.fromstring(schema).findall(f"{XS}element")) == 1, name


def test_every_element_and_attribute_is_documented(catalogue: Catalogue) -> None:
    for name, schema in published(catalogue).items():
        for declared in etree.fromstring(schema).iter(f"{XS}element", f"{XS}attribute"):
            if declared.get("name") in {"Message", f"{name.replace('.', '')}Request"}:
                continue
            text = declared.findtext(f"{XS}annotation/{XS}documentation") or ""
            assert text.strip().endswith((".", "?", '"')), f"{name}: {declared.get('name')}"


def test_every_component_is_used(catalogue: Catalogue) -> None:
    for name, schema in published(catalogue).items():
        for component in etree.fromstring(schema):
            if component.tag in {f"{XS}complexType", f"{XS}simpleType"}:
                assert f'"m:{component.get("name")}"' in schema, name


def test_every_message_is_in_the_message_namespace_and_has_its_body(catalogue: Catalogue) -> None:
    for message_type in catalogue.types:
        root = etree.fromstring(message_type.schema)
        if message_type.is_read:
            continue
        assert root.get("targetNamespace") == "urn:message-schema"
        assert root.get("elementFormDefault") == "qualified"
        names = [element.get("name") for element in root.iterfind(f"{XS}element[@name='Message']//{XS}element")]
        body = BODIES.get(message_type.name, message_type.name.replace(".", ""))
        allowed = [*BEFORE_BODY.get(message_type.name, ["SyncKeys", "SiteId", "VendorId"]), body, "Files"]
        assert body in names
        assert names == [name for name in allowed if name in names]
        if message_type.name in BODILESS:
            continue
        kind = root.find(f"{XS}complexType[@name='{body}']")
        assert kind is not None
        assert kind.find(f"{XS}all") is not None or is_list(kind)


def is_list(kind: Element) -> bool:
    """Whether a type holds nothing but one element, again and again."""
    items = kind.findall(f"{XS}sequence/{XS}element")
    return len(items) == 1 and items[0].get("maxOccurs", "1") not in {"0", "1"}


def test_every_reserved_name_has_one_number() -> None:
    table = tomllib.loads((Path(package.__file__).parent / "identifiers.toml").read_text())
    numbers = table["identifiers"]
    assert len(numbers) == 51
    assert len([name for name in numbers if name.startswith("Read.")]) == 20
    taken = [*numbers.values(), *(int(number) for number in table["aliases"])]
    assert len(set(taken)) == len(taken)


@pytest.mark.parametrize(
    ("name", "content", "valid"),
    [
        ("FileLink", "<FileLinkContent><Link>x</Link></FileLinkContent>", True),
        ("FileLink", f"<FileLinkContent><Link>{'x' * 2001}</Link></FileLinkContent>", False),
        ("File", "<FileContent><FileLocation>x</FileLocation><FileName>a.b</FileName></FileContent>", True),
        ("File", "<FileLinkContent/>", False),
        ("Link", "<LinkContent><Link>x</Link></LinkContent>", True),
        ("Link", "<LinkContent/>", False),
        ("LTI", "<LtiContent><XmlConfiguration><Url>x</Url></XmlConfiguration></LtiContent>", True),
        ("LTI", "<LtiContent><XmlConfiguration><Url>x</Url><Xml/></XmlConfiguration></LtiContent>", False),
        ("LTI", "<LtiContent><HashAlgorithm>Md5</HashAlgorithm></LtiContent>", False),
        ("LTI", "<LtiContent><DeepLinkConfiguration><x/></DeepLinkConfiguration></LtiContent>", True),
    ],
)
def test_content_is_checked_by_the_schema_of_its_extension(
    name: str, content: str, valid: bool, catalogue: Catalogue
) -> None:
    schema = next(extension.content_schema for extension in catalogue.extensions if extension.name == name)
    sent = etree.fromstring(
        content.replace("Content>", 'Content xmlns="urn:message-schema">', 1).replace(
            "Content/>", 'Content xmlns="urn:message-schema"/>', 1
        )
    )
    assert etree.XMLSchema(etree.fromstring(schema)).validate(sent) is valid
