from __future__ import annotations

from datetime import UTC, datetime

from lms import tables
from services.read.activities import moment_text
from tests.read.conftest import Running
from tests.read.elements import content_of

DEADLINE = datetime(2031, 3, 1, 12, 30, tzinfo=UTC)
PERIOD = {"active_from": datetime(2031, 2, 1, tzinfo=UTC), "active_to": datetime(2031, 4, 1, 22, 0, 0, 500000, UTC)}
IN_PERIOD = [("ActiveFrom", "2031-02-01T00:00:00Z"), ("ActiveTo", "2031-04-01T22:00:00.5Z")]
ALWAYS = [("ActiveFrom", None), ("ActiveTo", None)]
BARE = {"deadline": None, "mandatory": False, "use_groups": "false", "plagiarism": False, "anonymous": False}
FULL = {
    "deadline": DEADLINE,
    "mandatory": True,
    "assessment_scale": 4,
    "max_score": 0,
    "use_groups": "true",
    "plagiarism": True,
    "anonymous": True,
}


async def test_an_assignments_content_has_its_settings_and_its_files_in_order(running: Running) -> None:
    content = running.content
    course_id = content.course(3, "bio")
    full = content.element(3, course_id, "Assignment", "Essay", description="<p>Write</p>", position=1)
    bare = content.element(3, course_id, "Assignment", "Bare", position=2)
    content.insert(tables.element_assignment, element_id=full, **FULL)
    content.insert(tables.element_active_period, element_id=full, **PERIOD)
    content.insert(tables.element_assignment, element_id=bare, **BARE)
    for position, name in ((2, "b.png"), (1, "a.png")):
        content.insert(
            tables.assignment_file,
            element_id=full,
            position=position,
            file_id=f"id of {name}",
            name=name,
            content_type="image/png",
            size=5,
        )
    listed = (await running.elements(course_id=course_id, include_content=True)).course_elements
    assert [one.type for one in listed] == ["Assignment", "Assignment"]
    files = [
        ("File", [("ContentType", "image/png"), ("FileLink", None), ("Location", f"id of {name}"), ("Name", name)])
        for name in ("a.png", "b.png")
    ]
    assert content_of(listed[0]) == (
        "a:ResourceAssignmentContent",
        [
            *IN_PERIOD,
            ("Assessment", "4"),
            ("Deadline", "2031-03-01T12:30:00Z"),
            ("Description", "<p>Write</p>"),
            ("Files", files),
            ("Mandatory", "true"),
            ("MaxScore", "0"),
            ("Plagiarism", "true"),
            ("UseAnonymousSubmission", "true"),
            ("UseGroups", "true"),
        ],
    )
    assert content_of(listed[1])[1] == [
        *ALWAYS,
        ("Assessment", None),
        ("Deadline", None),
        ("Description", None),
        ("Files", None),
        ("Mandatory", "false"),
        ("MaxScore", None),
        ("Plagiarism", "false"),
        ("UseAnonymousSubmission", "false"),
        ("UseGroups", "false"),
    ]
    for one in listed:
        assert await running.element(course_id=course_id, element_id=one.element_id, include_content=True) == one


async def test_a_surveys_content_has_its_questions_with_their_labels_in_order(running: Running) -> None:
    content = running.content
    course_id = content.course(3, "bio")
    number = content.element(3, course_id, "Survey", "Lunch", description="<p>Hi</p>")
    content.insert(tables.element_survey, element_id=number, deadline=DEADLINE, type="Public", anonymous=True)
    content.insert(tables.element_active_period, element_id=number, **PERIOD)
    for position, kind, most in ((3, "Open", None), (1, "MultipleChoice", 0), (2, "Matrix", None)):
        content.insert(
            tables.survey_question, element_id=number, position=position, kind=kind, text=kind, max_choices=most
        )
    labels = (
        (1, "MultipleChoice", "Alternative", 2, "Bread"),
        (1, "MultipleChoice", "Alternative", 1, "Soup"),
        (2, "Matrix", "Row", 1, "Taste"),
        (2, "Matrix", "Column", 2, "Bad"),
        (2, "Matrix", "Column", 1, "Good"),
    )
    for question, kind, label, position, text in labels:
        content.insert(
            tables.survey_label,
            element_id=number,
            question=question,
            question_kind=kind,
            kind=label,
            position=position,
            text=text,
        )
    element = await running.element(course_id=course_id, element_id=number, include_content=True)

    def shown(*texts: str) -> list[object]:
        return [("Label", [("Text", text)]) for text in texts]

    choice = [
        ("Alternatives", shown("Soup", "Bread")),
        ("Columns", None),
        ("MaxAlternativesToSelect", "0"),
        ("Rows", None),
        ("Text", "MultipleChoice"),
        ("Type", "MultipleChoice"),
    ]
    matrix = [
        ("Alternatives", None),
        ("Columns", shown("Good", "Bad")),
        ("MaxAlternativesToSelect", None),
        ("Rows", shown("Taste")),
        ("Text", "Matrix"),
        ("Type", "Matrix"),
    ]
    opened = [(name, None) for name in ("Alternatives", "Columns", "MaxAlternativesToSelect", "Rows")]
    assert content_of(element) == (
        "a:ResourceSurveyContent",
        [
            *IN_PERIOD,
            ("Anonymous", "true"),
            ("Deadline", "2031-03-01T12:30:00Z"),
            ("Introduction", "<p>Hi</p>"),
            (
                "Questions",
                [
                    ("Question", choice),
                    ("Question", matrix),
                    ("Question", [*opened, ("Text", "Open"), ("Type", "Open")]),
                ],
            ),
            ("Type", "Public"),
        ],
    )


def test_a_moment_has_as_many_digits_as_it_needs() -> None:
    assert moment_text(DEADLINE.replace(microsecond=500_000)) == "2031-03-01T12:30:00.5Z"
    assert moment_text(DEADLINE.replace(year=1)) == "0001-03-01T12:30:00Z"
    assert moment_text(None) is None


async def test_a_custom_activity_shows_its_settings_and_is_active_in_its_period_alone(running: Running) -> None:
    content = running.content
    course_id = content.course(3, "bio")
    begun, ended = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
    scale = content.roster(tables.assessment_scale, 3, "scale", title="S", description="", totals="")
    for position, (active_from, active_to) in enumerate(
        ((begun, None), (None, ended), (DEADLINE, None), (None, DEADLINE), (None, None)), 1
    ):
        number = content.element(3, course_id, "CustomActivity", "Run", description="<p>Run</p>", position=position)
        full = {"deadline": DEADLINE, "max_score": 0, "assessment_scale_id": scale, "status_id": 2}
        more = full if position == 1 else {}
        content.insert(tables.element_custom_activity, element_id=number, site_id=3, mandatory=position == 1, **more)
        if active_from or active_to:
            period = {"active_from": active_from, "active_to": active_to}
            content.insert(tables.element_active_period, element_id=number, **period)
    folder = content.element(3, course_id, "Folder", "Later")
    content.insert(tables.element_active_period, element_id=folder, active_from=DEADLINE)
    answer = await running.elements(course_id=course_id, include_content=True)
    assert [one.active for one in answer.course_elements] == [True, False, False, True, True]
    assert [one.active for one in answer.course_folders] == [False]
    assert content_of(answer.course_elements[0]) == (
        "a:ResourceCustomActivityContent",
        [
            ("ActiveFrom", "2020-01-01T00:00:00Z"),
            ("ActiveTo", None),
            ("Assessment", str(scale)),
            ("Deadline", "2031-03-01T12:30:00Z"),
            ("Description", "<p>Run</p>"),
            ("Mandatory", "true"),
            ("MaxScore", "0"),
            ("StatusId", "2"),
        ],
    )
    bare = [("ActiveFrom", None), ("ActiveTo", "2021-01-01T00:00:00Z"), ("Assessment", None), ("Deadline", None)]
    assert content_of(answer.course_elements[1])[1][:4] == bare
