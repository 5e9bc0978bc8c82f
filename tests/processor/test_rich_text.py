"""Rich text of messages: by the level of its creator, with links by key, and without links into another system."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from lms.tables import element, element_page, my_file, person
from tests.processor.conftest import Platform
from tests.processor.messages import FOLDER, MY_FILE, PAGE, WHERE, file, message
from tests.processor.peers import Lane
from tests.processor.test_pages_and_links import page, text_block
from tests.processor.world import OTHER_SITE

REMOVED = "Page created. Links that lead to nothing here were removed:"


def link(key: str) -> str:
    return f'<a href="{key}">there</a>'


def kept(address: str) -> str:
    return f'<a href="{address}" rel="noopener noreferrer">there</a>'


LEFT_OUT = '<a rel="noopener noreferrer">there</a>'


def folder(key: str, where: str = WHERE) -> str:
    return message(FOLDER, f"{where}<Title>F</Title><Security>Inherit</Security>", keys=[key])


async def stored(platform: Platform, text: str) -> tuple[str, list[str]]:
    """Returns the text as it is stored, and what the sender hears."""
    outcome = await platform.send(PAGE, page(text_block(text)))
    assert outcome.status == "Finished"
    blocks: list[Any] = platform.values(select(element_page.c.blocks).order_by(element_page.c.element_id.desc()))[0]
    return blocks[0]["text"], outcome.texts


async def test_a_link_by_key_leads_to_the_element_that_was_created_before(platform: Platform) -> None:
    await platform.send(FOLDER, folder("week-1"))
    number = platform.values(select(element.c.id).where(element.c.sync_key == "week-1"))[0]
    assert await stored(platform, link("week-1")) == (kept(f"/elements/{number}"), ["Page created"])


async def test_a_link_to_a_message_of_the_same_batch_leads_there_too(platform: Platform) -> None:
    platform.peers.lanes.put(platform.lane, FOLDER, folder("week-2"))
    text, _ = await stored(platform, link("week-2"))
    number = platform.values(select(element.c.id).where(element.c.sync_key == "week-2"))[0]
    assert text == kept(f"/elements/{number}")


@pytest.mark.parametrize(("visibility", "leads"), [("Public", True), ("Private", False)])
async def test_a_link_leads_to_public_personal_files_alone(platform: Platform, visibility: str, leads: bool) -> None:
    body = f"<UserSyncKey>usr-3</UserSyncKey><Visibility>{visibility}</Visibility>"
    sent = file(platform.peers.files.add(5, "a.png"), SyncKeyRef="f")
    await platform.send(MY_FILE, message(MY_FILE, body, keys=["f=pic"], files=sent))
    number = platform.values(select(my_file.c.id).where(my_file.c.sync_key == "pic"))[0]
    text, texts = await stored(platform, '<img src="pic">')
    assert text == (f'<img src="/my-files/{number}">' if leads else "<img>")
    assert texts == ["Page created" if leads else f"{REMOVED} pic"]


async def test_links_into_the_old_system_are_left_out_and_named(platform: Platform) -> None:
    text, texts = await stored(platform, link("/old/view.aspx?id=1") + link("https://a.example") + link("old.html"))
    assert text == LEFT_OUT + kept("https://a.example") + LEFT_OUT
    assert texts == [f"{REMOVED} /old/view.aspx?id=1, old.html"]


async def test_of_many_links_a_few_are_named(platform: Platform) -> None:
    _, texts = await stored(platform, "".join(link(f"{number}.html") for number in range(8)))
    assert texts == [f"{REMOVED} 0.html, 1.html, 2.html, 3.html, 4.html (3 more)"]


async def test_what_is_deleted_or_another_sites_is_not_linked_to(platform: Platform) -> None:
    await platform.send(FOLDER, folder("gone"))
    with platform.engine.begin() as connection:
        connection.execute(update(element).where(element.c.sync_key == "gone").values(deleted_at=element.c.created_at))
    where = "<CourseSyncKey>crs-19</CourseSyncKey><UserSyncKey>usr-9</UserSyncKey>"
    outcome = await platform.send(FOLDER, folder("theirs", where), Lane(2, 12, OTHER_SITE))
    assert outcome.status == "Finished"
    assert await stored(platform, link("gone") + link("theirs")) == (LEFT_OUT * 2, [f"{REMOVED} gone, theirs"])


async def test_staff_may_embed_and_a_student_may_not(platform: Platform) -> None:
    frame = '<iframe src="https://film.example/1"></iframe>'
    assert (await stored(platform, frame))[0] == frame
    with platform.engine.begin() as connection:
        connection.execute(update(person).where(person.c.sync_key == "usr-3").values(role="student"))
    assert not (await stored(platform, frame))[0]
