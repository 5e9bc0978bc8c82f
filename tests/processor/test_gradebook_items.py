"""Which elements get an item in their course's gradebook, in the transaction that makes or changes them."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select

from lms.tables import element, gradebook_item
from tests.processor.assessment_world import add_assessment_world
from tests.processor.conftest import Platform
from tests.processor.messages import ASSIGNMENT, CREATE, INSTANCE, UPDATE, USER, WHERE, message

ACTIVITY = "Create.Course.Element.CustomActivity"
ITEMS = (
    select(element.c.sync_key, gradebook_item.c.course_id, gradebook_item.c.sync_key)
    .join(gradebook_item, gradebook_item.c.element_id == element.c.id)
    .order_by(element.c.sync_key)
)
LINK = "<Content><FileLinkContent><Link>https://a.example/</Link></FileLinkContent></Content>"


@pytest.fixture(autouse=True)
def assessment_world(engine: Engine) -> None:
    with engine.begin() as connection:
        add_assessment_world(connection)


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
