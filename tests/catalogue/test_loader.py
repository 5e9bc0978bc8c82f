"""The catalogue as data: what is in it, what a deployment adds, what is refused at start."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.gate import Gate
from catalogue.loader import load_catalogue
from catalogue.model import Catalogue, CatalogueError, ProcessingType
from tests.catalogue.messages import accepted, message, rejected, type_of

NOTE = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:message-schema"
  xmlns:c="urn:organisation-api:catalogue" targetNamespace="urn:message-schema" elementFormDefault="qualified">
  <xs:annotation>
    <xs:appinfo><c:messageType name="Create.Note" processing="Asynchronous" identifier="900"/></xs:appinfo>
    <xs:documentation>Puts a note
      on the board.

      More about notes.</xs:documentation>
  </xs:annotation>
  <xs:include schemaLocation="common.xsd"/>
  <xs:element name="Message">
    <xs:complexType><xs:sequence>
      <xs:element ref="SiteId" minOccurs="0"/>
      <xs:element name="CreateNote" type="Note"/>
    </xs:sequence></xs:complexType>
  </xs:element>
  <xs:complexType name="Note">
    <xs:sequence>
      <xs:element ref="UserId" minOccurs="0"/>
      <xs:element name="Text" type="xs:string"/>
      <xs:element name="Answer" type="Note" minOccurs="0"/>
    </xs:sequence>
  </xs:complexType>
</xs:schema>"""


def add(folder: Path, schema: str, name: str = "Create.Note") -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "schema.xsd").write_text(schema)
    return folder


def test_the_numbers_that_clients_know(catalogue: Catalogue) -> None:
    known = {
        2: "Create.Course.Element.Folder",
        8: "Create.Course.Element.Test",
        37: "Create.Extension.Instance",
        49: "Create.Extension.Instance",
        54: "Update.Extension.Instance",
        55: "Delete.Extension.Instance",
    }
    found = {number: catalogue.by_identifier(number) for number in known}
    assert {number: message_type and message_type.name for number, message_type in found.items()} == known
    assert type_of(catalogue, "Create.Extension.Instance").aliases == (37,)
    assert [catalogue.by_identifier(number) for number in (0, -1, 38, 2**31)] == [None] * 4
    assert catalogue.by_name("create.extension.instance") is None


def test_what_is_in_the_catalogue(catalogue: Catalogue) -> None:
    writes = {message_type.name for message_type in catalogue.types if not message_type.is_read}
    assert writes == {
        "Create.Calendar.Event",
        "Create.Course.Element.Assignment",
        "Create.Course.Element.CustomActivity",
        "Create.Course.Element.File",
        "Create.Course.Element.Folder",
        "Create.Course.Element.IMSPackage",
        "Create.Course.Element.Instance",
        "Create.Course.Element.Link",
        "Create.Course.Element.Page",
        "Create.Course.Element.Survey",
        "Create.Course.Element.Test",
        "Create.Course.Planner",
        "Create.Extension.Instance",
        "Create.Course.File",
        "Create.Course.Folder",
        "Create.MyFiles.File",
        "Create.MyFiles.Folder",
        "Create.Resource",
        "Delete.Calendar.Event",
        "Delete.Extension.Instance",
        "Delete.Person.ProfilePicture",
        "Update.Calendar.Event",
        "Update.Calendar.Event.ConnectEvents",
        "Update.Course.Element",
        "Update.Course.Element.CustomActivity",
        "Update.Course.Element.CustomActivity.Assessment",
        "Update.Course.Element.LearningObjective.Assessment",
        "Update.Course.Planner",
        "Update.Extension.Instance",
        "Update.Person.ProfilePicture",
        "Update.WarningLetter",
    }
    reads = {message_type.name for message_type in catalogue.types if message_type.is_read}
    assert reads == {
        "Read.AssessmentRecord.Summary",
        "Read.AssessmentScales",
        "Read.BehaviourRemarks",
        "Read.Calendar.Event",
        "Read.Course.Element",
        "Read.Course.Elements",
        "Read.Course.Files",
        "Read.Course.Gradebook.Assessments",
        "Read.Course.Gradebook.Categories",
        "Read.Course.Gradebook.Items",
        "Read.Course.Planner.Lessons",
        "Read.Course.Planner.Topics",
        "Read.Courses",
        "Read.Courses.ForPerson",
        "Read.Extension.Instance",
        "Read.LearningObjectives",
        "Read.Projects",
        "Read.Projects.ForPerson",
        "Read.Terms",
        "Read.WarningLetter",
    }
    assert all(
        (one.processing is ProcessingType.SYNCHRONOUS) is (one.is_read or ".Calendar." in one.name)
        for one in catalogue.types
    )
    extensions = [
        (extension.extension_id, extension.name, extension.supports_file_upload) for extension in catalogue.extensions
    ]
    assert extensions == [(5000, "FileLink", True), (5003, "LTI", False), (5009, "File", True), (5010, "Link", False)]


