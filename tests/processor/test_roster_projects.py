"""Projects, their members, favourite courses, and what more is known of terms come with a roster."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from organisation.v1 import platform_service_pb2 as pb
from organisation.v1.platform_service_pb2_grpc import PlatformServiceStub
from sqlalchemy import Select, select

from lms.tables import favourite, organisation, project, project_member, term
from tests.processor.conftest import Platform
from tests.processor.test_platform_service import HERE, bring, heading, operator, row_course, row_organisation

if TYPE_CHECKING:
    from organisation.v1.platform_service_pb2_grpc import PlatformServiceAsyncStub

TERM: Select[Any] = select(term.c.description, organisation.c.sync_key).join_from(
    term, organisation, organisation.c.id == term.c.organisation_id, isouter=True
)


@pytest.fixture
async def stub(platform: Platform) -> AsyncIterator[PlatformServiceAsyncStub]:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{platform.host.port}") as channel:
        yield PlatformServiceStub(channel)


def row_person(key: str = "p") -> pb.ImportRosterRequest:
    return pb.ImportRosterRequest(person=pb.RosterPerson(sync_key=key, role="student"))


def row_term(**values: object) -> pb.ImportRosterRequest:
    whole = {"sync_key": "t", "title": "T", "kind": "term", **values}
    return pb.ImportRosterRequest(term=pb.RosterTerm(**whole))  # type: ignore[arg-type]


def row_project(**values: object) -> pb.ImportRosterRequest:
    whole = {"sync_key": "pr", "title": "Garden", **values}
    return pb.ImportRosterRequest(project=pb.RosterProject(**whole))  # type: ignore[arg-type]


def row_member(**values: object) -> pb.ImportRosterRequest:
    whole = {"sync_key": "m", "project_sync_key": "pr", "person_sync_key": "p", "role": "leader", **values}
    return pb.ImportRosterRequest(project_member=pb.RosterProjectMember(**whole))  # type: ignore[arg-type]


def row_favourite(**values: object) -> pb.ImportRosterRequest:
    whole = {"sync_key": "f", "course_sync_key": "c1", "person_sync_key": "p", **values}
    return pb.ImportRosterRequest(favourite=pb.RosterFavourite(**whole))  # type: ignore[arg-type]


async def test_projects_members_and_favourites_come_once_change_and_go(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    rows = [
        heading(),
        row_organisation("o"),
        row_course(),
        row_person(),
        row_project(description="Beds", organisation_sync_key="o", archived=True),
        row_member(),
        row_favourite(),
    ]
    assert set((await bring(stub, rows)).values()) == {(1, 0, 0, 0, 0)}
    assert set((await bring(stub, rows)).values()) == {(0, 0, 1, 0, 0)}
    [found] = platform.rows(select(project).where(project.c.site_id == HERE))
    assert (found.title, found.description, found.is_archived) == ("Garden", "Beds", True)
    assert platform.values(select(organisation.c.sync_key).where(organisation.c.id == found.organisation_id)) == ["o"]
    [member], [mark] = platform.rows(select(project_member)), platform.rows(select(favourite))
    assert (member.project_id, member.person_id, member.role) == (found.id, mark.person_id, "leader")
    changes = [heading(), row_project(), row_member(role="member"), row_favourite(deleted=True)]
    assert await bring(stub, changes) == {
        "project": (0, 1, 0, 0, 0),
        "project_member": (0, 1, 0, 0, 0),
        "favourite": (0, 0, 0, 1, 0),
    }
    [changed] = platform.rows(select(project).where(project.c.site_id == HERE))
    assert (changed.description, changed.organisation_id, changed.is_archived) == ("", None, False)
    assert changed.updated_at > found.updated_at
    assert platform.values(select(project_member.c.role)) == ["member"]
    assert platform.values(select(favourite.c.deleted_at.is_not(None))) == [True]
    assert (await bring(stub, [heading(), row_favourite()]))["favourite"] == (0, 1, 0, 0, 0)


async def test_what_a_source_does_not_know_of_a_term_stays(platform: Platform, stub: PlatformServiceAsyncStub) -> None:
    """OneRoster has neither: its next file must not take them away."""
    await bring(stub, [heading(), row_organisation("o"), row_term()])
    assert platform.rows(TERM) == [("", None)]
    more = row_term(description="Autumn", organisation_sync_key="o")
    assert (await bring(stub, [heading(), more]))["term"] == (0, 1, 0, 0, 0)
    assert (await bring(stub, [heading(), row_term()]))["term"] == (0, 0, 1, 0, 0)
    mixed = [heading(), row_term(title="T1"), row_term(sync_key="t2", description="Spring")]
    assert (await bring(stub, mixed))["term"] == (1, 1, 0, 0, 0)
    assert platform.rows(TERM.order_by(term.c.id)) == [("Autumn", "o"), ("Spring", None)]
    both = [heading(), row_term(description="", organisation_sync_key=""), row_term(sync_key="t2", title="T2")]
    assert (await bring(stub, both))["term"] == (0, 2, 0, 0, 0)
    assert platform.rows(TERM.order_by(term.c.id)) == [("", None), ("Spring", None)]
    assert (await bring(stub, [heading(), row_term(sync_key="t2", deleted=True)]))["term"] == (0, 0, 0, 1, 0)
    assert platform.rows(TERM.where(term.c.deleted_at.is_not(None))) == [("Spring", None)]


async def test_rows_of_projects_that_cannot_be_taken_are_refused(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    await bring(stub, [heading(78), row_organisation("theirs"), row_project()])
    refused = [
        (row_member(), "The project 'pr' is not known."),
        (row_project(), ""),
        (row_member(), "The person 'p' is not known."),
        (row_favourite(), "The course 'c1' is not known."),
        (row_course(), ""),
        (row_favourite(), "The person 'p' is not known."),
        (row_person(), ""),
        (row_member(role=""), "role is blank."),
        (row_member(sync_key=" "), "sync_key is blank."),
        (row_project(sync_key="a", title="\0"), "title contains invalid characters."),
        (row_project(sync_key="b", title=" "), "title is blank."),
        (row_project(sync_key="c", description="x" * 100_001), "description is longer than 100000 characters."),
        (row_project(sync_key="d", organisation_sync_key="theirs"), "The organisation 'theirs' is not known."),
        (row_term(sync_key="u", description="\0"), "description contains invalid characters."),
        (row_term(organisation_sync_key="theirs"), "The organisation 'theirs' is not known."),
    ]
    rows = [heading(), *(row for row, _ in refused)]
    answer = await stub.ImportRoster(iter(rows), metadata=operator())
    assert [one.text for one in answer.refusals] == [text for _, text in refused if text]
    assert platform.rows(select(project_member)) + platform.rows(select(favourite)) == []
