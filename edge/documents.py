"""Parses a request's XML without the dangers of XML, and finds the parts of its envelope."""

from __future__ import annotations

import threading
from typing import NamedTuple

from lxml import etree

from edge.elements import Element, has_dtd
from edge.faults import client_fault, dtd_fault, header_fault, malformed
from edge.floods import Floods
from edge.limits import Limits
from edge.namespaces import ACTOR_NEXT, ADDRESSING, ORGANISATION, SOAP11, WSSE

MAX_CLIENT_KEY = 200

ENVELOPE = f"{{{SOAP11}}}Envelope"
HEADER = f"{{{SOAP11}}}Header"
BODY = f"{{{SOAP11}}}Body"
MUST_UNDERSTAND = f"{{{SOAP11}}}mustUnderstand"
ACTOR = f"{{{SOAP11}}}actor"
SECURITY = f"{{{WSSE}}}Security"
CLIENT_KEY = f"{{{ORGANISATION}}}RequestId"

ENCODINGS = frozenset({"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII", "ISO-8859-1", "WINDOWS-1252"})


class Parsers(threading.local):
    """Parsers of each thread, by encoding: sharing one would make threads queue."""

    def __init__(self) -> None:
        self._parsers: dict[str | None, etree.XMLParser] = {}

    def parser(self, encoding: str | None) -> etree.XMLParser:
        """Returns a parser for one of ENCODINGS, or for what the document itself declares."""
        parser = self._parsers.get(encoding)
        if parser is None:
            parser = self._parsers[encoding] = etree.XMLParser(
                encoding=encoding,
                collect_ids=False,
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            )
        return parser


PARSERS = Parsers()


class Envelope(NamedTuple):
    """The parts of a request."""

    header: Element | None
    operation: Element | None
    """First element of the body: the operation's wrapper."""


def check_encoding(name: str | None) -> str | None:
    """Returns an encoding that requests may have, in capitals; raises a fault for any other."""
    encoding = name.strip().upper() if name else None
    if encoding is not None and encoding not in ENCODINGS:
        raise client_fault(f"The encoding '{encoding[:40]}' is not supported.")
    return encoding


def check_version(version: str) -> None:
    """Refuses what is no version of XML; expat takes any word for one."""
    if not version.startswith("1."):
        raise malformed("unsupported version")


class DocumentReader:
    """Reads whole documents within limits. Made once; any thread may use it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._floods = Floods(limits)
        self._too_deep = etree.XPath("boolean(" + "/*" * (limits.depth + 1) + ")")
        self._too_many_attributes = etree.XPath(f"boolean(//*[count(@*)>{limits.element_attributes}])")

    def read(self, body: bytes, charset: str | None = None) -> Envelope:
        """Returns the parts of an envelope; raises a fault for what is none, not well-formed, or may do harm.

        charset is that of the Content-Type and stands above the document's own declaration. White space may stand
        before the document. Comments and processing instructions are dropped, so that text around them is one.
        """
        envelope = split(self._parse(body, charset))
        self._limits.check_headers(envelope.header)
        return envelope

    def _parse(self, body: bytes, charset: str | None) -> Element:
        encoding = check_encoding(charset)
        if body[:1].isspace():
            body = body.lstrip()
        if not body:
            raise client_fault("The message is empty.")
        starts, equals = body.count(b"<"), body.count(b"=")
        if len(body) > self._floods.harmless_bytes:
            self._floods.refuse(body, starts, equals, encoding)
        try:
            root = etree.fromstring(body, PARSERS.parser(encoding))
        except (etree.XMLSyntaxError, ValueError) as error:
            raise malformed(str(error)) from None
        self._check(root, starts, equals)
        return root

    def _check(self, root: Element, starts: int, equals: int) -> None:
        """Refuses DTDs, unusual encodings, depth and floods of attributes, before anything walks the tree."""
        document = root.getroottree().docinfo
        if has_dtd(document):
            raise dtd_fault()
        check_encoding(document.encoding)
        limits = self._limits
        # Less markup than that can be neither, in any of the encodings; most requests are below.
        if starts <= limits.depth and equals <= limits.element_attributes:
            return
        if self._too_deep(root):
            raise limits.too_deep()
        if self._too_many_attributes(root):
            raise limits.too_many_element_attributes()


def split(root: Element) -> Envelope:
    """Returns the envelope's parts: at most one header, then exactly one body. Raises a fault otherwise."""
    if root.tag != ENVELOPE:
        raise client_fault(f"The message is not a SOAP 1.1 envelope: its root is '{str(root.tag)[:200]}'.")
    parts = [(tag, child) for child in root if (tag := child.tag) in {HEADER, BODY}]
    header = parts.pop(0)[1] if parts and parts[0][0] == HEADER else None
    if len(parts) != 1 or parts[0][0] != BODY:
        raise client_fault("The envelope must hold at most one Header, and after it exactly one Body.")
    operations = list(parts[0][1])
    if len(operations) > 1:
        raise client_fault("The Body must hold exactly one element.")
    return Envelope(header, operations[0] if operations else None)


def read_header(envelope: Envelope, understood: frozenset[str] = frozenset()) -> str:
    """Returns the partner's own key of the request, from the header RequestId (decision 3); "" for none.

    Raises a fault for a header that is meant for us, must be understood, and is not known: neither everywhere nor, by
    its tag, among those understood.
    """
    key = ""
    for element in envelope.header if envelope.header is not None else ():
        tag = element.tag
        if tag == CLIENT_KEY:
            key = key or read_client_key(element)
        elif tag != SECURITY and tag not in understood:
            check_understood(element)
    return key


def read_client_key(element: Element) -> str:
    key = (element.text or "").strip()
    if len(key) > MAX_CLIENT_KEY or not (key.isascii() and key.isprintable()):
        raise client_fault(f"RequestId must be at most {MAX_CLIENT_KEY} printable ASCII characters.")
    return key


def check_understood(element: Element) -> None:
    name = etree.QName(element)
    is_known = name.namespace in ADDRESSING
    if not is_known and element.get(MUST_UNDERSTAND, "").strip() in {"1", "true"} and is_for_us(element):
        raise header_fault(name.localname, name.namespace or "")


def is_for_us(element: Element) -> bool:
    """Whether a header's actor is the last receiver of the message."""
    return element.get(ACTOR, "").strip() in {"", ACTOR_NEXT}
