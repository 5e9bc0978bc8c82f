"""Every example in the catalogue does what its name says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

import catalogue as package
from catalogue.gate import Gate
from catalogue.model import Catalogue
from catalogue.violation import REJECTED
from tests.catalogue.messages import accepted, rejected, type_of

TYPES = Path(package.__file__).parent / "types"
VALID = sorted(TYPES.glob("*/examples/valid-*.xml"))
INVALID = sorted(TYPES.glob("*/examples/invalid-*.xml"))
DOCUMENTED = sorted((Path(__file__).parent / "documented").glob("*.xml"))
EXPECTED = re.compile(r"<!-- expected: (.*) -->")


def name_of(path: Path) -> str:
    return f"{path.parent.parent.name}-{path.stem}"


@pytest.mark.parametrize("path", VALID, ids=name_of)
def test_a_valid_example_is_accepted(path: Path, catalogue: Catalogue, gate: Gate) -> None:
    accepted(gate, type_of(catalogue, path.parent.parent.name), path.read_text())


@pytest.mark.parametrize("path", INVALID, ids=name_of)
def test_an_invalid_example_is_rejected_with_the_expected_text(path: Path, catalogue: Catalogue, gate: Gate) -> None:
    data = path.read_text()
    expected = EXPECTED.match(data)
    assert expected is not None
    violations = rejected(gate, type_of(catalogue, path.parent.parent.name), data)
    assert violations[0].text == f"{REJECTED} {expected.group(1)}"


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
