"""Content of the library in courses, seen through the read of a course's elements, too."""

from __future__ import annotations

import asyncio

import pytest
from organisation.v1.read_course_elements_pb2 import CourseElement, ReadCourseElementRequest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from lms.tables import element, element_instance, element_link, extension_instance, file_use, lti_configuration
from runtime.database import reading
from services.read.course_element import read_course_element
from services.read.scope import Scope
from tests.processor.conftest import Outcome, Platform
from tests.processor.messages import CREATE, DELETE, FOLDER, INSTANCE, UPDATE, USER, WHERE, folder, message
from tests.processor.peers import Lane
from tests.processor.placements import DUPLICATE, NO_COURSE, REFUSED, VENDORS, add_neighbours
from tests.processor.test_extensions import LTI_URL, WEB, change, create, lti, stored_file
from tests.processor.test_rules import refusals
from tests.processor.world import OTHER_SITE, SITE

pytestmark = pytest.mark.usefixtures("assessment_world")

LIBRARY = "<ContentSyncKey>lib-9</ContentSyncKey>"
NOT_VALID = "Content with specified ContentId/ContentSyncKey is not valid."
MORE = (
    "<Metadata><Language>en-GB</Language></Metadata><Sharing><Scope>Site</Scope></Sharing>"
    "<DisallowModification>1</DisallowModification>"
    "<ElementProperties><Active>0</Active><AssessmentScale>1</AssessmentScale></ElementProperties>"
)


def instance(content: str = LIBRARY, *, where: str = WHERE, **rest: object) -> str:
    return message(INSTANCE, f"{where}{content}", **rest)  # type: ignore[arg-type]


async def in_library(platform: Platform, content: str = WEB, extension: int = 5000, key: str = "lib-9") -> None:
    document = create(content, extension, location="Library", more=MORE, keys=[key], vendor="acme")
    outcome = await platform.send(CREATE, document)
    assert outcome.status == "Finished", outcome


async def made(platform: Platform, key: str = "ins-1", content: str = LIBRARY) -> Outcome:
    outcome = await platform.send(INSTANCE, instance(content, keys=[key]))
    assert outcome.details == [("Instance", "Instance created", key, "INFO")]
    return outcome


def seen(platform: Platform, key: str = "ins-1") -> CourseElement:
    """Returns an element of the course as the read shows it."""
    request = ReadCourseElementRequest(course_id=7, element_sync_key=key, include_content=True)
    with reading(platform.engine) as connection:
        return read_course_element(connection, Scope(SITE, ()), request).course_element


async def test_an_instance_takes_over_what_the_element_of_the_library_is(platform: Platform) -> None:
    await in_library(platform)
    await made(platform)
    library, row = platform.rows(select(element, extension_instance).join(extension_instance).order_by(element.c.id))
    assert (row.kind, row.course_id, row.parent_id, row.position) == ("Extension", 7, None, 1)
    assert (row.title, row.extension_id, row.vendor_id, row.creator_id) == ("Atlas", 5000, "acme", 3)
    assert (row.location, row.metadata, row.sharing_scope) == ("Course", {"Language": "en-GB"}, None)
    assert (row.disallow_modification, row.assessment_scale, row.active) == (True, 1, True)
    assert platform.rows(select(element_instance.c.element_id, element_instance.c.content_id)) == [(row.id, library.id)]
    assert len(platform.rows(select(element_link))) == 1


async def test_the_number_names_the_content_and_the_message_its_own_vendor(platform: Platform) -> None:
    platform.peers.access.vendors["other"] = True
    await in_library(platform)
    number = platform.values(select(element.c.id))[0]
    await platform.send(FOLDER, folder(key="week-1"))
    content = f"<ContentId>{number}</ContentId><ParentSyncKey>week-1</ParentSyncKey>"
    outcome = await platform.send(INSTANCE, instance(content, vendor="other"))
    assert outcome.status == "Finished"
    row = platform.rows(select(element).where(element.c.sync_key == outcome.keys[0]))[0]
    parent = platform.values(select(element.c.id).where(element.c.sync_key == "week-1"))[0]
    assert (row.vendor_id, row.parent_id, row.position) == ("other", parent, 1)


