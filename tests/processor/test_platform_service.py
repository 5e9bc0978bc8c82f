"""PlatformService over the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pytest
from organisation.v1 import platform_service_pb2 as pb
from organisation.v1.platform_service_pb2_grpc import PlatformServiceStub
from sqlalchemy import func, select

from cli.roster_rows import roster_items
from lms.tables import course, course_term, membership, organisation, person, person_organisation, term
from oneroster.roster import read_roster
from runtime.errors import error_info
from runtime.tokens import InternalIdentity, Metadata
from tests.processor.conftest import KEY, Platform
from tests.processor.messages import FILE, FOLDER, WHERE, file, folder, message

if TYPE_CHECKING:
    from organisation.v1.platform_service_pb2_grpc import PlatformServiceAsyncStub

ONEROSTER = Path(__file__).parents[2] / "samples" / "oneroster"
FORMS = (
    "planets-oneroster-1.1-bulk",
    "planets-oneroster-1.1-bulk.zip",
    "planets-oneroster-1.1-bulk-exporter-quirks.zip",
)
HERE = 77


@pytest.fixture
async def stub(platform: Platform) -> AsyncIterator[PlatformServiceAsyncStub]:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{platform.host.port}") as channel:
        yield PlatformServiceStub(channel)


def operator() -> Metadata:
    return InternalIdentity("operator:test", KEY).metadata()


async def bring(stub: PlatformServiceAsyncStub, items: Iterable[pb.ImportRosterRequest]) -> dict[str, tuple[int, ...]]:
    answer = await stub.ImportRoster(iter(items), metadata=operator())
    return {one.kind: (one.created, one.changed, one.unchanged, one.deleted, one.refused) for one in answer.counts}


def heading(site_id: int = HERE) -> pb.ImportRosterRequest:
    return pb.ImportRosterRequest(heading=pb.RosterHeading(site_id=site_id, source="test"))


def row_course(**values: object) -> pb.ImportRosterRequest:
    whole = {"sync_key": "c1", "title": "Maths", **values}
    return pb.ImportRosterRequest(course=pb.RosterCourse(**whole))  # type: ignore[arg-type]


def row_organisation(key: str, parent: str = "", **values: object) -> pb.ImportRosterRequest:
    whole = {"sync_key": key, "title": key, "kind": "school", "parent_sync_key": parent, **values}
    return pb.ImportRosterRequest(organisation=pb.RosterOrganisation(**whole))  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
async def test_a_roster_is_imported_once_however_often_it_comes(
    platform: Platform, stub: PlatformServiceAsyncStub, form: str
) -> None:
    counts = {"organisation": 4, "term": 8, "course": 36, "person": 84, "membership": 324}
    first = await bring(stub, roster_items(read_roster(ONEROSTER / form), pb.RosterHeading(site_id=HERE)))
    assert first == {kind: (count, 0, 0, 0, 0) for kind, count in counts.items()}
    again = await bring(stub, roster_items(read_roster(ONEROSTER / form), pb.RosterHeading(site_id=HERE)))
    assert again == {kind: (0, 0, count, 0, 0) for kind, count in counts.items()}
    for table in (organisation, term, course, person, membership):
        here = select(func.count()).select_from(table).where(table.c.site_id == HERE)
        assert platform.values(here) == [counts[table.name]]
    school = platform.rows(select(organisation).where(organisation.c.title == "Phobos Elementary School"))[0]
    assert platform.values(select(organisation.c.title).where(organisation.c.id == school.parent_id)) == [
        "Sol System School District"
    ]
    belong = select(person_organisation).join(person).where(person.c.site_id == HERE)
    assert len(platform.rows(belong)) == 84


async def test_a_later_roster_changes_deletes_and_brings_back(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    terms = [
        pb.ImportRosterRequest(term=pb.RosterTerm(sync_key=key, title=key, kind="term", start_date="2026-08-01"))
        for key in ("t1", "t2")
    ]
    base = [heading(), row_organisation("o"), *terms]
    await bring(stub, [*base, row_course(organisation_sync_key="o", term_sync_keys=["t1", "t2"])])
    for change in (
        row_course(organisation_sync_key="o", term_sync_keys=["t2", "t1"]),
        row_course(organisation_sync_key="o", term_sync_keys=["t2"]),
        row_course(term_sync_keys=["t2"], title="Maths 2"),
    ):
        assert (await bring(stub, [heading(), change]))["course"] == (0, 1, 0, 0, 0)
    assert (await bring(stub, [heading(), row_course(deleted=True)]))["course"] == (0, 0, 0, 1, 0)
    assert (await bring(stub, [heading(), row_course(deleted=True)]))["course"] == (0, 0, 1, 0, 0)
    back = row_course(term_sync_keys=["t2"], title="Maths 2")
    assert (await bring(stub, [heading(), back]))["course"] == (0, 1, 0, 0, 0)
    row = platform.rows(select(course).where(course.c.site_id == HERE))[0]
    assert (row.title, row.deleted_at, row.organisation_id) == ("Maths 2", None, None)
    assert len(platform.rows(select(course_term))) == 1


async def test_rows_that_cannot_be_taken_are_refused_and_the_others_stay(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    long = pb.ImportRosterRequest(organisation=pb.RosterOrganisation(sync_key="l", title="x" * 256, kind="school"))
    rows = [
        heading(),
        row_organisation("child", parent="top"),
        row_organisation("top"),
        row_organisation("lost", parent="nowhere"),
        row_organisation("self", parent="self"),
        row_organisation(" "),
        long,
        pb.ImportRosterRequest(term=pb.RosterTerm(sync_key="t", title="T", kind="term", start_date="soon")),
        row_course(organisation_sync_key="nowhere"),
        pb.ImportRosterRequest(
            membership=pb.RosterMembership(sync_key="m", course_sync_key="c1", person_sync_key="p", role="student")
        ),
    ]
    answer = await stub.ImportRoster(iter(rows), metadata=operator())
    assert [(one.kind, one.sync_key, one.text) for one in answer.refusals] == [
        ("organisation", "self", "The organisation is its own parent."),
        ("organisation", " ", "sync_key is blank."),
        ("organisation", "l", "title is longer than 255 characters."),
        ("term", "t", "start_date is no date."),
        ("course", "c1", "The organisation 'nowhere' is not known."),
        ("membership", "m", "The course 'c1' is not known."),
        ("organisation", "lost", "The organisation above, 'nowhere', is not known."),
    ]
    rows_here = platform.rows(select(organisation).where(organisation.c.site_id == HERE))
    found = {row.sync_key: row for row in rows_here}
    assert set(found) == {"child", "top", "lost"}
    assert found["child"].parent_id == found["top"].id


async def test_keys_of_another_site_mean_nothing(platform: Platform, stub: PlatformServiceAsyncStub) -> None:
    await bring(stub, [heading(78), row_organisation("o", title="Theirs"), row_course()])
    answer = await stub.ImportRoster(
        iter([heading(), row_course(organisation_sync_key="o"), row_organisation("o")]), metadata=operator()
    )
    assert [one.text for one in answer.refusals] == ["The organisation 'o' is not known."]
    assert platform.values(select(organisation.c.title).where(organisation.c.site_id == 78)) == ["Theirs"]


@pytest.mark.parametrize("rows", [[], [row_course()], [heading(0)], [heading(), heading()]])
async def test_a_roster_without_its_heading_is_refused(
    stub: PlatformServiceAsyncStub, platform: Platform, rows: list[pb.ImportRosterRequest]
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.ImportRoster(iter(rows), metadata=operator())
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert platform.rows(select(course).where(course.c.site_id == HERE)) == []


async def test_a_roster_for_a_site_that_does_not_exist_is_refused_and_leaves_nothing(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await bring(stub, [heading(999), row_organisation("o"), row_course()])
    assert (refused.value.code(), refused.value.details()) == (
        grpc.StatusCode.PERMISSION_DENIED,
        "SiteId='999' is not valid.",
    )
    info = error_info(refused.value)
    assert info is not None
    assert (info.reason, dict(info.metadata)) == ("SITE_UNKNOWN", {"site_id": "999"})
    for table in (organisation, course):
        assert platform.rows(select(table).where(table.c.site_id == 999)) == []


async def test_a_roster_waits_for_another_time_when_nobody_can_say_whether_the_site_exists(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    platform.peers.sites.away = 1
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await bring(stub, [heading(), row_course()])
    assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
    assert await bring(stub, [heading(), row_course()]) == {"course": (1, 0, 0, 0, 0)}


async def test_a_roster_that_breaks_off_leaves_nothing(platform: Platform, stub: PlatformServiceAsyncStub) -> None:
    async def rows() -> AsyncIterator[pb.ImportRosterRequest]:
        yield heading()
        for number in range(1500):
            yield row_organisation(f"o{number}")
        await asyncio.sleep(30)

    call = stub.ImportRoster(rows(), metadata=operator())
    await asyncio.sleep(0.5)
    call.cancel()
    await asyncio.sleep(0.5)
    assert await bring(stub, [heading(), row_course()]) == {"course": (1, 0, 0, 0, 0)}
    assert platform.rows(select(organisation).where(organisation.c.site_id == HERE)) == []


async def test_courses_and_people_are_listed_a_page_at_a_time(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    first = await stub.ListCourses(pb.ListCoursesRequest(site_id=5, page_size=2), metadata=operator())
    assert [(one.id, one.sync_key, one.title) for one in first.courses] == [
        (7, "crs-7", "Maths"),
        (8, "crs-8", "Maths"),
    ]
    rest = pb.ListCoursesRequest(site_id=5, page_size=2, page_token=first.next_page_token)
    second = await stub.ListCourses(rest, metadata=operator())
    assert [one.id for one in second.courses] == [11, 12]
    assert second.next_page_token == ""
    people = await stub.ListPeople(pb.ListPeopleRequest(site_id=6), metadata=operator())
    assert [(one.id, one.sync_key, one.title) for one in people.people] == [(9, "usr-9", "Ana Lund")]
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.ListPeople(pb.ListPeopleRequest(site_id=6, page_token="x"), metadata=operator())
    info = error_info(refused.value)
    assert info is not None
    assert info.reason == "INVALID_FIELD"


async def test_the_use_of_files_is_told_in_the_order_asked(platform: Platform, stub: PlatformServiceAsyncStub) -> None:
    file_id = platform.peers.files.add(5, "a.txt")
    await platform.send(FILE, message(FILE, WHERE, files=file(file_id)))
    await platform.send(FOLDER, folder())
    keys = [pb.MessageKey(credential_id=11, message_id=number) for number in (2, 1, 99)]
    keys.append(pb.MessageKey(credential_id=12, message_id=1))
    answer = await stub.GetFileUse(pb.GetFileUseRequest(messages=keys), metadata=operator())
    assert [(use.ended, list(use.file_ids)) for use in answer.uses] == [
        (True, []),
        (True, [file_id]),
        (False, []),
        (False, []),
    ]
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.GetFileUse(pb.GetFileUseRequest(messages=keys[:1] * 1001), metadata=operator())
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


async def test_partners_may_not_call_it(stub: PlatformServiceAsyncStub) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.ListCourses(pb.ListCoursesRequest(site_id=5))
    assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED
