from __future__ import annotations

from html import escape
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from lms.tables import element, element_survey, survey_label, survey_question
from tests.processor.conftest import Platform
from tests.processor.messages import FOLDER, SURVEY, USER, WHERE, folder, message
from tests.processor.peers import Lane
from tests.processor.placements import DUPLICATE, NO_COURSE, REFUSED, VENDORS, add_neighbours
from tests.processor.test_rules import refusals
from tests.processor.world import OTHER_SITE, SITE

LUNCH = "<Title>Lunch</Title>"
LABELS = (
    select(survey_label.c.question, survey_label.c.kind, survey_label.c.text)
    .order_by(survey_label.c.question, survey_label.c.kind, survey_label.c.position)
)  # fmt: skip


def survey(more: str = "", *, where: str = WHERE, title: str = LUNCH, **rest: object) -> str:
    return message(SURVEY, f"{where}{title}{more}", **rest)  # type: ignore[arg-type]


def question(kind: str, more: str = "", text: str = "What?") -> str:
    return f"<Question><Text>{escape(text)}</Text><Type>{kind}</Type>{more}</Question>"


def asked(*questions: str) -> str:
    return survey(f"<Questions>{''.join(questions)}</Questions>")


def labels(wrapper: str, *texts: str) -> str:
    name = wrapper.removesuffix("s")
    return f"<{wrapper}>{''.join(f'<{name}>{text}</{name}>' for text in texts)}</{wrapper}>"


SOUP = labels("Alternatives", "Soup")
GRID = labels("Rows", "Taste", "Size") + labels("Columns", "Good", "Bad", "Awful")


async def test_a_survey_keeps_its_settings_and_its_questions_in_order(platform: Platform) -> None:
    more = (
        "<Introduction>&lt;b&gt;Hi&lt;/b&gt;&lt;script&gt;x&lt;/script&gt;</Introduction>"
        "<Deadline>2026-12-24T12:00:00+01:00</Deadline><Type>Public</Type><Anonymous>1</Anonymous><Questions>"
        + question("MultipleChoice", labels("Alternatives", "Soup", "Bread", "Soup"), "<i>Like?</i>")
        + question("YesNo", text="Eat?")
        + question("Matrix", GRID, "Good?")
        + question("Open", text="Else?<script>x</script>")
        + "</Questions>"
    )
    outcome = await platform.send(SURVEY, survey(more, keys=["sur-1"], vendor="acme"))
    assert outcome.status == "Finished"
    assert outcome.details == [("Survey", "Survey created", "sur-1", "INFO")]
    row = platform.rows(select(element, element_survey).join(element_survey))[0]
    assert (row.kind, row.course_id, row.creator_id, row.vendor_id, row.active) == ("Survey", 7, 3, "acme", True)
    assert (row.title, row.description, row.sync_key) == ("Lunch", "<b>Hi</b>", "sur-1")
    assert (row.deadline.isoformat(), row.type, row.anonymous) == ("2026-12-24T11:00:00+00:00", "Public", True)
    questions = platform.rows(select(survey_question).order_by(survey_question.c.position))
    assert [(one.position, one.kind, one.text, one.max_choices) for one in questions] == [
        (1, "MultipleChoice", "<i>Like?</i>", 1),
        (2, "YesNo", "Eat?", None),
        (3, "Matrix", "Good?", None),
        (4, "Open", "Else?", None),
    ]
    assert [tuple(one) for one in platform.rows(LABELS)] == [
        (1, "Alternative", "Soup"),
        (1, "Alternative", "Bread"),
        (1, "Alternative", "Soup"),
        (3, "Column", "Good"),
        (3, "Column", "Bad"),
        (3, "Column", "Awful"),
        (3, "Row", "Taste"),
        (3, "Row", "Size"),
    ]


async def test_what_a_message_does_not_speak_of_has_its_default(platform: Platform) -> None:
    outcome = await platform.send(SURVEY, survey())
    row = platform.rows(select(element, element_survey).join(element_survey))[0]
    assert (row.description, row.deadline, row.type, row.anonymous) == ("", None, "Internal", False)
    assert outcome.keys == [row.sync_key]
    assert platform.rows(select(survey_question)) == []


@pytest.mark.parametrize("count", [1, 50])
async def test_a_question_has_up_to_fifty_alternatives(platform: Platform, count: int) -> None:
    texts = [f"Dish {number}" for number in range(count)]
    more = f"<MaxAlternativesToSelect>0</MaxAlternativesToSelect>{labels('Alternatives', *texts)}"
    assert (await platform.send(SURVEY, asked(question("MultipleChoice", more)))).status == "Finished"
    assert platform.values(select(survey_question.c.max_choices)) == [0]
    assert [one.text for one in platform.rows(LABELS)] == texts


