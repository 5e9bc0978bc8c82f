"""`orgapi validate` gives the verdict of the accept gate: of each example, and of what is no message at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from catalogue.document import LARGEST_DATA, TOO_LARGE
from catalogue.examples import Example, examples_of
from catalogue.loader import load_catalogue
from catalogue.violation import REJECTED
from cli.main import app

FOLDER = "Create.Course.Element.Folder"
TYPES = {kind.name: kind for kind in load_catalogue().types}
EXAMPLES = [(name, example) for name, kind in TYPES.items() for example in examples_of(kind.folder)]
GOOD = TYPES[FOLDER].folder / "examples" / "valid-minimal.xml"
BODY = "<CreateCourseElementFolder><Title>Nød</Title></CreateCourseElementFolder>"
MESSAGE = f'<Message xmlns="urn:message-schema">{BODY}</Message>'


def validate(file: Path | str, message_type: str = FOLDER, *more: str, content: bytes | None = None) -> Result:
    arguments = ["validate", str(file), "--type", message_type, *more]
    return CliRunner().invoke(app, arguments, input=content)


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[f"{name}-{one.name}" for name, one in EXAMPLES])
def test_an_example_gets_the_verdict_that_it_expects(name: str, example: Example) -> None:
    path = TYPES[name].folder / "examples" / f"{example.name}.xml"
    result = validate(path, name, "--json")
    if example.is_valid:
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
        return
    assert result.exit_code == 1
    first = objects(result)[0]
    assert example.details is not None
    line = f" (line {first['line']})"
    text = f"{REJECTED} {first['path']}{line}: expected {first['expected']}, found {first['found']}."
    assert text == example.details[0].message


def test_a_good_message_is_called_good() -> None:
    result = validate(GOOD)
    assert (result.exit_code, result.stdout) == (0, f"{GOOD} is a good {FOLDER}.\n")


def test_a_rejected_message_is_explained_with_path_and_line() -> None:
    result = validate("-", "2", content=MESSAGE.replace("Title", "Titel").encode())
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "path\tline\texpected\tfound",
        "/Message/CreateCourseElementFolder/Titel\t1\t"
        + objects(validate("-", "2", "--json", content=MESSAGE.replace("Title", "Titel").encode()))[0]["expected"]
        + "\telement 'Titel'",
    ]
    assert result.stderr == f"error: Standard input is no {FOLDER}: {REJECTED}\n"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "Document is empty"),
        (b"<Message>", "Premature end"),
        (b"<!DOCTYPE Message [<!ENTITY a 'b'>]><Message/>", "a document type declaration"),
    ],
)
def test_what_is_no_document_is_said_to_be_none(content: bytes, found: str) -> None:
    result = validate("-", content=content, message_type=FOLDER)
    assert result.exit_code == 1
    _, row = result.stdout.splitlines()
    assert row.startswith("/\t")
    assert "a well-formed XML document" in row
    assert found in row


def test_a_message_that_is_too_large_is_refused_as_by_the_service() -> None:
    result = validate("-", content=b" " * (LARGEST_DATA + 1))
    assert (result.exit_code, result.stderr) == (1, f"error: Standard input: {TOO_LARGE}\n")


@pytest.mark.parametrize(
    "content",
    [
        MESSAGE.encode("utf-8-sig"),
        MESSAGE.encode("utf-16"),
        f'<?xml version="1.0" encoding="utf-8"?>{MESSAGE}'.encode(),
        f'<?xml version="1.0" encoding="iso-8859-1"?>{MESSAGE}'.encode("iso-8859-1"),
        f'<?xml version="1.0" encoding="utf-16"?>{MESSAGE}'.encode(),
    ],
)
def test_a_file_is_read_in_its_own_encoding(content: bytes) -> None:
    assert validate("-", content=content).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere.xml", FOLDER), "nowhere.xml cannot be read: No such file or directory."),
        ((".", FOLDER), ". cannot be read: Is a directory."),
        ((str(GOOD), "Create.Course.Element.Foldre"), f"Did you mean {FOLDER}"),
        ((str(GOOD), "4711"), "There is no message type '4711'."),
    ],
)
def test_a_wrong_call_ends_with_status_2(arguments: tuple[str, str], words: str) -> None:
    result = validate(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in " ".join(result.stderr.replace("│", " ").split())


@pytest.mark.parametrize("content", [b"\xff\xfe\xff", b"\xe9", b'<?xml version="1.0" encoding="klingon"?><a/>'])
def test_what_is_no_text_ends_with_status_2(content: bytes) -> None:
    result = validate("-", content=content)
    assert result.exit_code == 2
    assert "is no text in the encoding" in " ".join(result.stderr.replace("│", " ").split())
