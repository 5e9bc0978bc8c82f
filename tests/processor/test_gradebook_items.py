"""Which elements get an item in their course's gradebook, in the transaction that makes or changes them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.tables import element, gradebook_item
from tests.processor.conftest import Platform
from tests.processor.messages import ASSIGNMENT, CREATE, INSTANCE, TEST, UPDATE, USER, WHERE, message
from tests.processor.test_rules import refusals

ACTIVITY = "Create.Course.Element.CustomActivity"
ITEMS = (
    select(element.c.sync_key, gradebook_item.c.course_id, gradebook_item.c.sync_key)
    .join(gradebook_item, gradebook_item.c.element_id == element.c.id)
    .order_by(element.c.sync_key)
)
LINK = "<Content><FileLinkContent><Link>https://a.example/</Link></FileLinkContent></Content>"


pytestmark = pytest.mark.usefixtures("assessment_world")


async def test_elements_with_something_to_assess_have_an_item(platform: Platform) -> None:
    async def make(kind: str, key: str, members: str = "", where: str = f"{WHERE}<Title>T</Title>") -> None:
        outcome = await platform.send(kind, message(kind, where + members, keys=[key]))
        assert outcome.status == "Finished", outcome.texts

    def tool(location: str, scale: str = "") -> str:
        properties = f"<ElementProperties>{scale}</ElementProperties>"
        return f"<Location>{location}</Location><ExtensionId>5000</ExtensionId>{LINK}{properties}"

    scale, points = "<AssessmentScale>1</AssessmentScale>", "<MaxScore>5</MaxScore>"
    await make(ACTIVITY, "a activity")
    await make(ASSIGNMENT, "b graded", "<Assessment>1</Assessment>")
    await make(ASSIGNMENT, "b points", points)
    await make(ASSIGNMENT, "b neither")
    await make(CREATE, "c tool", tool("Course", scale))
    await make(CREATE, "c plain", tool("Course"))
    await make(CREATE, "c library", tool("Library", scale), f"{USER}<Title>T</Title>")
    await make(INSTANCE, "d shown", "<ContentSyncKey>c library</ContentSyncKey>", WHERE)
    expected = ["a activity", "b graded", "b points", "c tool", "d shown"]
    assert platform.rows(ITEMS) == [(key, 7, None) for key in expected]

    for key in ("c plain", "c plain", "c tool", "c library"):
        body = f"<ContentSyncKey>{key}</ContentSyncKey>{USER}<ElementProperties>{scale}</ElementProperties>"
        assert (await platform.send(UPDATE, message(UPDATE, body))).status == "Finished"
    assert platform.rows(ITEMS) == [(key, 7, None) for key in sorted([*expected, "c plain"])]


@pytest.mark.parametrize("location", ["Course", "Library"])
async def test_a_scale_of_neither_the_site_nor_the_course_is_refused(platform: Platform, location: str) -> None:
    """Scale 2 is of the course, 3 of another one, 4 deleted, 5 of another site; the library has those of the site."""
    titled = f"{WHERE}<Title>T</Title>"
    tool = f"<Location>{location}</Location><ExtensionId>5000</ExtensionId>{LINK}"
    await platform.send(CREATE, message(CREATE, titled + tool, keys=["tool"]))
    bodies = {CREATE: titled + tool, UPDATE: f"<ContentSyncKey>tool</ContentSyncKey>{USER}"}
    wrong = [*([2] if location == "Library" else []), 3, 4, 5, 99, -1]
    for kind, body in bodies.items():
        sent = [f"<ElementProperties><AssessmentScale>{one}</AssessmentScale></ElementProperties>" for one in wrong]
        texts = await refusals(platform, kind, [message(kind, body + one) for one in sent])
        assert texts == [["Assessment scale with specified AssessmentScale is not valid."]] * len(wrong)
    if location == "Course":
        for kind in (ASSIGNMENT, TEST):
            sent = [message(kind, f"{titled}<Assessment>{one}</Assessment>") for one in wrong]
            for found in await refusals(platform, kind, sent):
                assert "Assessment scale with specified Assessment is not valid." in found
        points = message(ASSIGNMENT, f"{titled}<MaxScore>-1</MaxScore>")
        assert await refusals(platform, ASSIGNMENT, [points]) == [["MaxScore must not be negative."]]
    assert platform.rows(ITEMS) == []
