from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, insert, select

from cli.samples import samples_folder
from lms.tables import content_key, element, element_file, file_use, my_file
from runtime.server import Host
from services.processor.handler import own_handlers
from services.processor.service import ProcessorService
from tests.processor.conftest import Platform, settings_for
from tests.processor.messages import FILE, MY_FILE, TEST, USER, WHERE, file, message
from tests.processor.peers import Peers
from tests.processor.world import NOW

MINE = f"{USER}<Visibility>Public</Visibility>"


async def test_each_file_becomes_an_element_with_its_own_key(platform: Platform) -> None:
    files = platform.peers.files
    first, second = files.add(5, "plan.pdf", b"12345"), files.add(5, "b.txt")
    listed = file(first, Name="Plan", Comment="Read it", SyncKeyRef="K1") + file(second)
    outcome = await platform.send(FILE, message(FILE, WHERE, keys=["K1=file-1"], files=listed))
    assert outcome.status == "Finished"
    assert [detail[0::3] for detail in outcome.details] == [("File", "INFO")] * 2
    assert outcome.keys[0] == "file-1"
    assert UUID(outcome.keys[1])
    rows = platform.rows(select(element, element_file).join(element_file))
    assert [(row.title, row.name, row.comment, row.size) for row in rows] == [
        ("Plan", "plan.pdf", "Read it", 5),
        ("b.txt", "b.txt", "", 7),
    ]
    assert files.confirmed[11, 1] == sorted([first, second])


async def test_a_missing_file_among_others_is_a_warning_in_its_place(platform: Platform) -> None:
    files = platform.peers.files
    good, foreign = files.add(5, "a.txt"), files.add(6, "b.txt")
    listed = file(foreign) + file(good.upper()) + file("no guid")
    outcome = await platform.send(FILE, message(FILE, WHERE, files=listed))
    assert outcome.status == "Warnings"
    assert [(detail[1], detail[3]) for detail in outcome.details] == [
        ("Unable to find some files in the user's site.", "WARNING"),
        ("File created", "INFO"),
        ("File doesn't exist.", "WARNING"),
    ]
    assert platform.values(select(element_file.c.file_id)) == [good]
    assert files.confirmed[11, 1] == [good]


@pytest.mark.parametrize("body", [WHERE, MINE])
async def test_no_file_at_all_is_an_error(platform: Platform, body: str) -> None:
    message_type = FILE if body is WHERE else MY_FILE
    foreign = platform.peers.files.add(6, "b.txt")
    outcomes = [
        await platform.send(message_type, message(message_type, body, files=file(one)))
        for one in (foreign, str(uuid4()))
    ]
    assert outcomes[0] == outcomes[1]
    assert (outcomes[0].status, outcomes[0].texts) == ("Errors", ["Unable to find any files in the user's site."])
    assert platform.rows(select(file_use)) == []


async def test_a_reference_to_no_key_is_a_warning_and_the_file_is_made(platform: Platform) -> None:
    file_id = platform.peers.files.add(5, "a.txt")
    listed = file(file_id, SyncKeyRef="K9")
    outcome = await platform.send(FILE, message(FILE, WHERE, keys=["K1=file-1"], files=listed))
    assert (outcome.status, outcome.texts) == ("Warnings", ["Supplied SyncRefId not found."])
    assert platform.values(select(element.c.sync_key)) == outcome.keys


async def test_a_refused_message_lets_its_files_go(platform: Platform) -> None:
    file_id = platform.peers.files.add(5, "a.txt")
    outcome = await platform.send(FILE, message(FILE, USER, files=file(file_id)))
    assert outcome.status == "Errors"
    assert platform.peers.files.confirmed[11, 1] == []


async def test_personal_files_are_told_by_their_paths(platform: Platform) -> None:
    files = platform.peers.files
    listed = "".join(file(files.add(5, name)) for name in ("a.txt", "a.txt", "b"))
    outcome = await platform.send(MY_FILE, message(MY_FILE, MINE, files=listed))
    assert outcome.status == "Finished"
    assert outcome.texts == [r"\myfiles\a.txt", r"\myfiles\a (1).txt", r"\myfiles\b"]
    rows = platform.rows(select(my_file).order_by(my_file.c.id))
    assert [row.sync_key for row in rows] == outcome.keys
    assert {(row.owner_id, row.visibility, row.kind) for row in rows} == {(3, "Public", "File")}


