"""The gate: one verdict from two validators, texts without other people's values, a bound on everything."""

from __future__ import annotations

import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

import catalogue as package
from catalogue.document import parse_data
from catalogue.explain import MOST_VIOLATIONS
from catalogue.gate import Accepted, Gate
from catalogue.model import Catalogue, MessageType
from catalogue.normalise import normalise
from catalogue.violation import REJECTED, excerpt
from tests.catalogue.messages import FILE, WHO, accepted, body, folder, message, rejected, texts, type_of

FOLDER = "Create.Course.Element.Folder"
TYPES = Path(package.__file__).parent / "types"


@pytest.fixture
def folders(catalogue: Catalogue) -> MessageType:
    return type_of(catalogue, FOLDER)


def test_the_text_says_where_what_was_expected_and_what_was_found(folders: MessageType, gate: Gate) -> None:
    violations = rejected(gate, folders, "\n\n" + folder("\n<Security>Hidden</Security>"))
    (violation,) = violations
    assert violation.text == (
        "Invalid format / parameters (different to specified schema). /Message/CreateCourseElementFolder/Security "
        "(line 4): expected one of Inherit, Secure, Locked, found 'Hidden'."
    )


def test_several_violations_come_in_the_order_of_the_message(catalogue: Catalogue, gate: Gate) -> None:
    data = message(
        "\n<SyncKeys>\n<SyncKey ID='1'>k</SyncKey></SyncKeys>",
        body("Create.Course.Element.File", "\n<CourseId>x</CourseId>", "\n<Active>maybe</Active>"),
        "\n<Files>\n<File Size='3'>f</File></Files>",
    )
    violations = rejected(gate, type_of(catalogue, "Create.Course.Element.File"), data)
    assert [(violation.line, violation.path) for violation in violations] == [
        (3, "/Message/SyncKeys/SyncKey/@ID"),
        (4, "/Message/CreateCourseElementFile/CourseId"),
        (5, "/Message/CreateCourseElementFile/Active"),
        (7, "/Message/Files/File"),
    ]


def test_a_message_of_another_type_is_refused_by_its_body(catalogue: Catalogue, gate: Gate) -> None:
    violations = rejected(gate, type_of(catalogue, "Delete.Extension.Instance"), folder())
    assert violations[0].path == "/Message/CreateCourseElementFolder"
    assert violations[0].found == "element 'CreateCourseElementFolder'"


def test_another_namespace_is_named(folders: MessageType, gate: Gate) -> None:
    violations = rejected(gate, folders, folder('<Active xmlns="urn:other">1</Active>'))
    assert violations[0].found == "element 'Active' in namespace 'urn:other'"


@pytest.mark.parametrize("name", ["CourseId", "Title", "SiteId", "Courseid", "Nested"])
def test_a_global_of_the_shared_schemas_is_no_message(name: str, folders: MessageType, gate: Gate) -> None:
    violations = rejected(gate, folders, f'<{name} xmlns="urn:message-schema">1</{name}>')
    assert [violation.path for violation in violations] == [f"/{name}"]


@pytest.mark.parametrize(
    "part",
    [
        f"<Security>{'secret ' * 5000}</Security>",
        f"<{'secret' * 5000}/>",
        f'<Active {"secret" * 1000}="1">1</Active>',
        f'<Active xmlns="urn:{"secret" * 5000}">1</Active>',
        "secret " * 5000,
        f"<Active><{'secret' * 1000}/></Active>",
        "<Security>\n\u202esecret\u0085\n</Security>",
    ],
)
def test_a_text_echoes_at_most_a_short_excerpt(part: str, folders: MessageType, gate: Gate) -> None:
    for violation in rejected(gate, folders, folder(part)):
        assert violation.text.count("secret") <= 28
        assert len(violation.text) < 500
        assert violation.text.isprintable()


def test_an_excerpt_is_at_most_80_characters_on_one_line() -> None:
    assert excerpt("a\n\tb") == "a b"
    assert excerpt("x" * 80) == "x" * 80
    assert excerpt("x" * 81) == "x" * 79 + "…"


def test_the_number_of_violations_is_bounded(catalogue: Catalogue, gate: Gate) -> None:
    files = "<Files>" + "<File B='1'>f</File>" * 1000 + "</Files>"
    data = message(body("Create.Course.Element.File", WHO), files)
    assert len(rejected(gate, type_of(catalogue, "Create.Course.Element.File"), data)) == MOST_VIOLATIONS