async def test_a_read_shows_the_content_of_the_library_as_it_is_now(platform: Platform) -> None:
    await in_library(platform)
    await made(platform)
    shown = seen(platform)
    assert (shown.type, shown.extension_id, shown.title, shown.url) == ("Link", 5000, "Atlas", "https://a.example/")
    assert "<a:Description>Atlas</a:Description>" in shown.content
    new = WEB.replace("a.example", "b.example").replace(">Atlas<", ">Globe<")
    renewed = change(f"<Title>Atlas 2</Title><Content>{new}</Content>", "lib-9")
    assert (await platform.send(UPDATE, renewed)).status == "Finished"
    shown = seen(platform)
    assert (shown.title, shown.url) == ("Atlas", "https://b.example/")
    assert "<a:Description>Globe</a:Description>" in shown.content


async def test_an_instance_of_a_file_for_one_element_shows_it_without_using_it(platform: Platform) -> None:
    file_id = platform.peers.files.add(SITE, "a.txt", single_use=True)
    await in_library(platform, stored_file("map.pdf", file_id), 5009)
    await made(platform)
    await made(platform, "ins-2")
    assert [(seen(platform, key).type, "map.pdf" in seen(platform, key).content) for key in ("ins-1", "ins-2")] == [
        ("File", True)
    ] * 2
    assert len(platform.rows(select(file_use))) == 1


async def test_new_content_makes_an_instance_an_element_of_its_own(platform: Platform) -> None:
    await in_library(platform)
    await made(platform)
    new = WEB.replace("a.example", "own.example")
    assert (await platform.send(UPDATE, change("<Title>Mine</Title>", "ins-1"))).status == "Finished"
    assert (seen(platform).title, seen(platform).url) == ("Mine", "https://a.example/")
    assert (await platform.send(UPDATE, change(f"<Content>{new}</Content>", "ins-1"))).status == "Finished"
    assert seen(platform).url == "https://own.example/"
    assert platform.rows(select(element_instance)) == []
    later = WEB.replace("a.example", "later.example")
    await platform.send(UPDATE, change(f"<Content>{later}</Content>", "lib-9"))
    assert seen(platform).url == "https://own.example/"


async def test_launch_keys_of_the_library_stay_where_an_instance_gets_content_of_its_own(platform: Platform) -> None:
    keys = "<ApplicationKey>k</ApplicationKey><SharedSecret>s</SharedSecret>"
    await in_library(platform, lti(LTI_URL + keys), 5003)
    await made(platform)
    changed = lti(f"{LTI_URL.replace('cartridge', 'second')}<OpenIn>NewWindow</OpenIn>")
    assert (await platform.send(UPDATE, change(f"<Content>{changed}</Content>", "ins-1"))).status == "Finished"
    rows = platform.rows(select(lti_configuration).order_by(lti_configuration.c.element_id))
    assert [(row.url, row.application_key, row.shared_secret) for row in rows] == [
        ("https://tool.example/cartridge.xml", "k", "s"),
        ("https://tool.example/second.xml", "k", "s"),
    ]


async def test_each_of_instance_and_content_is_deleted_by_itself(platform: Platform) -> None:
    await in_library(platform)
    await made(platform)
    await made(platform, "ins-2")
    for key in ("ins-1", "lib-9"):
        gone = message(DELETE, f"<ContentSyncKey>{key}</ContentSyncKey>{USER}")
        assert (await platform.send(DELETE, gone)).status == "Finished"
    assert seen(platform, "ins-2").url == "https://a.example/"
    outcome = await platform.send(INSTANCE, instance())
    assert outcome.texts == ["Content with specified ContentId/ContentSyncKey is deleted."]
    left = select(element.c.sync_key).where(element.c.deleted_at.is_(None))
    assert platform.values(left) == ["ins-2"]


