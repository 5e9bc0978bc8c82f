from __future__ import annotations

import pytest

from runtime.errors import ServiceError
from runtime.file_names import content_type_of
from services.files.ids import new_file_id, parse_file_id
from services.files.names import check_name, upload_name

DENIED = "exe com vb vbs vbe cmd bat ws wsf src scr shs pif hta jar js jse lnk"


@pytest.mark.parametrize("extension", [f".{word}" for word in DENIED.split(" ")])
def test_denied_kinds_are_refused_however_they_are_written(extension: str) -> None:
    for name in (
        "a" + extension,
        extension,
        "a.txt" + extension.upper(),
        "a" + extension + ". ",
        "a.b" + extension + ".",
    ):
        with pytest.raises(ServiceError) as caught:
            upload_name(name)
        assert caught.value.text == f"Files with extension '{extension}' are not allowed."


@pytest.mark.parametrize("name", ["README", "trailing.", "a. ", "."])
def test_a_name_without_an_extension_is_refused(name: str) -> None:
    with pytest.raises(ServiceError) as caught:
        upload_name(name)
    assert caught.value.text == "Files with extension '' are not allowed."


@pytest.mark.parametrize(
    "name", ["", " ", "/", "a/", "C:\\x\\", "a\r\nX: y.txt", "a\0.txt", "a\u2028b.txt", "n" * 252 + ".txt"], ids=repr
)
def test_what_is_no_name_of_a_file_is_refused(name: str) -> None:
    with pytest.raises(ServiceError) as caught:
        upload_name(name)
    assert caught.value.metadata == {"field": "name"}


@pytest.mark.parametrize(
    "name", ["a.txt", "Ærlig.DOCX", "a.exe.zip", "日本.pdf", "exe.ppt", "a.json", "n" * 251 + ".txt"]
)
def test_other_names_pass(name: str) -> None:
    assert upload_name(name) == name


@pytest.mark.parametrize(
    "path",
    ["C:\\x\\a.txt", "dir/a.txt", "../a.txt", "/etc/a.txt", "\\\\server\\share/dir\\a.txt", f"{'d' * 300}/a.txt"],
    ids=repr,
)
def test_of_a_path_the_last_piece_is_the_name(path: str) -> None:
    assert upload_name(path) == "a.txt"


@pytest.mark.parametrize(("path", "extension"), [("a.txt/b.exe", ".exe"), ("a.txt\\b", ""), ("../..", "")])
def test_the_last_piece_of_a_path_is_what_counts(path: str, extension: str) -> None:
    with pytest.raises(ServiceError) as caught:
        upload_name(path)
    assert caught.value.text == f"Files with extension '{extension}' are not allowed."


def test_content_may_bring_scripts_and_paths() -> None:
    check_name("shared/launch.js")


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.PDF", "application/pdf"),
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.png", "image/png"),
        ("a.unheard", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
def test_the_media_type_follows_the_name(name: str, content_type: str) -> None:
    assert content_type_of(name) == content_type


def test_an_id_is_read_in_every_form_of_a_guid() -> None:
    file_id = new_file_id()
    bare = file_id.replace("-", "")
    for text in (file_id, file_id.upper(), f"{{{file_id}}}", f"({file_id})", bare, f" {{{bare.upper()}}} "):
        assert parse_file_id(text) == file_id


@pytest.mark.parametrize(
    "text",
    ["", "7", "{}", "x" * 36, "urn:uuid:e366ddf2-4497-4bd6-98fb-0cf479e823d3", "../" * 12, "0" * 33, "\u0660" * 32],
)
def test_what_is_no_guid_is_no_id(text: str) -> None:
    assert parse_file_id(text) is None