def test_a_huge_message_is_explained_in_bounded_time(catalogue: Catalogue, gate: Gate) -> None:
    files = f"<Files>{f'<File>{FILE}</File>' * 40_000}<File A='1'/></Files>"
    data = message(body("Create.Course.Element.File", WHO), files)
    start = time.perf_counter()
    violations = rejected(gate, type_of(catalogue, "Create.Course.Element.File"), data)
    assert time.perf_counter() - start < 5
    assert "attribute 'A'" in violations[0].found


def test_a_reference_to_no_key_is_left_to_the_processor(catalogue: Catalogue, gate: Gate) -> None:
    files = f'<Files><File SyncKeyRef="K9">{FILE}</File></Files>'
    data = message(body("Create.Course.Element.File", WHO), files)
    accepted(gate, type_of(catalogue, "Create.Course.Element.File"), data)
    wrong = message(body("Create.Course.Element.File", WHO, "<Active>x</Active>"), files)
    violations = rejected(gate, type_of(catalogue, "Create.Course.Element.File"), wrong)
    assert [violation.path for violation in violations] == ["/Message/CreateCourseElementFile/Active"]


def test_accepting_one_message_twice_and_after_a_rejection(folders: MessageType, gate: Gate) -> None:
    document = parse_data(message("<SyncKeys><SyncKey ID='K1'>k</SyncKey></SyncKeys>", body(FOLDER, WHO, "<Title/>")))
    assert isinstance(gate.check(document, folders), Accepted)
    rejected(gate, folders, folder("<Security>x</Security>"))
    assert isinstance(gate.check(document, folders), Accepted)


def test_no_text_holds_a_value_of_another_message(folders: MessageType, gate: Gate) -> None:
    def wrong(number: int) -> None:
        violations = rejected(gate, folders, folder(f"<Security>value-{number}</Security>"))
        assert [violation.found for violation in violations] == [f"'value-{number}'"]

    def right(number: int) -> None:
        root = accepted(gate, folders, folder(title=f"title-{number}"))
        assert texts(root, "Title") == [f"title-{number}"]

    with ThreadPoolExecutor(8) as pool:
        outcomes = [pool.submit(right if number % 3 else wrong, number) for number in range(600)]
        for outcome in outcomes:
            outcome.result()


def mutated(data: str, chance: random.Random) -> str:
    """The data with one of its tags or values changed."""
    kind = chance.randrange(4)
    tokens = re.findall(r"<[^>]+>|[^<]+", data)
    place = chance.randrange(len(tokens))
    if kind == 0:
        tokens[place] = chance.choice(["x", "", "-1", " ", "<Title/>", "<Files/>", "true"])
    elif kind == 1:
        tokens.insert(place, chance.choice(["<Title>a</Title>", "<UserId/>", "<Nope/>", "text"]))
    elif kind == 2:
        del tokens[place]
    else:
        other = chance.randrange(len(tokens))
        tokens[place], tokens[other] = tokens[other], tokens[place]
    return "".join(tokens)


def well_formed(data: str) -> bool:
    try:
        etree.fromstring(data.encode())
    except etree.XMLSyntaxError:
        return False
    return True


def test_libxml2_and_xmlschema_agree(catalogue: Catalogue, gate: Gate) -> None:
    chance = random.Random(49)
    verdicts = []
    for message_type in (
        type_of(catalogue, name) for name in ("Create.Course.Element.File", "Create.Extension.Instance")
    ):
        second = xmlschema.XMLSchema10(message_type.schema)
        sources = [path.read_text() for path in sorted((message_type.folder / "examples").glob("*.xml"))]
        for _ in range(400):
            data = mutated(chance.choice(sources), chance)
            if not well_formed(data):
                continue
            document = parse_data(data)
            verdict = gate.accept(document, message_type) is not None
            errors = list(second.iter_errors(normalise(parse_data(data), message_type)))
            refusals = [error for error in errors if "IDREF" not in (error.reason or "")]
            assert verdict is (not refusals), data
            verdicts.append(verdict)
            if not verdict:
                assert all(violation.text.startswith(REJECTED) for violation in gate.explain(document, message_type))
    assert 50 < sum(verdicts) < len(verdicts) - 50
