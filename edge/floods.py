"""Refuses floods of markup in a document, before they cost a parser's time and memory."""

from __future__ import annotations

import re
from xml.parsers import expat

from edge.faults import dtd_fault, malformed
from edge.limits import Limits

MANY = 1000
FLOODED_TAG = rb"""<[^\s<>!?/][^\s<>]*+(?>\s++[^\s=<>]++\s*+=\s*+(?>"[^"<]*+"|'[^'<]*+')){%d}"""
NO_ELEMENTS = (b"<!", b"<?", b"</")
NO_TAGS = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"), (b"<?", b"?>"))


class Floods:
    """Looks for more markup than the limits allow. Made once; any thread may ask it.

    harmless_bytes: a document of so many bytes can hold no flood.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._flooded_tag = re.compile(FLOODED_TAG % (limits.element_attributes + 1))
        self.harmless_bytes = min(MANY, limits.elements, limits.attributes, limits.namespaces)

    def refuse(self, body: bytes, starts: int, equals: int, encoding: str | None) -> None:
        """Raises the fault for a flood. starts, equals: how often there are < and = in the body."""
        limits = self._limits
        if equals > MANY >= starts and self._has_flooded_tag(body):
            raise limits.too_many_element_attributes()
        may_declare = equals > limits.namespaces and (b"\0" in body or body.count(b"xmlns") > limits.namespaces)
        quotes = body.count(b'"') + body.count(b"'") if equals > limits.attributes else 0
        elements = most_elements(body, starts, limits.elements)
        if elements > limits.elements or quotes > 2 * limits.attributes or may_declare:
            self._count(body, encoding)

    def _has_flooded_tag(self, body: bytes) -> bool:
        """Whether a tag has too many attributes, which parsers take long to find out; for few starts of markup."""
        at = body.find(b"<")
        while at >= 0:
            end = next((end for start, end in NO_TAGS if body.startswith(start, at)), b"")
            if not end and self._flooded_tag.match(body, at):
                return True
            past = body.find(end, at) if end else at + 1
            if past < 0 and b"\0" not in body:  # parsers take long to find that out, too
                raise malformed("markup without end")
            at = body.find(b"<", past) if past >= 0 else -1
        return False

    def _count(self, body: bytes, encoding: str | None) -> None:
        """Counts what may be a flood; markup inside CDATA is none."""
        limits = self._limits
        elements, attributes, namespaces = 0, 0, 0

        def count(_name: str, found: dict[str, str]) -> None:
            nonlocal elements, attributes, namespaces
            elements += 1
            if elements > limits.elements:
                raise limits.too_many_elements()
            if found:
                attributes += len(found)
                namespaces += sum(name.startswith("xmlns") for name in found)
                if namespaces > limits.namespaces:
                    raise limits.too_many_namespaces()
                if attributes > limits.attributes:
                    raise limits.too_many_attributes()

        def refuse_dtd(*_: object) -> None:
            raise dtd_fault()

        parser = expat.ParserCreate(encoding)
        parser.StartElementHandler = count
        parser.StartDoctypeDeclHandler = refuse_dtd
        try:
            parser.Parse(body, True)
        except (expat.ExpatError, ValueError) as error:
            raise malformed(str(error)) from None


def most_elements(body: bytes, starts: int, enough: int) -> int:
    """Returns how many elements a document may have at most, or a number that is not more than enough.

    starts: of markup. CDATA, comments, instructions and end tags are no elements, and cost no parser's time. With
    characters of several units, which have zeros, what follows a start may be a part of a name.
    """
    if starts <= enough or b"\0" in body:
        return starts
    for other in NO_ELEMENTS:
        starts -= body.count(other)
        if starts <= enough:
            break
    return starts