def test_a_folder_is_a_new_type(tmp_path: Path) -> None:
    catalogue = load_catalogue(extra=add(tmp_path, NOTE))
    note = type_of(catalogue, "Create.Note")
    assert (note.identifier, note.summary, note.is_read) == (900, "Puts a note on the board.", False)
    gate = Gate(catalogue)
    root = accepted(
        gate,
        note,
        message(
            "<CreateNote><SiteId>3</SiteId><UserId/><Text>a</Text><Answer><UserId/><Text>b</Text></Answer></CreateNote>"
        ),
    )
    assert [element.tag.rpartition("}")[2] for element in root.iter()] == [
        *("Message", "SiteId", "CreateNote", "Text", "Answer", "Text")
    ]
    assert rejected(gate, note, message("<CreateNote/>"))[0].expected == "element Text"


def test_a_deployment_replaces_single_numbers(tmp_path: Path) -> None:
    table = tmp_path / "numbers.toml"
    table.write_text(
        '[identifiers]\n"Create.Extension.Instance" = 37\n"Create.Note" = 2000\n'
        '[aliases]\n49 = "Create.Extension.Instance"\n'
    )
    catalogue = load_catalogue(extra=add(tmp_path / "types", NOTE), identifiers=table)
    created = type_of(catalogue, "Create.Extension.Instance")
    assert (created.identifier, created.aliases) == (37, (49,))
    assert type_of(catalogue, "Create.Note").identifier == 2000
    assert type_of(catalogue, "Update.Extension.Instance").identifier == 54


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (NOTE.replace('"Create.Note"', '"Create.Other"'), "Create.Other"),
        (NOTE.replace(' identifier="900"', ""), "no identifier"),
        (NOTE.replace('identifier="900"', 'identifier="0"'), "no identifier"),
        (NOTE.replace('identifier="900"', 'identifier="49"'), "number 49"),
        (NOTE.replace('identifier="900"', 'identifier="37"'), "number 37"),
        (NOTE.replace("Asynchronous", "Later"), "processing"),
        (NOTE.replace("c:messageType", "c:other"), "messageType"),
        (NOTE.replace('ref="UserId"', 'ref="Nobody"'), "Nobody"),
        (NOTE.replace('type="Note"', 'type="Nothing"'), "Nothing"),
        (NOTE.replace("common.xsd", "elsewhere.xsd"), "elsewhere.xsd"),
        (NOTE.replace('type="xs:string"', 'type="c:string"'), "another namespace"),
        (NOTE.replace('type="xs:string"', 'type="xs:strong"'), "strong"),
        (NOTE.replace("</xs:schema>", ""), "schema.xsd"),
        (NOTE.replace("xs:element", "xs:attribute"), "no element"),
    ],
)
def test_a_wrong_folder_is_refused_at_start_by_name(schema: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=reason):
        load_catalogue(extra=add(tmp_path, schema))


def test_an_element_that_holds_itself_by_reference_is_refused(tmp_path: Path) -> None:
    itself = (
        '<xs:element name="Loop"><xs:complexType><xs:sequence><xs:element ref="Loop" minOccurs="0"/></xs:sequence>'
        "</xs:complexType></xs:element></xs:schema>"
    )
    schema = NOTE.replace("</xs:schema>", itself).replace('ref="UserId"', 'ref="Loop"')
    with pytest.raises(CatalogueError, match="part of itself"):
        load_catalogue(extra=add(tmp_path, schema))


def test_a_type_of_the_catalogue_is_not_replaced(tmp_path: Path) -> None:
    name = "Create.Course.Element.Folder"
    with pytest.raises(CatalogueError, match="there already"):
        load_catalogue(extra=add(tmp_path, NOTE.replace("Create.Note", name), name))


@pytest.mark.parametrize(
    "table",
    [
        "[identifiers]\nA.B = 0",
        "[identifiers]\n'A.B' = 0",
        "[identifiers]\n'A.B' = true",
        "[identifiers]\n'A.B' = 2147483648",
        "[aliases]\nx = 'A.B'",
        "identifiers = 3",
        "[identifiers",
    ],
)
def test_a_wrong_table_of_numbers_is_refused_at_start(table: str, tmp_path: Path) -> None:
    path = tmp_path / "numbers.toml"
    path.write_text(table)
    with pytest.raises(CatalogueError, match=r"numbers\.toml"):
        load_catalogue(identifiers=path)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="nowhere"):
        load_catalogue(extra=tmp_path / "nowhere")
    with pytest.raises(CatalogueError, match="none"):
        load_catalogue(identifiers=tmp_path / "none")


def test_loading_twice_gives_the_same(catalogue: Catalogue) -> None:
    assert load_catalogue().types == catalogue.types
    assert load_catalogue().extensions == catalogue.extensions
