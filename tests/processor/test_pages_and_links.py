from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from lms.tables import element, element_link, element_page, page_file
from tests.processor.conftest import Platform
from tests.processor.messages import LINK, PAGE, WHERE, message


def page(*blocks: str) -> str:
    sets = "".join(
        f"<ContentBlockSets><ContentBlockSet>{block}</ContentBlockSet></ContentBlockSets>" for block in blocks
    )
    return message(PAGE, f"{WHERE}<Title>Intro</Title><Content><PageContent>{sets}</PageContent></Content>")


def text_block(text: str) -> str:
    return f"<ContentBlockText><Title>Hi</Title><Text><![CDATA[{text}]]></Text></ContentBlockText>"


def embedded(file_id: str, number: int = 1) -> str:
    return (
        f"<FileContents><FileContent><FileId>{number}</FileId><Location>{file_id}</Location><Name>a.png</Name>"
        "</FileContent></FileContents>"
    )


async def test_a_page_keeps_its_blocks_in_order_and_its_files(platform: Platform) -> None:
    file_id = platform.peers.files.add(5, "picture.bin")
    outcome = await platform.send(PAGE, page(text_block("<p>one</p>"), text_block("two") + embedded(file_id, 4)))
    assert (outcome.status, outcome.texts) == ("Finished", ["Page created"])
    assert platform.values(select(element_page.c.blocks)) == [
        [
            {"kind": "Text", "title": "Hi", "text": "<p>one</p>"},
            {"kind": "Text", "title": "Hi", "text": "two"},
        ]
    ]
    row = platform.rows(select(page_file))[0]
    assert (row.block, row.number, row.file_id, row.name, row.content_type) == (1, 4, file_id, "a.png", "image/png")
    assert platform.peers.files.confirmed[11, 1] == [file_id]


@pytest.mark.parametrize(
    "text",
    [
        '<p onclick="steal()">a</p><script>steal()</script>',
        '<a href="javascript:steal()">a</a>',
        '<img src=x onerror="steal()">',
        '<svg><animate onbegin="steal()"></svg>',
        '<iframe srcdoc="&lt;script>steal()&lt;/script>"></iframe>',
    ],
)
async def test_rich_text_is_stored_without_what_could_run(platform: Platform, text: str) -> None:
    await platform.send(PAGE, page(text_block(text)))
    stored = platform.values(select(element_page.c.blocks))[0][0]["text"]
    assert "steal" not in stored


async def test_a_page_without_one_of_its_files_is_refused(platform: Platform) -> None:
    outcome = await platform.send(PAGE, page(text_block("a") + embedded(str(uuid4()))))
    assert outcome.texts == ["Unable to find file matching the supplied GUID."]
    assert platform.rows(select(element)) == []


async def test_an_embedded_file_of_a_denied_kind_is_refused(platform: Platform) -> None:
    file_id = platform.peers.files.add(5, "a.png")
    outcome = await platform.send(PAGE, page(text_block("a") + embedded(file_id).replace("a.png", "a.vbs")))
    assert outcome.texts == ["Files with extension '.vbs' are not allowed."]


async def test_the_media_type_of_an_embedded_file_is_the_one_that_uploads_have(platform: Platform) -> None:
    files = platform.peers.files
    for name in ("a.docx", "a.WEBP", "a.imscc", "a.unheard"):
        block = embedded(files.add(5, "up.bin")).replace("a.png", name)
        await platform.send(PAGE, page(text_block("a") + block))
    assert platform.values(select(page_file.c.content_type).order_by(page_file.c.element_id)) == [
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "image/webp",
        "application/zip",
        "application/x-test",
    ]


async def test_a_number_names_one_file_of_a_block(platform: Platform) -> None:
    file_id = platform.peers.files.add(5, "a.png")
    twice = embedded(file_id).replace("</FileContents>", "") + embedded(file_id).replace("<FileContents>", "")
    outcome = await platform.send(PAGE, page(text_block("a") + twice))
    assert outcome.texts == ["Invalid content: FileId 1 is used twice in one block."]


@pytest.mark.parametrize(
    ("link", "stored"),
    [
        ("example.org/a", "http://example.org/a"),
        ("HTTPS://example.org", "HTTPS://example.org"),
        ("javascript:steal()", "http://javascript:steal()"),
    ],
)
async def test_a_link_gets_a_scheme_and_is_not_shown_by_default(platform: Platform, link: str, stored: str) -> None:
    body = f"{WHERE}<Title>Atlas</Title><Link>{link}</Link><OpenIn>800x600Popup</OpenIn>"
    outcome = await platform.send(LINK, message(LINK, body))
    assert (outcome.status, outcome.texts) == ("Finished", ["Link created"])
    row = platform.rows(select(element.c.active, element_link).join(element_link))[0]
    assert (row.active, row.url, row.open_in, row.link_type) == (False, stored, "Popup800", "Ordinary")
