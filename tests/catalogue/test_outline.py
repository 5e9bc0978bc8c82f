"""Schemas as trees of elements for their readers."""

from __future__ import annotations

from catalogue.model import Catalogue
from catalogue.outline import Part, Value, outline_of
from catalogue.shape import Shape
from tests.catalogue.messages import type_of

HEAD = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:m="urn:x" xmlns:c="urn:organisation-api:catalogue"'
    ' targetNamespace="urn:x" elementFormDefault="qualified">'
)
RESTRICTION = (
    '<xs:element name="A"><xs:simpleType><xs:restriction base="{}">{}</xs:restriction></xs:simpleType></xs:element>'
)


def outline(*declarations: str) -> Part:
    return outline_of(f"{HEAD}{''.join(declarations)}</xs:schema>")


def restricted(base: str, *facets: str) -> Value | None:
    return outline(RESTRICTION.format(base, "".join(f"<xs:{facet}/>" for facet in facets))).value


def names_of(part: Part) -> list[str]:
    return [child.name for child in part.children]


def test_simple_types_are_said_in_words() -> None:
    assert outline('<xs:element name="A" type="xs:int"/>').value == Value("int")
    lengths = restricted("xs:string", 'minLength value="1"', 'maxLength value="36"')
    assert lengths == Value("string", "1 to 36 characters")
    bounds = restricted("xs:int", 'minInclusive value="0"', 'maxInclusive value="9"')
    assert bounds == Value("int", "0 or more; 9 or less")
    assert restricted("xs:token", 'pattern value="[a-z]+"') == Value("token", "matches [a-z]+")
    assert restricted("xs:token", 'enumeration value="A"', 'enumeration value="B"') == Value("token", "", ("A", "B"))


def test_a_named_type_keeps_the_limits_that_it_restricts_further() -> None:
    base = (
        '<xs:simpleType name="T"><xs:restriction base="xs:token"><xs:maxLength value="9"/></xs:restriction>'
        "</xs:simpleType>"
    )
    found = outline(RESTRICTION.format("m:T", '<xs:pattern value="a*"/>'), base).value
    assert found == Value("token", "at most 9 characters; matches a*")


def test_lists_and_unions_speak_of_their_members() -> None:
    words = (
        '<xs:simpleType name="W"><xs:restriction base="xs:token"><xs:enumeration value="A"/></xs:restriction>'
        "</xs:simpleType>"
    )
    listed = outline(
        '<xs:element name="L"><xs:simpleType><xs:list itemType="m:W"/></xs:simpleType></xs:element>', words
    )
    assert listed.value == Value("list of token, separated by spaces", "", ("A",))
    union = outline(
        '<xs:element name="U"><xs:simpleType><xs:union memberTypes="xs:int m:W"/></xs:simpleType></xs:element>', words
    )
    assert union.value == Value("int or token", "", ("A",))


def test_attributes_come_before_elements_and_choices_say_so() -> None:
    part = outline(
        '<xs:element name="A"><xs:complexType><xs:choice maxOccurs="unbounded"><xs:element name="B" type="xs:int"/>'
        '<xs:element name="C" type="xs:int"/></xs:choice><xs:attribute name="id" use="required" type="xs:ID"/>'
        "</xs:complexType></xs:element>"
    )
    assert [(one.path, one.occurrence, one.repeated) for one in part.children] == [
        ("/A/@id", "required", False),
        ("/A/B", "one of", True),
        ("/A/C", "one of", True),
    ]


def test_a_type_that_holds_itself_is_shown_once() -> None:
    part = outline(
        '<xs:element name="A" type="m:T"/>',
        '<xs:complexType name="T"><xs:sequence><xs:element name="B" type="m:T" minOccurs="0"/></xs:sequence>'
        "</xs:complexType>",
    )
    assert names_of(part) == ["B"]
    assert part.children[0].children == ()


def test_a_default_is_the_one_that_the_documentation_names() -> None:
    def documented(text: str) -> str:
        note = f"<xs:annotation><xs:documentation>{text}</xs:documentation></xs:annotation>"
        return outline(f'<xs:element name="A"><xs:complexType>{note}</xs:complexType>{note}</xs:element>').default

    assert documented("Seen. Default: true.") == "true"
    assert documented("Default: false, unlike others.") == "false"
    assert documented("Inherit (the default) takes what is there.") == "Inherit"
    assert documented("The course's people (Internal, the default) or all (Public).") == "Internal"
    assert documented("No default.") == ""


def test_aliases_of_elements_and_values_are_kept(catalogue: Catalogue) -> None:
    parts = {part.name: part for _, part in outline_of(type_of(catalogue, "Create.Course.Element.Test").schema).walk()}
    assert parts["ParentId"].aliases == ("ParentID",)
    shown = parts["ShowFeedback"].value
    assert shown is not None
    assert "true as OnQuestions" in shown.aliases


def test_an_outline_has_every_element_that_a_message_may_have(catalogue: Catalogue) -> None:
    for kind in catalogue.types:
        part = outline_of(kind.schema)
        assert same_elements(part, kind.shape), kind.name


def same_elements(part: Part, shape: Shape) -> bool:
    """Whether the outline holds what normalisation, which reads the same schema, knows."""
    shapes = {child.tag.rpartition("}")[2]: child for child in shape.children.values()}
    parts = {child.name: child for child in part.children if not child.name.startswith("@")}
    return set(parts) == set(shapes) and all(same_elements(parts[name], shapes[name]) for name in parts)


def test_every_element_of_every_type_is_documented(catalogue: Catalogue) -> None:
    for kind in catalogue.types:
        assert kind.summary, kind.name
        for depth, part in outline_of(kind.schema).walk():
            assert part.documentation or depth == 0, f"{kind.name} {part.path}"
