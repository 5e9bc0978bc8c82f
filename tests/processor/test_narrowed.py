"""A credential that is narrowed to organisations: what lies outside is, in every message, as if it were not there.

Each test sends what names a thing of the other school beside what names nothing at all, and compares the answers.
"""

from __future__ import annotations

import grpc
import pytest
from organisation.v1 import platform_service_pb2
from organisation.v1.platform_service_pb2_grpc import PlatformServiceStub
from sqlalchemy import select

from lms.tables import calendar_event, element, element_page
from runtime.tokens import InternalIdentity
from tests.processor.conftest import KEY, Outcome, Platform
from tests.processor.events import CREATE as CREATE_EVENT
from tests.processor.events import DELETE as DELETE_EVENT
from tests.processor.events import UPDATE as UPDATE_EVENT
from tests.processor.events import deletion, event, events
from tests.processor.messages import CREATE, FILE, FOLDER, INSTANCE, MY_FILE, PAGE, UPDATE, USER, file, folder, message
from tests.processor.peers import Lane
from tests.processor.test_extensions import WEB, create
from tests.processor.test_pages_and_links import page, text_block
from tests.processor.world import SITE

STRANGER = "<UserSyncKey>usr-a</UserSyncKey>"
NOBODY = "<UserSyncKey>usr-0</UserSyncKey>"
HERE = "<CourseSyncKey>crs-8</CourseSyncKey>"


@pytest.fixture
def narrow(platform: Platform) -> Lane:
    """The lane of a credential that sees the second school alone; platform.lane sees both."""
    return Lane(9, 19, SITE, organisations=("school-b",))


async def test_people_of_another_school_are_nobody(platform: Platform, narrow: Lane) -> None:
    own = file(platform.peers.files.add(SITE, "a.txt", uploader=19))

    async def answers(user: str) -> list[Outcome]:
        picture = f"<ProfilePicture>{user}</ProfilePicture>"
        return [
            await platform.send(FOLDER, folder(where=HERE + user), narrow),
            await platform.send(MY_FILE, message(MY_FILE, f"{user}<Visibility>Public</Visibility>", files=own), narrow),
            await platform.send(CREATE_EVENT, events(event(user)), narrow),
            await platform.send(CREATE, create(WEB, location="Library").replace(USER, user), narrow),
            await platform.send("Delete.Person.ProfilePicture", picture_of(picture), narrow),
        ]

    theirs = await answers(STRANGER)
    assert theirs == await answers(NOBODY)
    assert {outcome.status for outcome in theirs} == {"Errors"}
    assert (await platform.send(FOLDER, folder(where=HERE + USER), narrow)).status == "Finished"


def picture_of(items: str) -> str:
    return message("Delete.Person.ProfilePicture", items)


async def test_events_of_people_of_another_school_are_not_there(platform: Platform, narrow: Lane) -> None:
    await platform.send(CREATE_EVENT, events(event(STRANGER), keys=["theirs"]))
    await platform.send(CREATE_EVENT, events(event(USER), keys=["ours"]))
    for key in ("theirs", "nothing"):
        text = f"Event '{key}' does not exist in itslearning"
        assert (await platform.send(UPDATE_EVENT, events(event(USER), keys=[key]), narrow)).texts == [text]
        assert (await platform.send(DELETE_EVENT, deletion(key), narrow)).texts == [text]
    assert (await platform.send(DELETE_EVENT, deletion("ours"), narrow)).status == "Finished"
    assert platform.values(select(calendar_event.c.sync_key).where(calendar_event.c.deleted_at.is_(None))) == ["theirs"]


async def test_links_do_not_lead_to_another_school(platform: Platform, narrow: Lane) -> None:
    await platform.send(FOLDER, folder(key="week-7"))
    await platform.send(FOLDER, folder(key="week-8", where=HERE + USER))
    links = "".join(f'<a href="{key}">x</a>' for key in ("week-7", "week-8", "nothing"))
    sent = page(text_block(links)).replace("crs-7", "crs-8")
    outcome = await platform.send(PAGE, sent, narrow)
    assert outcome.texts == ["Page created. Links that lead to nothing here were removed: week-7, nothing"]
    number = platform.values(select(element.c.id).where(element.c.sync_key == "week-8"))[0]
    blocks = platform.values(select(element_page.c.blocks))[0]
    assert f"/elements/{number}" in str(blocks)


async def test_library_content_of_people_of_another_school_is_not_there(platform: Platform, narrow: Lane) -> None:
    await platform.send(CREATE, create(WEB, location="Library", keys=["theirs"]).replace(USER, STRANGER))
    await platform.send(CREATE, create(WEB, location="Library", keys=["ours"]))

    async def answers(key: str) -> list[Outcome]:
        content = f"<ContentSyncKey>{key}</ContentSyncKey>"
        return [
            await platform.send(UPDATE, message(UPDATE, f"{content}{USER}<Title>New</Title>"), narrow),
            await platform.send(INSTANCE, message(INSTANCE, HERE + USER + content), narrow),
        ]

    theirs = await answers("theirs")
    assert theirs == await answers("nothing")
    assert theirs[0].texts == ["Content with specified ContentId/ContentSyncKey is not valid."]
    assert [outcome.status for outcome in await answers("ours")] == ["Finished", "Finished"]


async def test_only_own_uploads_are_there(platform: Platform, narrow: Lane) -> None:
    foreign = platform.peers.files.add(SITE, "a.txt", uploader=18)
    own = platform.peers.files.add(SITE, "b.txt", uploader=19)
    absent = "4a3f7c1e-0000-4000-8000-000000000000"
    sent = [message(FILE, HERE + USER, files=file(one)) for one in (foreign, absent, own)]
    outcomes = [await platform.send(FILE, one, narrow) for one in sent]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0].texts == ["Unable to find any files in the user's site."]
    assert outcomes[2].status == "Finished"
    everywhere = await platform.send(FILE, message(FILE, HERE + USER, files=file(foreign)))
    assert everywhere.status == "Finished"


async def test_the_processor_tells_auth_how_an_organisation_stands(platform: Platform) -> None:
    metadata = InternalIdentity("service:auth", KEY).metadata()
    seen = {}
    async with grpc.aio.insecure_channel(f"127.0.0.1:{platform.host.port}") as channel:
        stub = PlatformServiceStub(channel)
        for key, narrowed_to in (
            ("school-a", []),
            ("school-a", ["school-a"]),
            ("school-b", ["school-a"]),
            ("none", ["school-a"]),
            ("none", []),
            ("\0", []),
            ("school-a", ["gone", "\0"]),
        ):
            request = platform_service_pb2.CheckOrganisationRequest(
                site_id=SITE, organisation_sync_key=key, narrowed_to=narrowed_to
            )
            answer = await stub.CheckOrganisation(request, metadata=metadata)
            seen[key, tuple(narrowed_to)] = (answer.exists, answer.is_seen)
    assert list(seen.values()) == [
        (True, True),
        (True, True),
        (True, False),
        (False, False),
        (False, False),
        (False, False),
        (True, False),
    ]
