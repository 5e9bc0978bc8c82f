"""Members whose content is XML of any kind: the service gives it as text, the answer carries it as elements."""

from __future__ import annotations

from lxml import etree

from edge.elements import has_dtd


def write_xml_content(text: str, name: str, namespace: str, prefix: str) -> str:
    """Returns the member's element with the attributes and children of the element that the text holds.

    prefix: the one that the answer uses for the namespace; the element takes another where its content uses that one
    for something else. Raises ValueError for text that is not one element of XML.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        content = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"the content of {name} is not well-formed: {error}") from error
    if has_dtd(content.getroottree().docinfo):
        raise ValueError(f"the content of {name} has a DTD")
    namespaces = dict(content.nsmap)
    own = prefix or "m"
    while namespaces.get(own, namespace) != namespace:
        own += "m"
    element = etree.Element(f"{{{namespace}}}{name}", dict(content.attrib), {**namespaces, own: namespace})
    element.text = content.text
    element.extend(list(content))
    return etree.tostring(element, encoding="unicode")
