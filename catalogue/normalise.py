"""Puts right what partners' programs write in ways of their own, before the schema is asked (decision 4)."""

from __future__ import annotations

from typing import Final

from lxml import etree

from catalogue.document import SPACE, Document, entity_members, read_int, tags_of
from catalogue.element import Element
from catalogue.model import MessageType
from catalogue.shape import Shape

XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
NIL: Final = f"{XSI}nil"
LIFTED: Final = ("SiteId", "VendorId")
HAS_ATTRIBUTES: Final = etree.XPath("boolean(//@*)")


def normalise(document: Document, message_type: MessageType) -> Element:
    """Brings the document into the form of its schema, in place, and returns its root. A second time changes nothing.

    Every element keeps its source line. What the schema does not know stays as it is, for the schema to refuse.
    """
    bring_into_form(document, message_type)
    return document.root


def bring_into_form(document: Document, message_type: MessageType) -> bool:
    """Normalises the document in place; returns whether that changed anything."""
    root, shape = document.root, message_type.shape
    if root.tag != shape.tag:
        return False
    changed = drop_attributes(root)
    if any(name in document.source for name in LIFTED):
        changed |= lift(root)
    changed |= tidy(root, shape, attributes=HAS_ATTRIBUTES(root) is True)
    return put_in_order(root, shape) or changed


def lift(root: Element) -> bool:
    """Moves SiteId and VendorId from the entities to the message; of equal ones, one stays. Returns whether it did."""
    lifted = list(entity_members(root, *LIFTED))
    for element in lifted:
        root.append(element)
    if not lifted:
        return False
    seen: set[tuple[str, str]] = set()
    for element in list(root.iterchildren(*(tag for name in LIFTED for tag in tags_of(name)))):
        text = (element.text or "").strip(SPACE)
        number = read_int(text) if element.tag in tags_of("SiteId") else None
        key = (element.tag.rpartition("}")[2], text if number is None else str(number))
        if key in seen:
            root.remove(element)
        seen.add(key)
    return True


def tidy(parent: Element, shape: Shape, *, attributes: bool) -> bool:
    """Tidies all that the schema knows below an element, innermost first; `attributes`: whether there are any.

    Returns whether that changed anything, as all that it calls does.
    """
    listings: dict[str, Element] = {}
    words: dict[str, list[Element]] = {}
    changed = False
    for child in list(parent):
        tag = child.tag
        known = shape.children.get(tag)
        if known is None:
            continue
        if tag != known.tag:
            child.tag = known.tag
            changed = True
        if attributes:
            changed |= drop_attributes(child, nillable=known.nillable)
        if known.children:
            changed |= tidy_branch(parent, child, known, listings, attributes=attributes)
        elif not is_tidy(child.text, known):
            changed |= tidy_leaf(parent, child, known)
            if known.words and child.getparent() is parent:
                words.setdefault(known.tag, []).append(child)
    for lists in words.values():
        changed |= join(lists)
    return changed


def is_tidy(text: str | None, known: Shape) -> bool:
    """Whether a value is surely one that stays as it is; most are."""
    if not text or known.aliases or known.words:
        return False
    return text[0] not in SPACE and text[-1] not in SPACE


def tidy_leaf(parent: Element, child: Element, known: Shape) -> bool:
    """Drops a value that says nothing, or trims it and puts its own name for it."""
    text = child.text or ""
    value = text.strip(SPACE) if known.trimmed else text
    if not value and not len(child) and is_bare(child) and is_dispensable(parent, known):
        parent.remove(child)
        return True
    value = known.aliases.get(value, value)
    if value == text:
        return False
    child.text = value
    return True


def is_dispensable(parent: Element, known: Shape) -> bool:
    """Whether a value without content says nothing: it is optional, or another member of its choice is there."""
    return known.droppable or (bool(known.rivals) and next(parent.iterchildren(*known.rivals), None) is not None)


def tidy_branch(
    parent: Element,
    child: Element,
    known: Shape,
    listings: dict[str, Element],
    *,
    attributes: bool,
) -> bool:
    """Tidies what an element holds, then drops it when that is nothing, or merges it into the list before it."""
    changed = not known.foreign and tidy(child, known, attributes=attributes)
    if known.droppable and is_empty(child, known):
        parent.remove(child)
        return True
    if known.listing:
        changed |= merge(listings.setdefault(known.tag, child), child)
    return changed


def is_empty(element: Element, shape: Shape) -> bool:
    """Whether an element says nothing; a list of nothing but empty elements says nothing either."""
    if not is_bare(element):
        return False
    return not len(element) or (shape.listing and all(not len(item) and is_bare(item) for item in element))


def is_bare(element: Element) -> bool:
    """Whether an element has no text and no attributes, and no text that stands after it."""
    text, tail = element.text, element.tail
    return (text is None or not text.strip(SPACE)) and (tail is None or not tail.strip(SPACE)) and not element.attrib


def merge(first: Element, other: Element) -> bool:
    """Moves the items of a repeated list into the first one."""
    parent = first.getparent()
    if other is first or not is_bare(other) or parent is None:
        return False
    first.extend(list(other))
    parent.remove(other)
    return True


def join(lists: list[Element]) -> bool:
    """Puts the words of a repeated list into the first one."""
    first, *others = lists
    if not others or any(len(one) or one.attrib or (one.tail or "").strip(SPACE) for one in lists):
        return False
    first.text = " ".join(one.text or "" for one in lists)
    for other in others:
        remove(other)
    return True


def remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def drop_attributes(element: Element, *, nillable: bool = False) -> bool:
    """Removes what says nothing in a message: attributes of xsi, and empty ones; what is nillable stays nil."""
    changed = False
    for name, value in element.attrib.items():
        if nillable and name == NIL and str(value).strip(SPACE) in {"true", "1"}:
            continue
        if not value or str(name).startswith(XSI):
            del element.attrib[name]
            changed = True
    return changed


def put_in_order(root: Element, shape: Shape) -> bool:
    """Sorts the children of the message as the schema lists them; what it does not know goes first."""
    places = shape.places
    order = [places.get(child.tag, -1) for child in root]
    if order == sorted(order):
        return False
    root[:] = sorted(root, key=lambda child: places.get(child.tag, -1))
    return True
