"""Whole kinds, dry runs, the limit of deletions, roles of people, and what an import leaves others to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pytest
from organisation.v1 import platform_service_pb2 as pb
from organisation.v1.platform_service_pb2_grpc import PlatformServiceStub
from sqlalchemy import Engine, func, insert, select

from lms.roster.pieces import Piece, Sent
from lms.roster.rows import PersonRow
from lms.roster.storing import Limit, OvertakenError
from lms.tables import course, membership, organisation, person, person_organisation, person_role, roster_import
from runtime.database import reading, writing
from runtime.errors import error_info
from services.processor.roster_import import Order, import_roster
from tests.processor.conftest import Platform
from tests.processor.messages import FOLDER, folder
from tests.processor.test_platform_service import HERE, bring, operator, row_course, row_organisation
from tests.processor.world import NOW

if TYPE_CHECKING:
    from organisation.v1.platform_service_pb2_grpc import PlatformServiceAsyncStub

Item = pb.ImportRosterRequest
OVER_THE_LARGEST_PAGE = 2_100


@pytest.fixture
async def stub(platform: Platform) -> AsyncIterator[PlatformServiceAsyncStub]:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{platform.host.port}") as channel:
        yield PlatformServiceStub(channel)


def head(site_id: int = HERE, **values: object) -> Item:
    return Item(heading=pb.RosterHeading(site_id=site_id, **values))  # type: ignore[arg-type]


def row_person(key: str, **values: object) -> Item:
    whole = {"sync_key": key, "username": key, "given_name": key, "role": "student", "enabled": True, **values}
    return Item(person=pb.RosterPerson(**whole))  # type: ignore[arg-type]


def row_role(key: str, **values: object) -> Item:
    whole = {"sync_key": key, "person_sync_key": "p", "organisation_sync_key": "o", "role": "teacher", **values}
    return Item(role=pb.RosterRole(**whole))  # type: ignore[arg-type]


def whole(kind: str) -> Item:
    return Item(whole=pb.RosterWhole(kind=kind))


def kept(kind: str, key: str) -> Item:
    return Item(kept=pb.RosterKept(kind=kind, sync_key=key))


def together(rows: Iterable[Item]) -> Item:
    return Item(rows=pb.RosterRows(rows=rows))


async def live_people(platform: Platform, site_id: int = HERE) -> list[str]:
    here = (person.c.site_id == site_id, person.c.deleted_at.is_(None))
    return list(platform.values(select(person.c.sync_key).where(*here).order_by(person.c.sync_key)))


async def test_a_whole_kind_loses_what_did_not_come_and_no_other_site_or_kind_does(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    people = [row_person(key) for key in ("a", "b", "c", "d")]
    await bring(stub, [head(), row_organisation("o"), row_course(), *people])
    await bring(stub, [head(78), *people])
    bad = row_person("b", username="x" * 256)
    rows = [head(), row_person("a"), bad, kept("person", "c"), kept("person", "never\0"), whole("person")]
    answer = await stub.ImportRoster(iter(rows), metadata=operator())
    (counts,) = answer.counts
    assert (counts.kind, counts.unchanged, counts.deleted, counts.refused) == ("person", 1, 1, 1)
    assert [(one.action, one.sync_key, one.text) for one in answer.examples] == [(pb.ROSTER_ACTION_DELETED, "d", "d")]
    assert await live_people(platform) == ["a", "b", "c"]
    assert await live_people(platform, 78) == ["a", "b", "c", "d"]
    assert platform.values(select(course.c.deleted_at).where(course.c.site_id == HERE)) == [None]
    # An empty whole kind loses everything, more than a page of it, too; and what comes again is there again.
    many = [row_person(f"m{number:04}") for number in range(OVER_THE_LARGEST_PAGE)]
    assert (await bring(stub, [head(), together(many)]))["person"] == (OVER_THE_LARGEST_PAGE, 0, 0, 0, 0)
    assert (await bring(stub, [head(), whole("person")]))["person"] == (0, 0, 0, OVER_THE_LARGEST_PAGE + 3, 0)
    assert await live_people(platform) == []
    assert (await bring(stub, [head(), row_person("a"), whole("person")]))["person"] == (0, 1, 0, 0, 0)
    assert await live_people(platform) == ["a"]


async def test_a_dry_run_tells_what_the_import_does_and_leaves_nothing(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    await bring(stub, [head(), row_organisation("o"), row_person("a", organisation_sync_keys=["o"]), row_person("b")])
    before = platform.rows(select(roster_import))
    rows = [
        row_organisation("o", parent="top"),
        row_organisation("top"),
        Item(person=row_person("a", given_name="Ana", role="teacher").person, line=7),
        Item(person=row_person("new", organisation_sync_keys=["top", "o"]).person, line=8),
        Item(person=row_person("lost", organisation_sync_keys=["nowhere"]).person, line=9),
        Item(person=row_person("long", username="x" * 256).person, line=10),
        whole("person"),
    ]
    dry = await stub.ImportRoster(iter([head(dry_run=True, max_deleted_percent=10), *rows]), metadata=operator())
    assert {one.kind: (one.created, one.changed, one.unchanged, one.deleted, one.refused) for one in dry.counts} == {
        "organisation": (1, 1, 0, 0, 0),
        "person": (1, 1, 0, 1, 2),
    }
    assert [(one.kind, one.action, one.sync_key, one.line, one.text) for one in dry.examples] == [
        ("organisation", pb.ROSTER_ACTION_CREATED, "top", 0, "top"),
        ("organisation", pb.ROSTER_ACTION_CHANGED, "o", 0, "o: parent changes"),
        ("person", pb.ROSTER_ACTION_CREATED, "new", 8, "new"),
        (
            "person",
            pb.ROSTER_ACTION_CHANGED,
            "a",
            7,
            "a: given_name 'a' becomes 'Ana', role 'student' becomes 'teacher', organisations change",
        ),
        ("person", pb.ROSTER_ACTION_DELETED, "b", 0, "b"),
    ]
    assert [(one.kind, one.sync_key, one.line, one.field) for one in dry.refusals] == [
        ("person", "lost", 9, ""),
        ("person", "long", 10, "username"),
    ]
    assert [(one.kind, one.deleted, one.present) for one in dry.excesses] == [("person", 1, 2)]
    assert await live_people(platform) == ["a", "b"]
    assert platform.rows(select(roster_import)) == before
    real = await stub.ImportRoster(iter([head(), *rows]), metadata=operator())
    assert (list(real.counts), list(real.examples)) == (list(dry.counts), list(dry.examples))
    again = await stub.ImportRoster(iter([head(), *rows]), metadata=operator())
    assert {(one.kind, one.created, one.changed, one.unchanged, one.deleted) for one in again.counts} == {
        ("organisation", 0, 0, 2, 0),
        ("person", 0, 0, 2, 0),
    }
    top, new = (
        platform.values(select(table.c.id).where(table.c.site_id == HERE, table.c.sync_key == key))[0]
        for table, key in ((organisation, "top"), (person, "new"))
    )
    assert platform.values(select(organisation.c.parent_id).where(organisation.c.sync_key == "o")) == [top]
    links = person_organisation.c
    listed = select(links.organisation_id == top, links.position).where(links.person_id == new)
    assert platform.rows(listed.order_by(links.position)) == [
        (True, 0),
        (False, 1),
    ]


async def test_a_roster_that_deletes_more_than_it_may_is_refused_whole(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    people = [row_person(f"p{number}") for number in range(10)]
    await bring(stub, [head(), row_course(), *people])
    rows = [row_person("new"), *people[2:], whole("person"), row_course(deleted=True)]
    for percent, exempt, kinds in ((10, [], "person"), (19, ["course"], "person"), (20, [], "course")):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await bring(stub, [head(max_deleted_percent=percent, unlimited_kinds=exempt), *rows])
        info = error_info(refused.value)
        assert info is not None
        assert (refused.value.code(), info.reason) == (
            grpc.StatusCode.FAILED_PRECONDITION,
            "ROSTER_DELETES_TOO_MUCH",
        )
        assert kinds in str(refused.value.details())
        assert len(await live_people(platform)) == 10
    counts = await bring(stub, [head(max_deleted_percent=20, unlimited_kinds=["course"]), *rows])
    assert counts == {"person": (1, 0, 8, 2, 0), "course": (0, 0, 0, 1, 0)}
    for bad in (head(max_deleted_percent=101), head(max_deleted_percent=-1), head(unlimited_kinds=["dragon"])):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await bring(stub, [bad])
        assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


async def test_a_key_that_comes_twice_counts_once_and_pieces_that_are_none_end_the_import(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    await bring(stub, [head(), row_person("there")])
    rows = [row_person("there"), row_person("new"), row_person("new", given_name="Other")]
    apart = [row_course(), row_person("there", given_name="Other"), row_person("new", given_name="Third")]
    answer = await stub.ImportRoster(iter([head(), *rows, *apart]), metadata=operator())
    assert [(one.sync_key, one.text) for one in answer.refusals] == [
        (key, "The person comes twice; its first row counts.") for key in ("new", "there", "new")
    ]
    names = select(person.c.given_name).where(person.c.site_id == HERE).order_by(person.c.sync_key)
    assert platform.values(names) == ["new", "there"]
    for bad in (
        whole("dragon"),
        kept("dragon", "x"),
        together([head()]),
        together([together([row_course()])]),
        together([row_course()] * 10_001),
        Item(line=3),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await bring(stub, [head(), row_person("late"), bad])
        assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert await live_people(platform) == ["new", "there"]


async def test_what_a_source_does_not_tell_stays(platform: Platform, stub: PlatformServiceAsyncStub) -> None:
    first = [row_course(code="M1", subjects=["Maths"]), row_person("p", organisation_sync_keys=["o"])]
    term_row = pb.RosterTerm(sync_key="t", title="T", kind="term", start_date="2026-08-01")
    await bring(stub, [head(), row_organisation("o"), Item(term=term_row), *first])
    untold = pb.RosterTerm(sync_key="t", title="T", kind="term")
    kept_days = Item(term=untold, keep=["start_date", "end_date", "deleted"])
    assert await bring(stub, [head(), kept_days]) == {"term": (0, 0, 1, 0, 0)}
    rows = [
        Item(course=row_course(title="Maths 2").course, keep=["code", "subjects", "id", "site_id", "nothing"]),
        Item(person=row_person("p", role="", given_name="Ana").person, keep=["role", "organisation_sync_keys"]),
    ]
    assert await bring(stub, [head(), *rows]) == {"course": (0, 1, 0, 0, 0), "person": (0, 1, 0, 0, 0)}
    assert await bring(stub, [head(), *rows]) == {"course": (0, 0, 1, 0, 0), "person": (0, 0, 1, 0, 0)}
    row = platform.rows(select(course).where(course.c.site_id == HERE))[0]
    assert (row.title, row.code, row.subjects) == ("Maths 2", "M1", ["Maths"])
    one = platform.rows(select(person).where(person.c.site_id == HERE))[0]
    assert (one.given_name, one.role) == ("Ana", "student")
    assert len(platform.rows(select(person_organisation).where(person_organisation.c.person_id == one.id))) == 1


async def test_role_and_organisations_of_a_person_follow_from_roles(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    base = [row_organisation("o"), row_organisation("q"), row_person("p", role=""), row_person("other", role="aide")]
    roles = [
        row_role("r1", role="guardian"),
        row_role("r2", organisation_sync_key="q", primary=True),
        row_role("r3", organisation_sync_key="q", role="proctor"),
    ]
    assert (await bring(stub, [head(), *base, *roles]))["role"] == (3, 0, 0, 0, 0)

    def held() -> tuple[str, list[str]]:
        query = select(organisation.c.sync_key).join_from(person_organisation, organisation)
        query = query.join(person, person.c.id == person_organisation.c.person_id)
        named = query.where(person.c.sync_key == "p", person.c.site_id == HERE)
        role = platform.values(select(person.c.role).where(person.c.sync_key == "p", person.c.site_id == HERE))[0]
        return role, platform.values(named.order_by(person_organisation.c.position))

    assert held() == ("teacher", ["q", "o"])
    assert (await bring(stub, [head(), *roles]))["role"] == (0, 0, 3, 0, 0)
    # A delta that takes the main role away, then a move of another to somebody else, then a whole set without any.
    await bring(stub, [head(), row_role("r2", deleted=True)])
    assert held() == ("guardian", ["o", "q"])
    await bring(stub, [head(), row_role("r1", role="guardian", person_sync_key="other")])
    assert held() == ("proctor", ["q"])
    moved = platform.values(select(person.c.role).where(person.c.sync_key == "other", person.c.site_id == HERE))
    assert moved == ["guardian"]
    assert (await bring(stub, [head(), whole("role")]))["role"] == (0, 0, 0, 2, 0)
    assert held() == ("", [])
    answer = await stub.ImportRoster(iter([head(), row_role("r9", person_sync_key="nobody")]), metadata=operator())
    assert [one.text for one in answer.refusals] == ["The person 'nobody' is not known."]
    assert platform.values(select(func.count()).select_from(person_role)) == [3]


async def test_messages_are_applied_while_a_roster_comes_and_its_numbers_do_not_meet_theirs(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    begun, applied = asyncio.Event(), asyncio.Event()

    async def rows() -> AsyncIterator[Item]:
        yield head()
        yield together(row_person(f"m{number:04}") for number in range(1_500))
        begun.set()
        await applied.wait()
        # What is stored meanwhile takes the numbers that were free when the first people were compared.
        with writing(platform.engine) as connection:
            row = {"site_id": 78, "sync_key": "else", "created_at": NOW, "updated_at": NOW}
            names = {"username": "", "given_name": "", "family_name": "", "role": "", "email": "", "enabled": True}
            connection.execute(insert(person), row | names)
        yield row_organisation("o")
        yield row_course(organisation_sync_key="o")
        yield Item(
            membership=pb.RosterMembership(sync_key="m", course_sync_key="c1", person_sync_key="m0001", role="student")
        )

    call = stub.ImportRoster(rows(), metadata=operator())
    await begun.wait()
    assert (await platform.send(FOLDER, folder())).status == "Finished"
    applied.set()
    assert {one.kind: one.created for one in (await call).counts} == {
        "person": 1_500,
        "organisation": 1,
        "course": 1,
        "membership": 1,
    }
    named = select(person.c.sync_key).join_from(membership, person, membership.c.person_id == person.c.id)
    assert platform.values(named.where(membership.c.sync_key == "m", membership.c.site_id == HERE)) == ["m0001"]


def test_a_roster_beside_which_another_was_stored_leaves_nothing(engine: Engine) -> None:
    row = PersonRow("a", "a", "Ana", "Lund", "student", "", (), enabled=True, deleted=False)
    order = Order(HERE, "test", Limit(), dry_run=False)

    def chunks(revision: int) -> Iterator[list[Piece]]:
        yield [Sent(row)]
        with writing(engine) as connection:  # as a process beside this one would
            values = {"site_id": HERE, "revision": revision, "source": "other", "imported_at": NOW}
            connection.execute(roster_import.delete().where(roster_import.c.site_id == HERE))
            connection.execute(roster_import.insert().values(values))

    for revision in (1, 2):
        with pytest.raises(OvertakenError):
            import_roster(engine, order, chunks(revision))
    with reading(engine) as connection:
        assert connection.scalars(select(person.c.id).where(person.c.site_id == HERE)).all() == []
    assert import_roster(engine, order, [[Sent(row)]]).counts["person"].created == 1
    with reading(engine) as connection:
        assert connection.scalars(select(roster_import.c.revision).where(roster_import.c.site_id == HERE)).all() == [3]
    database = engine.url.database or ""
    assert not Path(f"{database}.import").exists()
