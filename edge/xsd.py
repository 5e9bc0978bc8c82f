"""The XML Schemas of a service, as WCF exports them: one document a namespace, in the order of discovery."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from edge.contract import DataType, Enumeration, ListOf, Member, Primitive, Service, Struct, XmlContent
from edge.elements import Element
from edge.namespaces import SERIALIZATION, TEMPURI, XSD
from edge.serialization_schema import serialization_schema


class SchemaSet:
    """Every schema of one service, in the order of its ?xsd= numbers."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._named: dict[tuple[str, str], Struct | Enumeration | ListOf] = {}
        self._foreign: dict[tuple[str, str], Member] = {}
        for operation in service.operations:
            for member in (*operation.children, operation.result):
                self._discover(member.data_type)
        found = dict.fromkeys(namespace for namespace, _ in (*self._named, *self._foreign))
        found.pop(TEMPURI, None)
        self.namespaces = (TEMPURI, SERIALIZATION, *found)

    def build(self, namespace: str, locations: dict[str, str]) -> Element:
        """Returns the schema of a namespace. locations: of the others; none where they stand beside it."""
        if namespace == SERIALIZATION:
            return serialization_schema()
        builder = SchemaBuilder(namespace, self.namespaces)
        if namespace == TEMPURI:
            for operation in self._service.operations:
                builder.wrapper(operation.name, operation.children)
                builder.wrapper(f"{operation.name}Response", (operation.result,))
        for (home, _), data_type in self._named.items():
            if home == namespace:
                builder.named_type(data_type)
        for (home, _), member in self._foreign.items():
            if home == namespace:
                builder.foreign_element(member)
        return builder.finish(locations)

    def _discover(self, data_type: DataType) -> None:
        if isinstance(data_type, XmlContent):
            for known_type in data_type.known:
                self._discover(known_type)
            return
        if isinstance(data_type, Primitive):
            return
        key = (data_type.namespace, data_type.name)
        known = self._named.setdefault(key, data_type)
        if known != data_type:
            raise ValueError(f"{data_type.namespace} has two contracts named {data_type.name}")
        if known is not data_type:
            return
        for inner in self._inner_types(data_type):
            self._discover(inner)

    def _inner_types(self, data_type: Struct | Enumeration | ListOf) -> Iterator[DataType]:
        if isinstance(data_type, ListOf):
            yield data_type.item
        if isinstance(data_type, Struct):
            if data_type.base is not None:
                yield data_type.base
            for member in data_type.members:
                if member.namespace != data_type.namespace:
                    self._foreign[member.namespace, member.name] = member
                yield member.data_type


