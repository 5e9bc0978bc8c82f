"""Parses a request's XML without the dangers of XML, and finds the parts of its envelope."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from xml.parsers import expat

from lxml import etree

from edge.elements import Element, has_dtd
from edge.faults import SoapFault, client_fault, header_fault
from edge.namespaces import ACTOR_NEXT, ADDRESSING, ORGANISATION, SOAP11, WSSE

MAX_DEPTH = 64
MAX_ATTRIBUTES = 32
MAX_ELEMENTS = 20_000
MAX_ALL_ATTRIBUTES = 20_000
"""Of all elements of a message together."""
MAX_NAMESPACES = 1000
"""Declarations in a whole message; libxml2 keeps every one of them."""
MAX_CLIENT_KEY = 200

ENVELOPE = f"{{{SOAP11}}}Envelope"
HEADER = f"{{{SOAP11}}}Header"
BODY = f"{{{SOAP11}}}Body"
MUST_UNDERSTAND = f"{{{SOAP11}}}mustUnderstand"
ACTOR = f"{{{SOAP11}}}actor"
SECURITY = f"{{{WSSE}}}Security"
CLIENT_KEY = f"{{{ORGANISATION}}}RequestId"

ENCODINGS = frozenset({"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII", "ISO-8859-1", "WINDOWS-1252"})
MANY = 1000
FLOODED_TAG = re.compile(
    rb"""<[^\s<>!?/][^\s<>]*+(?>\s++[^\s=<>]++\s*+=\s*+(?>"[^"<]*+"|'[^'<]*+')){%d}""" % (MAX_ATTRIBUTES + 1)
)
NO_TAGS = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"), (b"<?", b"?>"))
TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
TOO_MANY_ATTRIBUTES = etree.XPath(f"boolean(//*[count(@*)>{MAX_ATTRIBUTES}])")


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


@dataclass(frozen=True, slots=True)
class Envelope:
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


def parse(body: bytes, charset: str | None = None) -> Element:
    """Returns the root of a document; raises a fault for what is not well-formed or may do harm.

    charset is that of the Content-Type and stands above the document's own declaration. White space may stand before
    the document. Comments and processing instructions are dropped, so that text around them is one.
    """
    encoding = check_encoding(charset)
    if body[:1].isspace():
        body = body.lstrip()
    if not body:
        raise client_fault("The message is empty.")
    if len(body) > MANY:
        refuse_flood(body, encoding)
    try:
        root = etree.fromstring(body, PARSERS.parser(encoding))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise malformed(str(error)) from None
    check_document(root, body)
    return root


def check_document(root: Element, body: bytes) -> None:
    """Refuses DTDs, unusual encodings, depth and floods of attributes, before anything walks the tree."""
    if has_dtd(root):
        raise dtd_fault()
    check_encoding(root.getroottree().docinfo.encoding)
    # Less markup than that can be neither, in any of the encodings; most requests are below.
    if body.count(b"<") <= MAX_DEPTH and body.count(b"=") <= MAX_ATTRIBUTES:
        return
    if TOO_DEEP(root):
        raise client_fault(f"The message is nested deeper than {MAX_DEPTH} elements.")
    if TOO_MANY_ATTRIBUTES(root):
        raise attributes_fault()


def refuse_flood(body: bytes, encoding: str | None) -> None:
    """Refuses more markup than is allowed, before it costs a parser's time and memory."""
    starts, equals = body.count(b"<"), body.count(b"=")
    if equals > MANY >= starts and has_flooded_tag(body):
        raise attributes_fault()
    may_declare = equals > MAX_NAMESPACES and (b"\0" in body or body.count(b"xmlns") > MAX_NAMESPACES)
    quotes = body.count(b'"') + body.count(b"'") if equals > MAX_ALL_ATTRIBUTES else 0
    if starts > MAX_ELEMENTS or quotes > 2 * MAX_ALL_ATTRIBUTES or may_declare:
        count_markup(body, encoding)


def has_flooded_tag(body: bytes) -> bool:
    """Whether a tag has too many attributes, which parsers take long to find out; for few starts of markup."""
    at = body.find(b"<")
    while at >= 0:
        end = next((end for start, end in NO_TAGS if body.startswith(start, at)), b"")
        if not end and FLOODED_TAG.match(body, at):
            return True
        past = body.find(end, at) if end else at + 1
        at = body.find(b"<", past) if past >= 0 else -1
    return False


def count_markup(body: bytes, encoding: str | None) -> None:
    """Refuses a flood of markup before a tree of it fills the memory; markup inside CDATA does not count."""
    elements, attributes, namespaces = 0, 0, 0

    def count(_name: str, found: dict[str, str]) -> None:
        nonlocal elements, attributes, namespaces
        elements += 1
        if elements > MAX_ELEMENTS:
            raise client_fault(f"The message has more than {MAX_ELEMENTS} elements.")
        if found:
            attributes += len(found)
            namespaces += sum(name.startswith("xmlns") for name in found)
            if namespaces > MAX_NAMESPACES:
                raise namespaces_fault()
            if attributes > MAX_ALL_ATTRIBUTES:
                raise client_fault(f"The message has more than {MAX_ALL_ATTRIBUTES} attributes.")

    def refuse_dtd(*_: object) -> None:
        raise dtd_fault()

    parser = expat.ParserCreate(encoding)
    parser.StartElementHandler = count
    parser.StartDoctypeDeclHandler = refuse_dtd
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError) as error:
        raise malformed(str(error)) from None


def dtd_fault() -> SoapFault:
    return client_fault("A DTD is not allowed in a message.")


def attributes_fault() -> SoapFault:
    return client_fault(f"An element of the message has more than {MAX_ATTRIBUTES} attributes.")


def namespaces_fault() -> SoapFault:
    return client_fault(f"The message declares more than {MAX_NAMESPACES} namespaces.")


def malformed(reason: str) -> SoapFault:
    return client_fault(f"The message is not well-formed XML: {reason[:200]}")


def split(root: Element) -> Envelope:
    """Returns the envelope's parts: at most one header, then exactly one body. Raises a fault otherwise."""
    if root.tag != ENVELOPE:
        raise client_fault(f"The message is not a SOAP 1.1 envelope: its root is '{str(root.tag)[:200]}'.")
    children = [child for child in root if child.tag in {HEADER, BODY}]
    header = children[0] if children and children[0].tag == HEADER else None
    rest = children if header is None else children[1:]
    if len(rest) != 1 or rest[0].tag != BODY:
        raise client_fault("The envelope must hold at most one Header, and after it exactly one Body.")
    operations = list(rest[0])
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
