"""Read.Course.Gradebook.Assessments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from organisation.v1.read_base_pb2 import PagedRequestBase
from organisation.v1.read_gradebook_assessments_pb2 import ReadCourseGradebookAssessmentsRequest as Assessments

from lms import tables
from runtime.timestamps import timestamp
from tests.files.peers import Credential
from tests.read.conftest import NO_COURSE, Running
from tests.read.content import NOW
from tests.read.gradebooks import NEVER, activity, assessment, category, item, person, read, refusals, refused


def pairs(answer: Any) -> list[tuple[int, int]]:
    assert answer.base.total == len(answer.assessments)
    return [(one.gradebook_item_id, one.person_id) for one in answer.assessments]


async def test_assessments_are_shown_and_found_by_every_filter(running: Running) -> None:
    content = running.content
    course_id, other = content.course(3, "bio"), content.course(3, "other")
    anna, ben = person(content, 3, "anna"), person(content, 3, "ben")
    gone, staff = person(content, 3, "gone", deleted=True), person(content, 3, "staff")
    scale_id = content.roster(tables.assessment_scale, 3, "s", title="S", description="", totals="")
    grade = content.roster(tables.assessment_item, 3, "g", scale_id=scale_id, title="Good", position=1)
    kind = category(content, 3, "k")
    term_id = content.term(3, "t", None, None)
    essay = item(content, course_id, "essay", category_id=kind, term_id=term_id)
    lab = activity(content, course_id, scale_id, 20)
    bare, removed = activity(content, course_id, None, None), item(content, course_id, "removed", deleted=True)
    elsewhere = item(content, other, "elsewhere")
    later = NOW + timedelta(days=1)
    more = {"assessment_item_id": grade, "score": 17.5, "comment": "<p>Fine</p>", "evaluator_id": staff}
    assessment(content, course_id, lab, anna, status="Completed", assessed_at=later, **more)
    assessment(content, course_id, essay, ben, evaluator_id=gone)
    assessment(content, course_id, lab, ben)
    for item_id, person_id in ((bare, anna), (removed, anna), (lab, gone)):
        assessment(content, course_id, item_id, person_id)
    assessment(content, course_id, essay, anna, deleted=True)
    assessment(content, other, elsewhere, anna)

    async def found(**filters: Any) -> list[tuple[int, int]]:
        return pairs(await read(running, Assessments(course_id=course_id, **filters)))

    answer = await read(running, Assessments(course_sync_key="bio", include_feedback=True))
    assert pairs(answer) == [(lab, anna), (essay, ben), (lab, ben)]
    first, second, _ = answer.assessments
    assert (first.person_sync_key, first.status, first.assessment_item_id) == ("anna", "Completed", grade)
    assert (first.score, first.feedback, first.assessed_by_person_id) == (17.5, "<p>Fine</p>", staff)
    assert first.assessment_date == timestamp(later)
    assert (second.status, second.feedback) == ("", "")
    for unset in ("score", "assessment_item_id", "assessed_by_person_id"):
        assert not second.HasField(unset)
    silent = await read(running, Assessments(course_id=course_id))
    assert [one.feedback for one in silent.assessments] == ["", "", ""]

    assert await found(gradebook_item_id_list=[essay, essay, elsewhere, bare, -1, 99_999]) == [(essay, ben)]
    assert await found(gradebook_item_id_list=[elsewhere]) == []
    assert await found(category_id=kind) == await found(term_id=term_id) == [(essay, ben)]
    assert await found(category_id=0) == await found(term_id=0) == [(lab, anna), (lab, ben)]
    assert await found(person_id=ben) == await found(person_sync_key="ben") == [(essay, ben), (lab, ben)]
    assert await found(from_date=timestamp(NOW)) == [(lab, anna)]
    assert await found(from_date=timestamp(NOW - timedelta(microseconds=1))) == pairs(answer)
    assert await found(from_date=timestamp(later)) == []
    assert await found(person_id=ben, gradebook_item_id_list=[lab], category_id=0) == [(lab, ben)]

    pages = [await read(running, Assessments(course_id=course_id, base=PagedRequestBase(page_size=2)))]
    token = PagedRequestBase(page_size=2, page_token=pages[0].base.next_page_token)
    pages.append(await read(running, Assessments(course_id=course_id, base=token)))
    by_number = PagedRequestBase(page_index=1, page_size=2)
    assert pages[1] == await read(running, Assessments(course_id=course_id, base=by_number))
    shown = [(one.gradebook_item_id, one.person_id) for page in pages for one in page.assessments]
    assert (shown, pages[1].base.next_page_token) == (pairs(answer), "")


async def test_what_is_wrong_is_refused(running: Running) -> None:
    content = running.content
    course_id, off = content.course(3, "bio"), content.course(3, "off", use_assessment_record=False)
    person(content, 4, "foreign")
    gone = person(content, 3, "gone", deleted=True)
    of_bio: list[dict[str, Any]] = [
        {"person_id": 1, "person_sync_key": "x"},
        {"person_id": 0},
        {"person_id": gone},
        {"person_sync_key": "foreign"},
        {"person_sync_key": "\0"},
        {"from_date": NEVER},
        {"from_date": Timestamp(seconds=-(2**60))},
        {"gradebook_item_id_list": range(1001)},
        {"base": PagedRequestBase(page_index=-1)},
        {"base": PagedRequestBase(page_token="W10")},
    ]
    asked = [Assessments(course_id=course_id, **wrong) for wrong in of_bio]
    nobody = "Person with specified PersonId/PersonSyncKey/Username is not valid."
    moment = "from_date is no moment between the years 1 and 9999."
    assert [text for _, _, text in await refusals(running, asked)] == [
        "You are not allowed to enter both PersonId and PersonSyncKey",
        *[nobody] * 4,
        moment,
        moment,
        "GradebookItemIdList has more than 1000 items.",
        "PageIndex must not be negative.",
        "page_token is not one that this service gave.",
    ]
    asked = [Assessments(), Assessments(course_id=off), Assessments(course_sync_key="unknown")]
    assert [text for _, _, text in await refusals(running, asked)] == [
        "Either CourseId or CourseSyncKey must be specified.",
        "Assessment record is not enabled for the specified course.",
        NO_COURSE[2],
    ]


async def test_a_narrowed_credential_sees_its_organisations_people_alone(running: Running) -> None:
    content = running.content
    school, college = content.organisation(3, "school"), content.organisation(3, "college")
    course_id = content.course(3, "bio", organisation_id=school)
    anna, ben = person(content, 3, "anna"), person(content, 3, "ben")
    for person_id, organisation_id in ((anna, school), (anna, college), (ben, college)):
        row = {"person_id": person_id, "organisation_id": organisation_id, "position": organisation_id}
        content.insert(tables.person_organisation, **row)
    essay = item(content, course_id, "essay")
    assessment(content, course_id, essay, anna, evaluator_id=ben)
    assessment(content, course_id, essay, ben, evaluator_id=ben)
    narrowed = running.peers.access.add(Credential(8, 3, organisations=("school",)))
    answer = await read(running, Assessments(course_id=course_id), narrowed)
    assert pairs(answer) == [(essay, anna)]
    assert not answer.assessments[0].HasField("assessed_by_person_id")
    asked = Assessments(course_id=course_id, person_id=ben)
    unknown = Assessments(course_id=course_id, person_id=99_999)
    assert await refused(running, asked, narrowed) == await refused(running, unknown, narrowed)
    outside = running.peers.access.add(Credential(9, 3, organisations=("college",)))
    assert await refused(running, asked, outside) == NO_COURSE
