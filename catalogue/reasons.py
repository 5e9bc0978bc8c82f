"""Turns what xmlschema reports into words of the wire: expected and found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, cast

from lxml import etree
from xmlschema import XMLSchemaChildrenValidationError, XMLSchemaValidationError
from xmlschema.validators import (
    XsdAttributeGroup,
    XsdElement,
    XsdEnumerationFacets,
    XsdGroup,
    XsdMaxLengthFacet,
    XsdMinLengthFacet,
)

from catalogue.element import Element
from catalogue.violation import Violation, excerpt, line_of, named, quoted

UNKNOWN_ATTRIBUTE: Final = re.compile(r"'(.*)' attribute not allowed")
ATTRIBUTE: Final = re.compile(r"attribute (\S+?)=")
DANGLING_REFERENCE: Final = re.compile(r"IDREF .* not found")
NAME: Final = "a name that begins with a letter and is used once"
VALUES: Final = {
    "int": "a whole number from -2147483648 to 2147483647",
    "integer": "a whole number",
    "boolean": "true, false, 1 or 0",
    "decimal": "a decimal number such as 12.5",
    "dateTime": "a date and time such as 2026-01-02T03:04:05+01:00",
    "ID": NAME,
}


def violation_of(error: XMLSchemaValidationError, paths: Mapping[Element, str]) -> Violation | None:
    """The violation that an error of xmlschema means; None for what libxml2 lets pass.

    A SyncKeyRef without its SyncKey is such a thing: the processor answers it with a warning.
    """
    if DANGLING_REFERENCE.match(error.reason or ""):
        return None
    element = cast("Element", error.elem)
    if isinstance(error, XMLSchemaChildrenValidationError):
        return child_violation(error, element, paths)
    path, expected, found = value_violation(error, element)
    return Violation(paths[element] + path, line_of(element), expected, found)


def value_violation(error: XMLSchemaValidationError, element: Element) -> tuple[str, str, str]:
    """What is wrong with an element's attributes or value: the rest of the path, what was expected, what was found."""
    reason = error.reason or ""
    unknown = UNKNOWN_ATTRIBUTE.match(reason)
    if unknown is not None:
        return "", allowed_attributes(error.validator), f"attribute {quoted(unknown.group(1))}"
    if isinstance(error.validator, XsdGroup):
        return "", "elements only", quoted(stray_text(element))
    if isinstance(error.validator, XsdElement) and len(element):
        return "", "a value without elements", f"element {quoted(local(element[0]))}"
    attribute = ATTRIBUTE.match(reason)
    path = "" if attribute is None else f"/@{excerpt(attribute.group(1))}"
    return path, expected_value(error), quoted(str(error.obj))


def child_violation(
    error: XMLSchemaChildrenValidationError, parent: Element, paths: Mapping[Element, str]
) -> Violation:
    """A child that is missing, or one that does not belong where it is."""
    names = [local_of(item.name) for item in error.expected or () if isinstance(item, XsdElement)]
    if error.invalid_child is None:
        return Violation(paths[parent], line_of(parent), element_of(names), "none")
    child = cast("Element", error.invalid_child)
    group = cast("XsdGroup", error.validator)
    limits = {local_of(item.name): item.max_occurs for item in group.iter_elements() if isinstance(item, XsdElement)}
    known = list(limits)
    most = limits.get(local(child))
    if most is not None and sum(item.tag == child.tag for item in child.itersiblings(preceding=True)) >= most:
        expected = f"{'one' if most == 1 else most} {local(child)} at most"
        return Violation(paths[child], line_of(child), expected, "another one")
    if error.expected is None:
        present = {local(item) for item in parent}
        names = [name for name in known if name not in present]
    expected = element_of(names) if names else "no further element"
    return Violation(paths[child], line_of(child), expected, sent_element(child, parent))


def sent_element(child: Element, parent: Element) -> str:
    """A child in words; its namespace only when it is not its parent's."""
    if etree.QName(child).namespace == etree.QName(parent).namespace:
        return f"element {quoted(local(child))}"
    return named(child)


def expected_value(error: XMLSchemaValidationError) -> str:
    """What a value must be."""
    validator = error.validator
    if isinstance(validator, XsdEnumerationFacets):
        return any_of([str(value) for value in validator.enumeration])
    if isinstance(validator, XsdMinLengthFacet):
        return f"at least {validator.value} character{'s' if validator.value != 1 else ''}"
    if isinstance(validator, XsdMaxLengthFacet):
        return f"at most {validator.value} characters"
    name = local_of(getattr(validator, "name", None) or getattr(validator, "__name__", ""))
    return VALUES.get(name.removesuffix("_validator"), f"a value of {name}" if name else NAME)


def allowed_attributes(validator: object) -> str:
    """Which attributes an element may have."""
    names = sorted(str(name) for name in validator) if isinstance(validator, XsdAttributeGroup) else []
    return f"no attribute but {', '.join(names)}" if names else "no attribute"


def stray_text(element: Element) -> str:
    """The text that stands where only elements may."""
    texts = (text.strip() for text in (element.text or "", *(child.tail or "" for child in element)))
    return next((text for text in texts if text), "")


def element_of(names: Iterable[str]) -> str:
    """One element, or one of several, in words."""
    once = any_of(names)
    return once.replace("one of", "one of the elements", 1) if once.startswith("one of ") else f"element {once}"


def any_of(names: Iterable[str]) -> str:
    """One name, or "one of" several, each once."""
    once = list(dict.fromkeys(names))
    return f"one of {', '.join(once)}" if len(once) > 1 else "".join(once)


def local(element: Element) -> str:
    """Local name of an element."""
    return etree.QName(element).localname


def local_of(name: str | None) -> str:
    """Local part of {namespace}name or prefix:name."""
    return (name or "").rpartition("}")[2].rpartition(":")[2]