class SchemaBuilder:
    """One schema in the making. Its own namespace has the prefix tns, the others of the set q1, q2 and so on."""

    def __init__(self, namespace: str, namespaces: tuple[str, ...]) -> None:
        self._namespace = namespace
        others = [other for other in namespaces if other != namespace]
        self._prefixes = {XSD: "xs", namespace: "tns", **{other: f"q{i}" for i, other in enumerate(others, 1)}}
        self._used: dict[str, None] = {}
        self._children: list[Element] = []

    def wrapper(self, name: str, members: tuple[Member, ...]) -> None:
        """Adds an operation's element, whose type has no name."""
        element = xs("element", name=name)
        sequence = etree.SubElement(etree.SubElement(element, f"{{{XSD}}}complexType"), f"{{{XSD}}}sequence")
        sequence.extend(self._member(member) for member in members)
        self._children.append(element)

    def named_type(self, data_type: Struct | Enumeration | ListOf) -> None:
        """Adds a type, and the nillable global element of its name."""
        if isinstance(data_type, Enumeration):
            self._children.append(self._enumeration(data_type))
        elif isinstance(data_type, ListOf):
            self._children.append(self._list(data_type))
        else:
            self._children.append(self._struct(data_type))
        self._children.append(xs("element", name=data_type.name, nillable="true", type=self._qname(data_type)))

    def foreign_element(self, member: Member) -> None:
        """Adds the global element that a contract of another namespace refers to."""
        attributes = {"name": member.name, "type": self._qname(member.data_type)}
        self._children.append(xs("element", **attributes, **({"nillable": "true"} if member.nillable else {})))

    def finish(self, locations: dict[str, str]) -> Element:
        """Returns the schema with its imports, in the order in which the namespaces are used."""
        used = {self._prefixes[namespace]: namespace for namespace in self._used}
        nsmap = {"xs": XSD, "tns": self._namespace, **used}
        schema = etree.Element(f"{{{XSD}}}schema", nsmap=nsmap)
        schema.set("elementFormDefault", "qualified")
        schema.set("targetNamespace", self._namespace)
        for namespace in self._used:
            location = {"schemaLocation": locations[namespace]} if namespace in locations else {}
            schema.append(xs("import", **location, namespace=namespace))
        schema.extend(self._children)
        return schema

    def _struct(self, struct: Struct) -> Element:
        complex_type = xs("complexType", name=struct.name)
        parent = complex_type
        if struct.base is not None:
            content = etree.SubElement(complex_type, f"{{{XSD}}}complexContent")
            content.set("mixed", "false")
            parent = etree.SubElement(content, f"{{{XSD}}}extension")
            parent.set("base", self._qname(struct.base))
        sequence = etree.SubElement(parent, f"{{{XSD}}}sequence")
        sequence.extend(self._member(member) for member in struct.members)
        return complex_type

    def _list(self, data_type: ListOf) -> Element:
        complex_type = xs("complexType", name=data_type.name)
        sequence = etree.SubElement(complex_type, f"{{{XSD}}}sequence")
        item = xs("element", minOccurs="0", maxOccurs="unbounded", name=data_type.item_name)
        if isinstance(data_type.item, Struct) or not is_value(data_type.item):
            item.set("nillable", "true")
        item.set("type", self._qname(data_type.item))
        sequence.append(item)
        return complex_type

    def _enumeration(self, enumeration: Enumeration) -> Element:
        simple_type = xs("simpleType", name=enumeration.name)
        restriction = etree.SubElement(simple_type, f"{{{XSD}}}restriction", base="xs:string")
        spelt: set[str] = set()
        for value in enumeration.values:
            if value.name in spelt:
                continue
            spelt.add(value.name)
            item = etree.SubElement(restriction, f"{{{XSD}}}enumeration", value=value.name)
            if value.published is not None:
                info = etree.SubElement(etree.SubElement(item, f"{{{XSD}}}annotation"), f"{{{XSD}}}appinfo")
                number = etree.SubElement(info, f"{{{SERIALIZATION}}}EnumerationValue")
                number.text = str(value.published)
                self._used.setdefault(SERIALIZATION)
        return simple_type

    def _member(self, member: Member) -> Element:
        if member.namespace != self._namespace:
            self._used.setdefault(member.namespace)
            return xs("element", minOccurs="0", ref=f"{self._prefixes[member.namespace]}:{member.name}")
        element = xs("element", minOccurs="0", name=member.name)
        if member.nillable:
            element.set("nillable", "true")
        element.set("type", self._qname(member.data_type))
        return element

    def _qname(self, data_type: DataType) -> str:
        if isinstance(data_type, Primitive):
            return f"xs:{data_type.name}"
        if isinstance(data_type, XmlContent):
            return "xs:anyType"
        if data_type.namespace != self._namespace:
            self._used.setdefault(data_type.namespace)
        return f"{self._prefixes[data_type.namespace]}:{data_type.name}"


def xs(tag: str, /, **attributes: str) -> Element:
    return etree.Element(f"{{{XSD}}}{tag}", attributes, nsmap={"xs": XSD})


def is_value(data_type: Primitive | Enumeration) -> bool:
    return isinstance(data_type, Enumeration) or data_type.is_value
