from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from lms.tables import (
    element,
    element_link,
    element_test,
    file_use,
    package,
    package_item,
    test_definition,
    test_interaction,
    test_item,
)
from tests.processor.conftest import Platform
from tests.processor.messages import PACKAGE, TEST, WHERE, file, message

pytestmark = pytest.mark.usefixtures("assessment_world")

SAMPLES = Path(__file__).parents[2] / "samples"
GOLF = SAMPLES / "ims" / "rustici-golf-scorm2004-3rd-nested-22-items.zip"


def upload(platform: Platform, path: Path) -> str:
    return platform.peers.files.add(5, path.name, path.read_bytes())


async def test_a_package_of_many_pages_becomes_folders_of_links(platform: Platform) -> None:
    file_id = upload(platform, GOLF)
    outcome = await platform.send(PACKAGE, message(PACKAGE, WHERE, keys=["ims-1"], files=file(file_id)))
    assert outcome.status == "Finished"
    assert [(detail[0], detail[2], detail[3]) for detail in outcome.details] == [("IMSPackage", "ims-1", "INFO")]
    rows = platform.rows(select(element).order_by(element.c.id))
    top = rows[0]
    assert (top.kind, top.title, top.sync_key, top.parent_id) == (
        "Folder",
        "Golf Explained - Minimum Run-time Calls",
        "ims-1",
        None,
    )
    kinds = [row.kind for row in rows]
    assert (kinds.count("Folder"), kinds.count("Link")) == (5, 18)
    sections = [row.id for row in rows if row.parent_id == top.id]
    assert len(sections) == 4
    assert {row.parent_id for row in rows if row.kind == "Link"} == set(sections)
    links = platform.rows(select(element_link))
    assert all(link.link_type == "SCORM" and link.package_id is not None for link in links)
    assert all("?content=" in link.url for link in links if "launchpage" in link.url)
    assert platform.values(select(func.count()).select_from(package_item)) == [22]
    assert platform.values(select(file_use.c.file_id)) == [file_id]
    assert platform.peers.files.confirmed[11, 1] == [file_id]


async def test_a_package_can_be_one_link(platform: Platform) -> None:
    body = f"{WHERE}<Title>Golf</Title><ImportAsSingle>1</ImportAsSingle>"
    outcome = await platform.send(PACKAGE, message(PACKAGE, body, files=file(upload(platform, GOLF))))
    assert outcome.status == "Finished"
    row = platform.rows(select(element))[0]
    assert (row.kind, row.title) == ("IMSPackage", "Golf")
    assert len(platform.rows(select(element_link))) == 1
    items = platform.rows(select(package_item.c.element_id))
    assert [item.element_id for item in items] == [None] * 22


async def test_an_imperfect_package_is_imported_and_the_detail_says_so(platform: Platform) -> None:
    path = SAMPLES / "ims" / "adl-scorm2004-4th-CM-07b-declares-missing-jar.zip"
    outcome = await platform.send(PACKAGE, message(PACKAGE, WHERE, files=file(upload(platform, path))))
    assert outcome.status == "Finished"
    assert "LMSTest.jar" in outcome.texts[0]


@pytest.mark.parametrize("name", ["BadManifest", "NotContentPackage", "MissingFile"])
async def test_a_broken_package_is_refused_with_a_reason(platform: Platform, name: str) -> None:
    broken = upload(platform, SAMPLES / "qti" / "invalid" / f"qtiworks-{name}.zip")
    body = f"{WHERE}<Title>Quiz</Title>"
    outcome = await platform.send(TEST, message(TEST, body, files=file(broken)))
    assert outcome.status == "Errors"
    assert outcome.texts[0].startswith("Invalid content: ")
    assert platform.rows(select(element)) == []
    assert platform.peers.files.confirmed[11, 1] == []
    assert platform.rows(select(package)) == []


@pytest.mark.parametrize("message_type", [PACKAGE, TEST])
async def test_a_package_that_is_not_there_is_refused(platform: Platform, message_type: str) -> None:
    foreign = platform.peers.files.add(6, GOLF.name, GOLF.read_bytes())
    body = f"{WHERE}<Title>Quiz</Title>"
    outcome = await platform.send(message_type, message(message_type, body, files=file(foreign)))
    assert outcome.texts == ["Unable to find file matching the supplied GUID."]


async def test_what_is_no_zip_is_refused(platform: Platform) -> None:
    file_id = platform.peers.files.add(5, "a.zip", b"PK" + b"\0" * 500_000)
    outcome = await platform.send(PACKAGE, message(PACKAGE, WHERE, files=file(file_id)))
    assert outcome.status == "Errors"
    assert outcome.texts[0].startswith("Invalid content: ")


async def test_a_test_holds_its_questions_interactions_and_scores(platform: Platform) -> None:
    file_id = upload(platform, SAMPLES / "qti" / "qtiworks-webdeveloper-test-9-items.zip")
    body = (
        f"{WHERE}<Title>Quiz</Title><Description>&lt;b&gt;Go&lt;/b&gt;&lt;script&gt;x&lt;/script&gt;</Description>"
        "<Deadline>2026-12-24T12:00:00+01:00</Deadline><Assessment>2</Assessment><UseScore>1</UseScore>"
        "<MaxTime>30</MaxTime><ShowResults>AfterAll</ShowResults>"
    )
    outcome = await platform.send(TEST, message(TEST, body, keys=["tst-1"], files=file(file_id)))
    assert outcome.status == "Finished"
    assert outcome.keys == ["tst-1"]
    row = platform.rows(select(element, element_test).join(element_test))[0]
    assert (row.kind, row.description, row.use_score, row.max_time) == ("Test", "<b>Go</b>", True, 30)
    assert (row.deadline.isoformat(), row.show_results) == ("2026-12-24T11:00:00+00:00", "AfterAll")
    items = platform.rows(select(test_item).order_by(test_item.c.position))
    assert len(items) == 9
    assert all(item.xml.startswith(b"<") and item.responses for item in items)
    interactions = platform.rows(select(test_interaction))
    assert {one.kind for one in interactions} >= {"choice"}
    assert all(one.choices for one in interactions)
    assert platform.values(select(test_definition.c.parts))[0][0]["sections"]


async def test_several_tests_of_one_package_are_all_kept(platform: Platform) -> None:
    file_id = upload(platform, SAMPLES / "qti" / "qtiworks-many-tests-one-package.zip")
    outcome = await platform.send(TEST, message(TEST, f"{WHERE}<Title>Quiz</Title>", files=file(file_id)))
    assert outcome.status == "Finished"
    assert len(platform.rows(select(test_definition))) == 14
    assert len(platform.rows(select(test_item))) == 4


async def test_two_packages_in_one_message_are_refused(platform: Platform) -> None:
    files = file(upload(platform, GOLF)) * 2
    outcome = await platform.send(PACKAGE, message(PACKAGE, WHERE, files=files))
    assert outcome.texts == ["Exactly one file needs to be specified."]
