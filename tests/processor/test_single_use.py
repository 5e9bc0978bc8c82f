"""A file of FileStreamService is for one element, whoever races."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import insert, select

from lms.tables import element, element_file, file_use, my_file, result
from runtime.database import writing
from tests.processor.conftest import Both, Outcome
from tests.processor.messages import CREATE, DELETE, FILE, MY_FILE, PAGE, UPDATE, USER, WHERE, file, message
from tests.processor.test_extensions import change, create, stored_file

TEXT = "File matching the supplied GUID is already used by another element."
MINE = f"{USER}<Visibility>Public</Visibility>"


def element_of(*file_ids: str, where: str = WHERE) -> str:
    return message(FILE, where, files="".join(file(one) for one in file_ids))


def extension_of(file_id: str, key: str = "ext-1") -> str:
    return create(stored_file("a.txt", file_id), 5009, keys=[key])


def page_of(*blocks: tuple[str, ...]) -> str:
    written = [
        "".join(
            f"<FileContents><FileContent><FileId>{number}</FileId><Location>{one}</Location></FileContent></FileContents>"
            for number, one in enumerate(block, 1)
        )
        for block in blocks
    ]
    sets = "".join(f"<ContentBlockSet>{one}</ContentBlockSet>" for one in written)
    content = f"<Content><PageContent><ContentBlockSets>{sets}</ContentBlockSets></PageContent></Content>"
    return message(PAGE, f"{WHERE}<Title>P</Title>{content}")


def refused(entity: str = "File") -> Outcome:
    return Outcome("Errors", [(entity, TEXT, "", "ERROR")])


async def test_a_second_element_is_refused_in_either_lane_and_by_every_type(both: Both) -> None:
    file_id = both.add()
    assert (await both.send(FILE, element_of(file_id))).status == "Finished"
    for lane in (both.one, both.other):
        assert await both.send(FILE, element_of(file_id.upper()), lane) == refused()
        assert await both.send(MY_FILE, message(MY_FILE, MINE, files=file(file_id)), lane) == refused()
        assert await both.send(PAGE, page_of((file_id,)), lane) == refused("Page")
        assert await both.send(CREATE, extension_of(file_id), lane) == refused("ExtensionInstance")
    assert both.users(file_id) == 1


async def test_a_personal_file_uses_it_too(both: Both) -> None:
    file_id = both.add()
    assert (await both.send(MY_FILE, message(MY_FILE, MINE, files=file(file_id)))).status == "Finished"
    assert await both.send(CREATE, extension_of(file_id), both.other) == refused("ExtensionInstance")
    assert await both.send(MY_FILE, message(MY_FILE, MINE, files=file(file_id))) == refused()
    assert len(both.platform.rows(select(my_file))) == 1


async def test_a_file_for_many_is_used_by_many(both: Both) -> None:
    file_id = both.add(single_use=False)
    sent = [(lane, FILE, element_of(file_id, file_id)) for lane in (both.one, both.other) for _ in range(3)]
    assert [outcome.status for outcome in await both.send_together(*sent)] == ["Finished"] * 6
    assert both.users(file_id) == 12


async def test_of_a_batch_the_first_message_has_it(both: Both) -> None:
    file_id = both.add()
    outcomes = await both.send_together(*[(both.one, FILE, element_of(file_id))] * 3)
    assert [outcome.status for outcome in outcomes] == ["Finished", "Errors", "Errors"]
    assert outcomes[1:] == [refused()] * 2
    assert both.users(file_id) == 1


async def test_of_two_lanes_at_once_exactly_one_has_it(both: Both) -> None:
    files = [both.add() for _ in range(12)]
    lanes = (both.one, both.other)
    outcomes = await both.send_together(*((lane, FILE, element_of(one)) for one in files for lane in lanes))
    for place, file_id in enumerate(files):
        pair = outcomes[2 * place : 2 * place + 2]
        assert sorted(outcome.status for outcome in pair) == ["Errors", "Finished"]
        assert refused() in pair
        assert both.users(file_id) == 1
    assert len(both.platform.rows(select(element_file))) == len(files)


@pytest.mark.parametrize("message_type", [FILE, MY_FILE, UPDATE])
async def test_who_loses_to_another_transaction_that_was_not_to_be_seen_yet_is_refused(
    both: Both, message_type: str
) -> None:
    wanted = both.add()
    await both.send(FILE, element_of(both.add()))
    use = {**both.platform.rows(select(file_use))[0]._mapping, "file_id": wanted}
    await both.send(CREATE, extension_of(both.add()))
    data = {
        FILE: element_of(wanted),
        MY_FILE: message(MY_FILE, MINE, files=file(wanted)),
        UPDATE: change(f"<Content>{stored_file('b.txt', wanted)}</Content>"),
    }[message_type]
    another = both.one, FILE, element_of(both.add())
    with writing(both.platform.engine) as connection:
        connection.execute(insert(file_use), use)
        sent = asyncio.create_task(both.send_together((both.one, message_type, data), another))
        async with asyncio.timeout(20):
            await both.blocked()
    lost, after = await sent
    assert lost == refused("ExtensionInstance" if message_type == UPDATE else "File")
    assert after.status == "Finished"
    assert both.users(wanted) == 1


async def test_lanes_that_name_files_in_each_others_order_do_not_wait_for_ever(both: Both) -> None:
    first, second = both.add(), both.add()
    outcomes = await both.send_together(
        (both.one, FILE, element_of(first, second)), (both.other, FILE, element_of(second, first))
    )
    assert sorted(outcome.status for outcome in outcomes) == ["Errors", "Finished"]
    assert (both.users(first), both.users(second)) == (1, 1)


async def test_one_element_may_name_it_twice_and_two_elements_may_not(both: Both) -> None:
    file_id = both.add()
    assert await both.send(FILE, element_of(file_id, "{" + file_id.upper() + "}")) == refused()
    assert await both.send(MY_FILE, message(MY_FILE, MINE, files=file(file_id) * 2)) == refused()
    assert both.platform.rows(select(element)) == []
    assert (await both.send(PAGE, page_of((file_id, file_id), (file_id,)))).status == "Finished"
    assert both.users(file_id) == 1


async def test_a_list_with_one_used_file_makes_nothing(both: Both) -> None:
    used, good = both.add(), both.add()
    await both.send(FILE, element_of(used))
    assert await both.send(FILE, element_of(good, used)) == refused()
    assert both.users(good) == 0
    assert (await both.send(FILE, element_of(good), both.other)).status == "Finished"


async def test_a_message_that_failed_leaves_it_to_the_next_even_of_the_same_batch(both: Both) -> None:
    file_id = both.add()
    failing = element_of(file_id, where=USER)
    outcomes = await both.send_together(
        (both.one, FILE, failing), (both.one, FILE, element_of(file_id)), (both.one, FILE, element_of(file_id))
    )
    assert [outcome.status for outcome in outcomes] == ["Errors", "Finished", "Errors"]
    assert TEXT not in outcomes[0].texts
    assert outcomes[2] == refused()
    another = both.add()
    await both.send(FILE, element_of(another, where=USER))
    assert (await both.send(FILE, element_of(another), both.other)).status == "Finished"


async def test_an_element_keeps_it_through_its_own_update_and_a_second_does_not_get_it(both: Both) -> None:
    file_id = both.add()
    own = change(f"<Content>{stored_file('b.txt', file_id)}</Content>")
    outcomes = await both.send_together((both.one, CREATE, extension_of(file_id)), (both.one, UPDATE, own))
    assert [outcome.status for outcome in outcomes] == ["Finished", "Finished"]
    assert (await both.send(UPDATE, own, both.other)).status == "Finished"
    assert both.users(file_id) == 1
    files = both.platform.peers.files
    assert (files.released, files.confirmed[12, 3]) == ([(11, 1, file_id), (11, 2, file_id)], [file_id])
    second = both.add()
    await both.send(CREATE, extension_of(second, "ext-2"))
    theirs = change(f"<Content>{stored_file('b.txt', file_id)}</Content>", "ext-2")
    assert await both.send(UPDATE, theirs) == refused("ExtensionInstance")
    assert (both.users(file_id), both.users(second)) == (1, 1)


async def test_what_an_element_let_go_is_free_and_what_a_deleted_one_has_is_not(both: Both) -> None:
    old, new = both.add(), both.add()
    away = change(f"<Content>{stored_file('b.txt', new)}</Content>")
    outcomes = await both.send_together(
        (both.one, CREATE, extension_of(old)), (both.one, UPDATE, away), (both.one, FILE, element_of(old))
    )
    assert [outcome.status for outcome in outcomes] == ["Finished"] * 3
    gone = message(DELETE, f"<ContentSyncKey>ext-1</ContentSyncKey>{USER}<Reason>old</Reason>")
    assert (await both.send(DELETE, gone)).status == "Finished"
    assert await both.send(FILE, element_of(new), both.other) == refused()


async def test_a_lost_report_refuses_nobody_twice(both: Both) -> None:
    both.platform.peers.lanes.lose_reports = 1
    file_id = both.add()
    outcomes = await both.send_together(*[(both.one, FILE, element_of(file_id))] * 2)
    assert [outcome.status for outcome in outcomes] == ["Finished", "Errors"]
    assert await both.send(FILE, element_of(file_id), both.other) == refused()
    assert len(both.platform.rows(select(result))) == 3
    assert both.users(file_id) == 1
