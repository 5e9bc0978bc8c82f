"""Parsing: what is refused, and how fast; what a message says about its site."""

from __future__ import annotations

import time

import pytest

from catalogue.document import LARGEST_DATA, MalformedData, SiteReference, SiteState, parse_data
from catalogue.violation import REJECTED
from tests.catalogue.messages import body, folder, message


def attributes(count: int) -> str:
    return " ".join(f"a{number}='1'" for number in range(count))


LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
HOSTILE = {
    "a DTD": "<!DOCTYPE Message><Message/>",
    "a DTD elsewhere": '<!DOCTYPE Message SYSTEM "http://127.0.0.1:9/x.dtd"><Message/>',
    "an entity of a file": '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><Message>&e;</Message>',
    "a billion laughs": f"<!DOCTYPE a [<!ENTITY l0 'lol'>{LAUGHS}]><Message>&l9;</Message>",
    "a billion laughs in an attribute": f"<!DOCTYPE a [<!ENTITY l0 'lol'>{LAUGHS}]><Message a='&l9;'/>",
    "an undeclared entity": "<Message>&nbsp;</Message>",
    "depth 100,000": "<a>" * 100_000,
    "depth 100,000, closed": "<a>" * 100_000 + "</a>" * 100_000,
    "depth 65": "<a>" * 65 + "</a>" * 65,
    "100,000 attributes": f"<Message {attributes(100_000)}/>",
    "31,000 attributes in all": f"<Message>{f'<a {attributes(31)}/>' * 1000}</Message>",
    "1,001 namespaces": "<Message>" + "<a xmlns:p='u'/>" * 1001 + "</Message>",
    "33 attributes further down": f"<Message><a/><b {attributes(33)}/></Message>",
    "an attribute twice": "<Message a='1' a='2'/>",
    "500,000 elements": f"<Message>{'<a/>' * 500_000}</Message>",
    "NUL": "<Message>\0</Message>",
    "NUL alone": "\0",
    "a control character": "<Message>\x1b</Message>",
    "a lone surrogate": "<Message>\ud800</Message>",
    "12 MB of text": f"<Message>{'x' * 12_000_000}</Message>",
    "12 MB of markup": "<" * 12_000_000,
    "nothing": "",
    "white space": " \r\n\t",
    "a declaration alone": '<?xml version="1.0"?>',
    "half a declaration": "<?xml version='1.0' " + " " * 100_000,
    "two roots": "<Message/><Message/>",
    "no end": "<Message>",
    "an unbound prefix": "<m:Message/>",
    "JSON": '{"Message": {}}',
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_and_broken_data_is_malformed_at_once(data: str) -> None:
    start = time.perf_counter()
    with pytest.raises(MalformedData) as caught:
        parse_data(data)
    assert time.perf_counter() - start < 2
    assert caught.value.text.startswith(f"{REJECTED} /")
    assert len(caught.value.text) < 300


def test_data_just_within_the_limits_is_parsed() -> None:
    parse_data("<a>" * 64 + "</a>" * 64)
    parse_data(f"<Message {attributes(32)}/>")
    parse_data(f"<Message>{'x' * (LARGEST_DATA - 19)}</Message>")
    parse_data("<Message>" + "<a xmlns:p='u'/>" * 1000 + "xmlns" * 10_000 + "</Message>")


def test_lines_and_columns_are_those_of_what_was_sent() -> None:
    with pytest.raises(MalformedData) as caught:
        parse_data('\n<?xml version="1.0"\n encoding="utf-8"?>  <Message>\n   <a></b>\n</Message>')
    assert (caught.value.line, caught.value.column) == (4, 11)
    with pytest.raises(MalformedData) as caught:
        parse_data('\ufeff<?xml version="1.0"?><Message')
    assert (caught.value.line, caught.value.column) == (1, 31)


@pytest.mark.parametrize(
    ("data", "line", "found"),
    [
        ("<Message>", 1, "Premature end of data in tag Message at column 10"),
        ("<Message>\n <a>\n", 3, "Premature end of data in tag a line 2 at column 1"),
        ("<Message><a></b></Message>", 1, "Opening and ending tag mismatch: a and b at column 17"),
        ("<Message>\n<a>\n</b></Message>", 3, "Opening and ending tag mismatch: a line 2 and b at column 5"),
    ],
)
def test_a_malformed_text_names_its_line_once(data: str, line: int, found: str) -> None:
    with pytest.raises(MalformedData) as caught:
        parse_data(data)
    assert caught.value.text == f"{REJECTED} / (line {line}): expected a well-formed XML document, found {found}."


def test_a_declaration_of_version_1_1_or_any_encoding_is_history() -> None:
    assert parse_data("<?xml version='1.1' encoding='ebcdic'?><a>ø</a>").root.text == "ø"


def test_a_malformed_text_echoes_at_most_an_excerpt() -> None:
    with pytest.raises(MalformedData) as caught:
        parse_data(f"<{'secret' * 1000}></b>")
    assert caught.value.text.count("secret") <= 13


SITE = "<SiteId>{}</SiteId>"
EVENTS = "<Events><Event>{}</Event><Event>{}</Event></Events>"
GIVEN = SiteReference(SiteState.GIVEN, 3)
SITES = [
    ("", SiteReference(SiteState.ABSENT)),
    (folder(), SiteReference(SiteState.ABSENT)),
    (folder("<SiteId/>"), SiteReference(SiteState.ABSENT)),
    (folder("<SiteId> 3 </SiteId>"), GIVEN),
    (folder('<SiteId xmlns="">+03</SiteId>'), GIVEN),
    (message(SITE.format(3), body("X.Y")), GIVEN),
    (message(body("X.Y", SITE.format(3)), SITE.format(3)), GIVEN),
    (message(body("X.Y", SITE.format(-3))), SiteReference(SiteState.GIVEN, -3)),
    (message(SITE.format(3), body("X.Y", SITE.format(4))), SiteReference(SiteState.CONFLICTING)),
    (message(EVENTS.format(SITE.format(3), SITE.format(3))), GIVEN),
    (message(EVENTS.format(SITE.format(3), SITE.format(4))), SiteReference(SiteState.CONFLICTING)),
    (folder("<SiteId>three</SiteId>"), SiteReference(SiteState.UNREADABLE)),
    (folder("<SiteId>3.0</SiteId>"), SiteReference(SiteState.UNREADABLE)),
    (folder("<SiteId>2147483648</SiteId>"), SiteReference(SiteState.UNREADABLE)),
    (folder(f"<SiteId>{'9' * 5000}</SiteId>"), SiteReference(SiteState.UNREADABLE)),
    (folder("<SiteId>٣</SiteId>"), SiteReference(SiteState.UNREADABLE)),
    (folder("<SiteId><Id>3</Id></SiteId>"), SiteReference(SiteState.ABSENT)),
    (folder('<SiteId xmlns="urn:other">3</SiteId>'), SiteReference(SiteState.ABSENT)),
    (message(body("X.Y", "<Content><SiteId>3</SiteId></Content>")), SiteReference(SiteState.ABSENT)),
]


@pytest.mark.parametrize(("data", "site"), SITES)
def test_the_site_is_read_under_the_message_and_under_its_entities(data: str, site: SiteReference) -> None:
    assert parse_data(data or "<Message/>").site_id == site