async def test_a_personal_file_goes_into_its_owners_folder_only(platform: Platform) -> None:
    with platform.engine.begin() as connection:
        connection.execute(insert(content_key), [{"site_id": 5, "sync_key": key, "kind": "my_file"} for key in "pg"])
        row = {
            "site_id": 5, "owner_id": 3, "visibility": "Public", "kind": "Folder", "content_type": "", "size": 0,
            "comment": "", "created_at": NOW, "credential_id": 11, "message_id": 0,
        }  # fmt: skip
        folders = [
            {**row, "id": 501, "sync_key": "p", "name": "sub", "path": r"\myfiles\sub", "deleted_at": None},
            {**row, "id": 502, "sync_key": "g", "name": "old", "path": r"\myfiles\old", "deleted_at": NOW},
        ]
        connection.execute(insert(my_file), folders)
    listed = file(platform.peers.files.add(5, "a.txt"))
    texts = []
    for visibility, parent in (("Public", "p"), ("Private", "p"), ("Public", "g"), ("Public", "none")):
        body = f"{USER}<Visibility>{visibility}</Visibility><ParentSyncKey>{parent}</ParentSyncKey>"
        texts += (await platform.send(MY_FILE, message(MY_FILE, body, files=listed))).texts
    assert texts == [
        r"\myfiles\sub\a.txt",
        "ParentSyncKey cannot be found in the identifier map or is invalid.",
        "Folder related to ParentSyncKey has been deleted or removed.",
        "ParentSyncKey cannot be found in the identifier map or is invalid.",
    ]


async def test_a_name_that_leaves_its_folder_is_refused(platform: Platform) -> None:
    listed = file(platform.peers.files.add(5, "a.txt"), Name=r"..\a.txt")
    outcome = await platform.send(MY_FILE, message(MY_FILE, MINE, files=listed))
    assert outcome.texts == ["File name is blank or contains invalid characters."]


@pytest.mark.parametrize(("name", "extension"), [("virus.exe", ".exe"), ("Plan.JS ", ".js"), ("a.lnk.", ".lnk")])
async def test_a_new_name_of_a_denied_kind_is_refused(platform: Platform, name: str, extension: str) -> None:
    listed = file(platform.peers.files.add(5, "a.txt"), Name=name)
    outcome = await platform.send(MY_FILE, message(MY_FILE, MINE, files=listed))
    assert (outcome.status, outcome.texts) == ("Errors", [f"Files with extension '{extension}' are not allowed."])


async def test_a_new_name_needs_no_extension(platform: Platform) -> None:
    listed = file(platform.peers.files.add(5, "a.txt"), Name="Plan")
    assert (await platform.send(MY_FILE, message(MY_FILE, MINE, files=listed))).texts == [r"\myfiles\Plan"]


async def test_the_title_of_an_element_is_no_name_of_a_file(platform: Platform) -> None:
    listed = file(platform.peers.files.add(5, "a.txt"), Name="All about example.com")
    assert (await platform.send(FILE, message(FILE, WHERE, files=listed))).status == "Finished"
    rows = platform.rows(select(element, element_file).join(element_file))
    assert [(row.title, row.name) for row in rows] == [("All about example.com", "a.txt")]


async def test_messages_of_a_turn_share_their_calls_to_the_files_service(
    content_url: str, engine: Engine, peers_host: tuple[Peers, str]
) -> None:
    peers, address = peers_host
    settings = settings_for(content_url, address, processor_turn_milliseconds=60_000)
    host = Host(settings, [ProcessorService(settings, own_handlers())])
    await host.start()
    platform = Platform(peers, engine, host)
    files, lane = peers.files, platform.lane
    package = files.add(5, "a.zip", (samples_folder() / "qti" / "qtiworks-two-testparts.zip").read_bytes())
    single, gone = files.add(5, "b.txt"), str(uuid4())
    lane.leased = True
    for number in range(1, 11):
        platform.peers.lanes.put(lane, TEST, message(TEST, f"{WHERE}<Title>T</Title>", files=file(package)))
        shown = file(single) if number % 2 else file(gone)
        platform.peers.lanes.put(lane, FILE, message(FILE, WHERE, files=shown))
    lane.leased = False
    outcomes = [await platform.outcome(lane, place) for place in range(1, 21)]
    await host.stop()
    assert [outcome.status for outcome in outcomes] == ["Finished", "Finished", "Finished", "Errors"] * 5
    assert files.calls == {"ReserveFiles": 1, "ReadFile": 1, "ConfirmFiles": 1}
    expected = {(11, place): [package if place % 2 else single] for place in range(1, 21)}
    expected |= {(11, place): [] for place in range(4, 21, 4)}
    assert files.confirmed == expected
    assert len(platform.rows(select(element))) == 15
