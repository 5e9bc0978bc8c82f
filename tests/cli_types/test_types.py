from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from catalogue.examples import examples_of
from catalogue.loader import load_catalogue
from catalogue.model import Catalogue
from cli.main import app

FOLDER = "Create.Course.Element.Folder"
ADDED = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:m="urn:message-schema"
           xmlns:c="urn:organisation-api:catalogue" targetNamespace="urn:message-schema" elementFormDefault="qualified">
  <xs:annotation>
    <xs:appinfo><c:messageType name="Create.Course.Note" processing="Asynchronous" identifier="9001"/></xs:appinfo>
    <xs:documentation>Adds a note.</xs:documentation>
  </xs:annotation>
  <xs:element name="Message" type="xs:string"/>
</xs:schema>
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["types", *arguments])


def lines(result: Result) -> list[list[str]]:
    assert (result.exit_code, result.stderr) == (0, "")
    return [line.split("\t") for line in result.stdout.splitlines()]


def in_terminal(*arguments: str) -> str:
    """What the command prints when it stands before a terminal."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "200"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen([sys.executable, "-m", "cli", *arguments], stdout=theirs, env=environment)
    os.close(theirs)
    pieces = []
    try:
        while piece := os.read(ours, 65536):
            pieces.append(piece)
    except OSError:  # how a Linux terminal says that its other end is closed
        pass
    os.close(ours)
    assert process.wait(30) == 0
    return b"".join(pieces).decode()


def test_every_type_is_listed_by_number(catalogue: Catalogue) -> None:
    head, *rows = lines(run("list"))
    assert head == ["identifier", "name", "processing", "access", "summary"]
    assert [row[:2] for row in rows] == [[str(kind.identifier), kind.name] for kind in catalogue.types]
    assert [row[2:4] for row in rows if row[1] in (FOLDER, "Read.Courses")] == [
        ["Asynchronous", "write"],
        [catalogue.types[-1].processing.name.capitalize(), "read"],
    ]
    assert all(row[4] for row in rows)


def test_the_list_as_json_says_the_same() -> None:
    head, *rows = lines(run("list"))
    objects = [json.loads(line) for line in run("list", "--json").stdout.splitlines()]
    assert objects == [dict(zip(head, row, strict=True)) for row in rows]


def test_a_type_that_the_deployment_adds_is_there_too(tmp_path: Path) -> None:
    (tmp_path / "Create.Course.Note").mkdir()
    (tmp_path / "Create.Course.Note" / "schema.xsd").write_text(ADDED)
    rows = lines(run("list", "--catalogue", str(tmp_path)))
    assert rows[-1] == ["9001", "Create.Course.Note", "Asynchronous", "write", "Adds a note."]
    shown = lines(run("show", "9001", "--catalogue", str(tmp_path)))
    assert shown[1] == ["/Message", "string", "required", "", ""]


def test_a_type_shows_each_element_with_type_default_and_meaning() -> None:
    rows = {row[0]: row[1:] for row in lines(run("show", FOLDER))[1:]}
    body = "/Message/CreateCourseElementFolder"
    assert rows["/Message/SyncKeys/SyncKey"][:3] == ["string: 1 to 128 characters", "required, repeated", ""]
    assert rows[f"{body}/Title"] == ["string", "required", "", "The title; not blank."]
    assert rows[f"{body}/Security"][:3] == ["token: Inherit | Secure | Locked", "optional", "Inherit"]
    assert rows[f"{body}/Active"][:3] == ["boolean", "optional", "true"]


def test_a_type_is_found_by_number_and_by_alias() -> None:
    assert run("show", "2").stdout == run("show", FOLDER).stdout
    assert run("show", "37").stdout == run("show", "Create.Extension.Instance").stdout


def test_the_published_schema_is_shown_as_it_is(catalogue: Catalogue) -> None:
    for kind in catalogue.types:
        assert run("show", kind.name, "--schema").stdout == kind.schema


def test_every_example_is_shown_as_it_is(catalogue: Catalogue) -> None:
    for kind in catalogue.types:
        for example in examples_of(kind.folder):
            shown = run("show", kind.name, "--example", example.name.removeprefix("valid-"))
            assert shown.stdout == example.data


def test_in_a_terminal_lists_are_coloured_tables_and_types_coloured_trees() -> None:
    listed = in_terminal("types", "list")
    assert "\x1b[" in listed
    assert "┃" in listed
    shown = in_terminal("types", "show", FOLDER)
    assert "\x1b[" in shown
    assert "└── " in shown
    assert "default Inherit" in shown
    assert "minimal, full" in shown
    assert "not a type of AddMessage" in in_terminal("types", "show", "Read.Courses")


def test_a_reader_that_has_read_enough_is_no_error() -> None:
    command = [sys.executable, "-m", "cli", "types", "show", "Create.Extension.Instance", "--schema"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.communicate(timeout=30)[1] == b""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "Create.Course.Element.Foldr"), ["no message type", FOLDER]),
        (("show", "create.course.element.folder"), ["no message type", FOLDER]),
        (("show", "4711"), ["no message type '4711'", "types list"]),
        (("show", FOLDER, "--example", "huge"), ["no example 'huge'", "minimal, full"]),
        (("show",), ["Missing argument"]),
    ],
)
def test_wrong_calls_say_what_would_be_right(arguments: tuple[str, ...], words: list[str]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    said = " ".join(result.stderr.replace("│", " ").split())
    for word in words:
        assert word in said


def test_a_catalogue_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    result = run("list", "--catalogue", str(tmp_path / "none"))
    assert result.exit_code == 1
    assert f"{tmp_path / 'none'} is no folder" in result.stderr
