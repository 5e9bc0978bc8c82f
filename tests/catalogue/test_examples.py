"""Every example in the catalogue does what its name says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from catalogue.examples import Example, ExpectedDetail, examples_of, read_example
from catalogue.gate import Gate
from catalogue.loader import load_catalogue
from catalogue.model import Catalogue, MessageType
from catalogue.violation import REJECTED
from tests.catalogue.messages import accepted, rejected, type_of

TYPES = load_catalogue().types
EXAMPLES = [(kind, example) for kind in TYPES for example in examples_of(kind.folder)]
VALID = [case for case in EXAMPLES if case[1].is_valid]
INVALID = [case for case in EXAMPLES if not case[1].is_valid]
DOCUMENTED = sorted((Path(__file__).parent / "documented").glob("*.xml"))


def names(cases: list[tuple[MessageType, Example]]) -> list[str]:
    return [f"{kind.name}-{example.name}" for kind, example in cases]


@pytest.mark.parametrize(("kind", "example"), VALID, ids=names(VALID))
def test_a_valid_example_is_accepted(kind: MessageType, example: Example, gate: Gate) -> None:
    accepted(gate, kind, example.data)


@pytest.mark.parametrize(("kind", "example"), INVALID, ids=names(INVALID))
def test_an_invalid_example_is_rejected_with_the_expected_text(kind: MessageType, example: Example, gate: Gate) -> None:
    assert example.details is not None
    assert rejected(gate, kind, example.data)[0].text == example.details[0].message


def test_the_comment_of_an_example_says_its_result(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    told = "<!-- expected: Warnings\nInfo: A [b] [key-1]\n  Warning: No key.\nInfo: Made [*] -->\n<Message/>"
    (tmp_path / "examples" / "valid-full.xml").write_text(told)
    (tmp_path / "examples" / "valid-minimal.xml").write_text("<Message/>")
    (tmp_path / "examples" / "invalid-b.xml").write_text("<!-- expected: /X: expected y, found z. --><Message/>")
    (tmp_path / "examples" / "valid-a.xml").write_text("<!-- expected: Finished --><Message/>")
    minimal, full, other, invalid = examples_of(tmp_path)
    assert (minimal.name, minimal.status, minimal.details) == ("valid-minimal", "Finished", None)
    assert (full.status, full.details) == (
        "Warnings",
        (
            ExpectedDetail("Info", "A [b]", "key-1"),
            ExpectedDetail("Warning", "No key.", ""),
            ExpectedDetail("Info", "Made", "*"),
        ),
    )
    assert (other.name, other.status, other.details) == ("valid-a", "Finished", None)
    rejection = ExpectedDetail("Error", f"{REJECTED} /X: expected y, found z.", "")
    assert (invalid.status, invalid.details) == ("Errors", (rejection,))


@pytest.mark.parametrize(
    ("name", "data"),
    [("invalid-x", "<Message/>"), ("valid-x", "<!-- expected: Finished\nGood: File created -->\n<Message/>")],
)
def test_a_comment_that_says_nothing_is_an_error(tmp_path: Path, name: str, data: str) -> None:
    (tmp_path / f"{name}.xml").write_text(data)
    with pytest.raises(ValueError, match=name):
        read_example(tmp_path / f"{name}.xml")


def test_every_type_has_a_full_and_a_minimal_example_and_three_invalid_ones(catalogue: Catalogue) -> None:
    for message_type in catalogue.types:
        names = {path.stem for path in (message_type.folder / "examples").glob("*.xml")}
        assert {"valid-full", "valid-minimal"} <= names, message_type.name
        assert len([name for name in names if name.startswith("invalid-")]) >= 3, message_type.name


@pytest.mark.parametrize("path", DOCUMENTED, ids=lambda path: str(path.stem))
def test_the_published_schema_takes_what_the_documentation_shows(path: Path, catalogue: Catalogue) -> None:
    schema = type_of(catalogue, path.stem).schema
    shown = etree.fromstring(path.read_bytes())
    etree.XMLSchema(etree.fromstring(schema)).assertValid(shown)
    xmlschema.XMLSchema10(schema).validate(shown)


def test_a_full_example_uses_every_element_that_does_not_exclude_another(catalogue: Catalogue, gate: Gate) -> None:
    folder = type_of(catalogue, "Create.Course.Element.Test")
    root = accepted(gate, folder, (folder.folder / "examples" / "valid-full.xml").read_text())
    sent = {etree.QName(element).localname for element in root.iter()}
    declared = set(re.findall(r'<xs:element name="(\w+)"', folder.schema))
    assert declared - sent == {"CourseSyncKey", "ParentSyncKey", "UserSyncKey"}