async def test_content_and_instance_come_in_one_batch(platform: Platform) -> None:
    lane = platform.lane
    lane.leased = True
    platform.peers.lanes.put(lane, CREATE, create(WEB, location="Library", keys=["lib-9"]))
    platform.peers.lanes.put(lane, INSTANCE, instance(keys=["ins-1"]))
    platform.peers.lanes.put(lane, INSTANCE, instance(keys=["ins-2"]))
    lane.leased = False
    outcomes = await asyncio.gather(*(platform.outcome(lane, place) for place in (1, 2, 3)))
    assert [outcome.status for outcome in outcomes] == ["Finished"] * 3
    positions = select(element.c.position).where(element.c.course_id == 7).order_by(element.c.position)
    assert platform.values(positions) == [1, 2]


async def test_what_is_no_content_of_the_library_is_refused(platform: Platform) -> None:
    await add_neighbours(platform)
    await in_library(platform)
    await made(platform)
    await platform.send(CREATE, create(WEB, keys=["in-course"]))
    number = platform.values(select(element.c.id).where(element.c.sync_key == "lib-9"))[0]
    before = len(platform.rows(select(element)))
    broken = {
        instance("", keys=["a"]): NOT_VALID,
        instance("<ContentSyncKey>none</ContentSyncKey>"): NOT_VALID,
        instance("<ContentSyncKey>link</ContentSyncKey>"): NOT_VALID,
        instance("<ContentSyncKey>in-course</ContentSyncKey>"): NOT_VALID,
        instance("<ContentSyncKey>ins-1</ContentSyncKey>"): NOT_VALID,
        instance("<ContentId>-1</ContentId>"): NOT_VALID,
        instance(f"<ContentId>{number}</ContentId>{LIBRARY}"):
            "You are not allowed to enter both ContentId and ContentSyncKey",
    }  # fmt: skip
    texts = await refusals(platform, INSTANCE, list(broken))
    assert texts == [[text] for text in broken.values()]
    assert len(platform.rows(select(element))) == before


async def test_the_shared_rules_hold(platform: Platform) -> None:
    await add_neighbours(platform)
    await in_library(platform)
    broken = {
        **{instance(where=where): text for where, text in REFUSED.items()},
        **{instance(vendor=vendor): text for vendor, text in VENDORS.items()},
        instance(keys=["link"]): DUPLICATE,
    }
    texts = await refusals(platform, INSTANCE, list(broken))
    assert texts == [[text] for text in broken.values()]
    assert platform.rows(select(element_instance)) == []


async def test_another_site_and_another_school_see_neither_content_nor_course(platform: Platform) -> None:
    await in_library(platform)
    number = platform.values(select(element.c.id))[0]
    other = Lane(2, 12, OTHER_SITE)
    theirs = "<CourseId>19</CourseId><UserId>9</UserId>"
    for content in (LIBRARY, f"<ContentId>{number}</ContentId>"):
        assert (await platform.send(INSTANCE, instance(content, where=theirs), other)).texts == [NOT_VALID]
    narrow = Lane(3, 13, SITE, organisations=("school-b",))
    assert (await platform.send(INSTANCE, instance(), narrow)).texts == [NO_COURSE]
    elsewhere = f"<CourseSyncKey>crs-8</CourseSyncKey>{USER}"
    assert (await platform.send(INSTANCE, instance(where=elsewhere), narrow)).status == "Finished"


async def test_the_database_keeps_instances_to_elements_of_extensions(platform: Platform) -> None:
    await in_library(platform)
    await made(platform)
    await platform.send(FOLDER, folder(key="week-1"))
    library, made_one, plain = platform.values(select(element.c.id).order_by(element.c.id))
    for row in ((plain, library), (library, plain), (library, library), (made_one, library)):
        with pytest.raises(IntegrityError), platform.engine.begin() as connection:
            connection.execute(insert(element_instance), {"element_id": row[0], "content_id": row[1]})
