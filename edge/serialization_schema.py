"""The schema of http://schemas.microsoft.com/2003/10/Serialization/, which every WCF service publishes."""

from __future__ import annotations

from lxml import etree

from edge.elements import Element
from edge.namespaces import SERIALIZATION, XSD

BEFORE_CHAR = (
    *("anyType", "anyURI", "base64Binary", "boolean", "byte", "dateTime", "decimal", "double", "float", "int", "long"),
    *("QName", "short", "string", "unsignedByte", "unsignedInt", "unsignedLong", "unsignedShort"),
)
RESTRICTIONS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("char", "int", ()),
    (
        "duration",
        "duration",
        (
            ("pattern", r"\-?P(\d*D)?(T(\d*H)?(\d*M)?(\d*(\.\d*)?S)?)?"),
            ("minInclusive", "-P10675199DT2H48M5.4775808S"),
            ("maxInclusive", "P10675199DT2H48M5.4775807S"),
        ),
    ),
    ("guid", "string", (("pattern", r"[\da-fA-F]{8}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{12}"),)),
)
ATTRIBUTES = (("FactoryType", "xs:QName"), ("Id", "xs:ID"), ("Ref", "xs:IDREF"))


def serialization_schema() -> Element:
    """Returns a fresh copy of the schema."""
    schema = etree.Element(f"{{{XSD}}}schema", nsmap={"xs": XSD, "tns": SERIALIZATION})
    schema.set("attributeFormDefault", "qualified")
    schema.set("elementFormDefault", "qualified")
    schema.set("targetNamespace", SERIALIZATION)
    for name in BEFORE_CHAR:
        add(schema, "element", name=name, nillable="true", type=f"xs:{name}")
    for name, base, facets in RESTRICTIONS:
        add(schema, "element", name=name, nillable="true", type=f"tns:{name}")
        restriction = add(add(schema, "simpleType", name=name), "restriction", base=f"xs:{base}")
        for facet, value in facets:
            add(restriction, facet, value=value)
    for name, type_name in ATTRIBUTES:
        add(schema, "attribute", name=name, type=type_name)
    return schema


def add(parent: Element, tag: str, /, **attributes: str) -> Element:
    return etree.SubElement(parent, f"{{{XSD}}}{tag}", attributes)