NEEDS = "Invalid content: {} need to be specified for question {} of type {}."
HAS_NONE = "Invalid content: {} must not be specified for question {} of type {}."
NO_TEXT = "Invalid content: the text of question {} is blank."
BROKEN = [
    ([question("MultipleChoice")], [NEEDS.format("Alternatives", 1, "MultipleChoice")]),
    ([question("Open"), question("Matrix", labels("Rows", "a"))], [NEEDS.format("Columns", 2, "Matrix")]),
    ([question("Matrix")], [NEEDS.format("Rows", 1, "Matrix"), NEEDS.format("Columns", 1, "Matrix")]),
    ([question("YesNo", SOUP)], [HAS_NONE.format("Alternatives", 1, "YesNo")]),
    ([question("Open", labels("Columns", "a"))], [HAS_NONE.format("Columns", 1, "Open")]),
    (
        [question("MultipleChoice", SOUP + labels("Rows", "a"))],
        [HAS_NONE.format("Rows", 1, "MultipleChoice")],
    ),
    ([question("Matrix", GRID + SOUP)], [HAS_NONE.format("Alternatives", 1, "Matrix")]),
    (
        [question("YesNo"), question("Open", text=" "), question("Open", text="<script>x</script>")],
        [NO_TEXT.format(2), NO_TEXT.format(3)],
    ),
    (
        [question("MultipleChoice", f"<MaxAlternativesToSelect>-1</MaxAlternativesToSelect>{SOUP}")],
        ["Invalid content: MaxAlternativesToSelect of question 1 must not be negative."],
    ),
]


async def test_questions_that_nobody_could_answer_are_refused(platform: Platform) -> None:
    texts = await refusals(platform, SURVEY, [asked(*questions) for questions, _ in BROKEN])
    assert texts == [expected for _, expected in BROKEN]
    assert platform.rows(select(element)) == []


async def test_the_shared_rules_hold(platform: Platform) -> None:
    await add_neighbours(platform)
    broken = {
        **{survey(where=where): text for where, text in REFUSED.items()},
        **{survey(vendor=vendor): text for vendor, text in VENDORS.items()},
        survey(title="<Title> </Title>"): "Title is blank or contains invalid characters.",
        survey(title=f"<Title>{'x' * 256}</Title>"): "Title must not be longer than 255 characters.",
        survey(keys=["link"]): DUPLICATE,
    }
    texts = await refusals(platform, SURVEY, list(broken))
    assert texts == [[text] for text in broken.values()]
    assert platform.rows(select(element_survey)) == []


async def test_a_survey_in_a_folder(platform: Platform) -> None:
    await platform.send(FOLDER, folder(key="week-1"))
    assert (await platform.send(SURVEY, survey("<ParentSyncKey>week-1</ParentSyncKey>"))).status == "Finished"
    parent, inside = platform.rows(select(element).order_by(element.c.id))
    assert (inside.parent_id, inside.position) == (parent.id, 1)


async def test_another_site_and_another_school_see_no_course(platform: Platform) -> None:
    narrow = Lane(2, 12, SITE, organisations=("school-b",))
    assert (await platform.send(SURVEY, survey(), narrow)).texts == [NO_COURSE]
    elsewhere = f"<CourseSyncKey>crs-8</CourseSyncKey>{USER}"
    assert (await platform.send(SURVEY, survey(where=elsewhere), narrow)).status == "Finished"
    where = "<CourseSyncKey>crs-7</CourseSyncKey><UserId>9</UserId>"
    assert (await platform.send(SURVEY, survey(where=where), Lane(3, 13, OTHER_SITE))).texts == [NO_COURSE]


async def test_the_database_keeps_labels_to_their_questions(platform: Platform) -> None:
    await platform.send(SURVEY, asked(question("MultipleChoice", SOUP), question("Matrix", GRID)))
    label: dict[str, Any] = platform.rows(select(survey_label).where(survey_label.c.question == 1))[0]._asdict()
    wrong: tuple[dict[str, Any], ...] = (
        {"position": 51},
        {"position": 0},
        {"position": 2, "text": ""},
        {"position": 2, "kind": "Row"},
        {"position": 2, "question": 2},
        {"position": 2, "question": 2, "question_kind": "Matrix"},
        {"position": 2, "question": 3},
        {},
    )
    for change in wrong:
        with pytest.raises(IntegrityError), platform.engine.begin() as connection:
            connection.execute(insert(survey_label), {**label, **change})
    with platform.engine.begin() as connection:
        connection.execute(insert(survey_label), {**label, "position": 50})
