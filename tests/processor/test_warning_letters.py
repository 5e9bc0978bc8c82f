"""Warning letters: published by rpc, read, and given their status by messages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from organisation.v1 import platform_service_pb2 as pb
from organisation.v1.platform_service_pb2_grpc import PlatformServiceStub
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from lms.tables import term, warning_letter
from runtime.errors import error_info
from runtime.tokens import InternalIdentity
from tests.processor.conftest import KEY, Outcome, Platform
from tests.processor.peers import Lane
from tests.processor.world import NOW, OTHER_SITE, SITE

if TYPE_CHECKING:
    from organisation.v1.platform_service_pb2_grpc import PlatformServiceAsyncStub

UPDATE = "Update.WarningLetter"
ALLOWED = {
    ("Created", "Created"),
    ("Received", "Created"),
    ("Received", "Archived"),
    ("Archived", "Created"),
    ("Archived", "Archived"),
}


@pytest.fixture
async def stub(platform: Platform) -> AsyncIterator[PlatformServiceAsyncStub]:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{platform.host.port}") as channel:
        yield PlatformServiceStub(channel)


def call() -> dict[str, Any]:
    return {"metadata": InternalIdentity("operator:test", KEY).metadata()}


def letter(key: str, **values: Any) -> pb.WarningLetter:
    return pb.WarningLetter(key=key, **{"person_sync_key": "usr-3", "title": "Homework", **values})


async def publish(stub: PlatformServiceAsyncStub, *letters: pb.WarningLetter, site_id: int = SITE) -> list[int]:
    request = pb.PublishWarningLettersRequest(site_id=site_id, letters=letters)
    return list((await stub.PublishWarningLetters(request, **call())).letter_ids)


async def receive(stub: PlatformServiceAsyncStub, *numbers: int, site_id: int = SITE) -> list[int]:
    request = pb.ReceiveWarningLettersRequest(site_id=site_id, letter_ids=numbers)
    return list((await stub.ReceiveWarningLetters(request, **call())).letter_ids)


async def confirm(stub: PlatformServiceAsyncStub, *numbers: int, site_id: int = SITE) -> None:
    request = pb.ConfirmWarningLettersRequest(site_id=site_id, letter_ids=numbers)
    await stub.ConfirmWarningLetters(request, **call())


def end_of_holding(platform: Platform) -> None:
    """Lets the time of those pass who have letters in their hands."""
    with platform.engine.begin() as connection:
        connection.execute(
            update(warning_letter).values(held_until=NOW).where(warning_letter.c.held_until.is_not(None))
        )


def document(pairs: Iterable[tuple[object, str]], vendor: str = "") -> str:
    items = "".join(
        f"<WarningLetterStatusPair><Id>{number}</Id><Status>{status}</Status></WarningLetterStatusPair>"
        for number, status in pairs
    )
    sender = f"<VendorId>{vendor}</VendorId>" if vendor else ""
    return f'<Message xmlns="urn:message-schema">{sender}<UpdateWarningLetter>{items}</UpdateWarningLetter></Message>'


async def set_status(platform: Platform, *pairs: tuple[object, str], lane: Lane | None = None) -> Outcome:
    return await platform.send(UPDATE, document(pairs), lane)


def statuses(platform: Platform) -> dict[int, str]:
    return {row.id: row.status for row in platform.rows(select(warning_letter))}


async def test_a_letter_goes_its_way(platform: Platform, stub: PlatformServiceAsyncStub) -> None:
    (number,) = await publish(stub, letter("a"))
    assert statuses(platform) == {number: "Created"}
    assert await receive(stub, number) == [number]
    assert await receive(stub, number) == []
    outcome = await set_status(platform, (number, "Archived"))
    assert outcome.status == "Finished"
    assert outcome.details == [("WarningLetter", f"Warning letter {number} updated", "", "INFO")]
    assert statuses(platform) == {number: "Archived"}
    assert await receive(stub, number) == []
    assert (await set_status(platform, (number, "Created"))).status == "Finished"
    assert await receive(stub, number) == [number]
    (row,) = platform.rows(select(warning_letter))
    assert row.updated_at > row.created_at


async def test_a_letter_that_was_not_shown_can_be_read_again(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    shown, lost = await publish(stub, letter("a"), letter("b"))
    assert await receive(stub, shown, lost) == [shown, lost]
    await confirm(stub, shown)
    await confirm(stub, lost, site_id=OTHER_SITE)
    assert await receive(stub, shown, lost) == []
    end_of_holding(platform)
    assert (await set_status(platform, (lost, "Archived"))).status == "Warnings"
    assert await receive(stub, shown, lost) == [lost]
    end_of_holding(platform)
    await confirm(stub, lost)
    assert statuses(platform) == {shown: "Received", lost: "Received"}
    assert await receive(stub, shown, lost) == []


async def test_a_late_word_of_showing_undoes_no_later_change(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    filed, again, new = await publish(stub, letter("a"), letter("b"), letter("c"))
    await receive(stub, filed, again)
    assert (await set_status(platform, (filed, "Archived"), (again, "Created"))).status == "Finished"
    await confirm(stub, filed, again, new, -1, 2**31 - 1)
    assert statuses(platform) == {filed: "Archived", again: "Created", new: "Created"}
    assert await receive(stub, filed, again, new) == [again, new]


async def test_a_published_letter_is_stored_for_its_readers(platform: Platform, stub: PlatformServiceAsyncStub) -> None:
    marks = {"created_at": NOW, "updated_at": NOW}
    with platform.engine.begin() as connection:
        values = {"id": 40, "site_id": SITE, "sync_key": "t1", "title": "Autumn", "kind": "term", **marks}
        connection.execute(insert(term), values)
    text = "<p onclick='x()'>Late <b>again</b></p><script>x()</script>"
    whole = letter("a", course_sync_key="crs-7", term_sync_key="t1", title=" Late ", text=text)
    one, two = await publish(stub, whole, letter("b"))
    rows = {row.id: row for row in platform.rows(select(warning_letter))}
    assert (rows[one].person_id, rows[one].course_id, rows[one].term_id) == (3, 7, 40)
    assert (rows[one].title, rows[one].text) == ("Late", "<p>Late <b>again</b></p>")
    assert (rows[two].course_id, rows[two].term_id, rows[two].text) == (None, None, "")


async def test_a_letter_is_published_once_however_often_it_comes(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    first = await publish(stub, letter("a"), letter("b"))
    await receive(stub, first[0])
    await confirm(stub, first[0])
    again = await publish(stub, letter("c"), letter("b", title="Other"), letter("a"), letter("c", title="Later"))
    assert again[1:3] == [first[1], first[0]]
    assert again[0] == again[3]
    titles = {row.letter_key: row.title for row in platform.rows(select(warning_letter))}
    assert titles == {"a": "Homework", "b": "Homework", "c": "Homework"}
    assert statuses(platform)[first[0]] == "Received"


async def test_calls_at_once_publish_and_receive_a_letter_once(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    answers = await asyncio.gather(*(publish(stub, letter("a"), letter(f"k{n}")) for n in range(4)))
    assert len({answer[0] for answer in answers}) == 1
    numbers = list(statuses(platform))
    assert len(numbers) == 5
    received = await asyncio.gather(*(receive(stub, *numbers) for _ in range(4)))
    assert sorted(number for answer in received for number in answer) == sorted(numbers)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"key": ""}, "letters[1].key"),
        ({"key": "x" * 256}, "letters[1].key"),
        ({"title": " "}, "letters[1].title"),
        ({"title": "a\nb"}, "letters[1].title"),
        ({"title": "x" * 256}, "letters[1].title"),
        ({"text": "\0"}, "letters[1].text"),
        ({"person_sync_key": ""}, "letters[1].person_sync_key"),
        ({"person_sync_key": "usr-9"}, "letters[1].person_sync_key"),
        ({"person_sync_key": "usr-gone"}, "letters[1].person_sync_key"),
        ({"person_sync_key": "\0"}, "letters[1].person_sync_key"),
        ({"course_sync_key": "crs-19"}, "letters[1].course_sync_key"),
        ({"term_sync_key": "none"}, "letters[1].term_sync_key"),
    ],
)
async def test_one_wrong_letter_keeps_all_out(
    platform: Platform, stub: PlatformServiceAsyncStub, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await publish(stub, letter("a"), letter(**{"key": "b", **values}))
    info = error_info(caught.value)
    assert info is not None
    assert (info.reason, info.metadata["field"]) == ("INVALID_FIELD", field)
    assert statuses(platform) == {}


async def test_rpcs_have_their_limits(stub: PlatformServiceAsyncStub) -> None:
    for asked in (
        publish(stub, *(letter(str(n)) for n in range(1001))),
        receive(stub, *range(1001)),
        confirm(stub, *range(1001)),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await asked
        assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await publish(stub, letter("a"), site_id=999)
    assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED


async def test_what_cannot_be_changed_is_passed_over_in_its_place(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    new, read = await publish(stub, letter("a"), letter("b"))
    await receive(stub, read)
    large = 10**20
    outcome = await set_status(platform, (new, "Archived"), (read, "Archived"), (large, "Created"), (-1, "Created"))
    assert outcome.status == "Warnings"
    assert [(detail[1], detail[3]) for detail in outcome.details] == [
        (f"The status of warning letter {new} cannot be changed from Created to Archived.", "WARNING"),
        (f"Warning letter {read} updated", "INFO"),
        (f"Warning letter with Id {large} is not valid.", "WARNING"),
        ("Warning letter with Id -1 is not valid.", "WARNING"),
    ]
    assert statuses(platform) == {new: "Created", read: "Archived"}


async def test_a_letter_comes_once_in_a_message(platform: Platform, stub: PlatformServiceAsyncStub) -> None:
    (number,) = await publish(stub, letter("a"))
    await receive(stub, number)
    await confirm(stub, number)
    outcome = await set_status(platform, (number, "Archived"), (f" 0{number} ", "Created"))
    assert outcome.status == "Errors"
    assert outcome.details == [
        ("WarningLetter", "Message contains duplicates for warning letter ID per request.", "", "ERROR")
    ]
    assert statuses(platform) == {number: "Received"}


async def test_a_letter_of_another_site_is_unknown(platform: Platform, stub: PlatformServiceAsyncStub) -> None:
    (number,) = await publish(stub, letter("a", person_sync_key="usr-9"), site_id=OTHER_SITE)
    assert await receive(stub, number) == []
    outcome = await set_status(platform, (number, "Created"))
    assert (outcome.status, outcome.texts) == ("Warnings", [f"Warning letter with Id {number} is not valid."])


async def test_a_credential_of_one_school_has_its_courses_and_people(
    platform: Platform, stub: PlatformServiceAsyncStub
) -> None:
    here, there, about = await publish(
        stub,
        letter("a", course_sync_key="crs-7"),
        letter("b", course_sync_key="crs-8"),
        letter("c", person_sync_key="usr-a"),
    )
    pairs = [(number, "Created") for number in (here, there, about)]
    seen = {}
    for lane_id, school in ((2, "school-a"), (3, "school-b")):
        lane = Lane(lane_id, 12, SITE, organisations=(school,))
        outcome = await set_status(platform, *pairs, lane=lane)
        seen[school] = [detail[3] for detail in outcome.details]
    assert seen == {"school-a": ["INFO", "WARNING", "INFO"], "school-b": ["WARNING", "INFO", "WARNING"]}


async def test_a_vendor_must_be_known(platform: Platform, stub: PlatformServiceAsyncStub) -> None:
    (number,) = await publish(stub, letter("a"))
    outcome = await platform.send(UPDATE, document([(number, "Created")], "nobody"))
    assert outcome.texts == ["Vendor with specified VendorId does not exist."]


async def test_more_letters_than_a_statement_takes(platform: Platform, stub: PlatformServiceAsyncStub) -> None:
    numbers: list[int] = []
    for part in range(3):
        numbers += await publish(stub, *(letter(f"{part}-{n}") for n in range(1000)))
    for start in range(0, 3000, 1000):
        await receive(stub, *numbers[start : start + 1000])
    outcome = await set_status(platform, *((number, "Archived") for number in numbers))
    assert (outcome.status, len(outcome.details)) == ("Finished", 3000)
    assert set(statuses(platform).values()) == {"Archived"}


async def test_the_database_keeps_letters_on_their_site(platform: Platform, stub: PlatformServiceAsyncStub) -> None:
    await publish(stub, letter("a"))
    (row,) = platform.rows(select(warning_letter))
    for change in ({"status": "Lost"}, {"person_id": 9}, {"course_id": 19}, {"title": ""}, {"letter_key": "a"}):
        with pytest.raises(IntegrityError), platform.engine.begin() as connection:
            connection.execute(insert(warning_letter), {**row._asdict(), "id": 900, "letter_key": "b", **change})


STATUS = st.sampled_from(["Created", "Received", "Archived"])
WANTED = st.sampled_from(["Created", "Archived"])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(STATUS, WANTED), min_size=1, max_size=8))
async def test_every_change_is_made_or_told(
    platform: Platform, stub: PlatformServiceAsyncStub, changes: list[tuple[str, str]]
) -> None:
    with platform.engine.begin() as connection:
        connection.execute(delete(warning_letter))
    numbers = await publish(stub, *(letter(str(n)) for n in range(len(changes))))
    with platform.engine.begin() as connection:
        for number, (before, _) in zip(numbers, changes, strict=True):
            connection.execute(update(warning_letter).where(warning_letter.c.id == number).values(status=before))
    wanted = [(number, after) for number, (_, after) in zip(numbers, changes, strict=True)]
    outcome = await set_status(platform, *wanted)
    assert [detail[3] for detail in outcome.details] == ["INFO" if one in ALLOWED else "WARNING" for one in changes]
    expected = [after if (before, after) in ALLOWED else before for before, after in changes]
    assert [statuses(platform)[number] for number in numbers] == expected
