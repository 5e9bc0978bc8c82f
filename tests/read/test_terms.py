from __future__ import annotations

from datetime import UTC, date, datetime

from organisation.v1 import read_courses_pb2
from organisation.v1 import read_terms_pb2 as pb
from organisation.v1.read_base_pb2 import PagedRequestBase

from tests.files.peers import Credential
from tests.read.conftest import NO_COURSE, Running


def keys(answer: pb.ReadTermsResponse) -> list[str]:
    return [term.sync_key for term in answer.terms]


async def test_terms_come_by_id_all_or_those_of_a_course(running: Running) -> None:
    content = running.content
    school, closed = content.organisation(3, "school"), content.organisation(3, "closed", deleted=True)
    autumn = content.term(
        3, "autumn", date(2031, 8, 1), date(2032, 1, 31), description="Short days", organisation_id=school
    )
    content.term(3, "unused", None, date(9999, 12, 31), organisation_id=closed)
    ended = content.term(3, "ended", None, None, deleted=True)
    foreign = content.term(4, "foreign", None, None)
    biology, old = content.course(3, "bio"), content.course(3, "old", is_archived=True)
    gone, theirs = content.course(3, "gone", deleted=True), content.course(4, "theirs")
    content.term_of(autumn, biology, old, gone)
    content.term_of(ended, biology)
    content.term_of(foreign, theirs)
    answer = await running.terms()
    assert (keys(answer), answer.base.total, answer.base.page_size) == (["autumn", "unused"], 2, 100)
    shown, plain = answer.terms
    assert (shown.term_id, shown.name, shown.description) == (autumn, "Term autumn", "Short days")
    assert (shown.organisation_id, shown.organisation_sync_key) == (school, "school")
    assert shown.start_date.ToDatetime(UTC) == datetime(2031, 8, 1, tzinfo=UTC)
    assert shown.end_date.ToDatetime(UTC) == datetime(2032, 1, 31, tzinfo=UTC)
    assert (plain.description, plain.organisation_sync_key) == ("", "")
    assert not plain.HasField("start_date")
    assert not plain.HasField("organisation_id")
    for course_id in (biology, old):
        assert keys(await running.terms(course_id=course_id)) == ["autumn"]
    assert keys(await running.terms(course_sync_key="bio")) == ["autumn"]
    for unknown in (gone, theirs, 99_999, -1, 0):
        assert await running.refused("terms", course_id=unknown) == NO_COURSE
    for key in ("gone", "theirs", "\0", "x" * 10_000):
        assert await running.refused("terms", course_sync_key=key) == NO_COURSE
    both = "You are not allowed to enter both CourseId and CourseSyncKey."
    refusal = await running.refused("terms", course_id=biology, course_sync_key="bio")
    assert refusal == ("INVALID_ARGUMENT", "READ_REFUSED", both)
    pages = [await running.terms(base=PagedRequestBase(page_index=index, page_size=1)) for index in range(3)]
    assert [keys(page) for page in pages] == [["autumn"], ["unused"], []]
    token = PagedRequestBase(page_size=1, page_token=pages[0].base.next_page_token)
    assert await running.terms(base=token) == pages[1]
    for base in (PagedRequestBase(page_index=-1), PagedRequestBase(page_token="x")):
        assert (await running.refused("terms", base=base))[:2] == ("INVALID_ARGUMENT", "INVALID_FIELD")


async def test_a_narrowed_credential_sees_terms_of_its_organisations(running: Running) -> None:
    """A term without an organisation is of those whose courses have it."""
    content = running.content
    district = content.organisation(3, "district")
    school, other = content.organisation(3, "school", parent_id=district), content.organisation(3, "other")
    ours, theirs = content.course(3, "ours", organisation_id=school), content.course(3, "theirs", organisation_id=other)
    gone = content.course(3, "gone", organisation_id=school, deleted=True)
    terms = {
        "of school": (school, ()),
        "of district": (district, (ours,)),
        "of other": (other, (ours, theirs)),
        "used by all": (None, (theirs, ours)),
        "used by other": (None, (theirs,)),
        "used by none": (None, ()),
        "used by gone": (None, (gone,)),
    }
    for key, (organisation_id, courses) in terms.items():
        number = content.term(3, key, date(2031, 8, 1), None, organisation_id=organisation_id)
        content.term_of(number, *courses)
    by_school = running.peers.access.add(Credential(8, 3, organisations=("school",)))
    by_district = running.peers.access.add(Credential(9, 3, organisations=("district",)))
    assert keys(await running.terms()) == list(terms)
    answer = await running.terms(by_school)
    assert (keys(answer), answer.base.total) == (["of school", "used by all"], 2)
    assert keys(await running.terms(by_district)) == ["of school", "of district", "used by all"]
    assert keys(await running.terms(by_school, course_id=ours)) == ["used by all"]
    assert await running.refused("terms", by_school, course_id=theirs) == NO_COURSE
    request = {"id_type": read_courses_pb2.COURSE_ID_TYPE_COURSE_ID, "id": str(ours), "include_additional_data": True}
    for credential, expected in ((by_school, ["used by all"]), (by_district, ["of district", "used by all"])):
        [course] = (await running.courses(credential, **request)).courses
        assert sorted(term.term_sync_key for term in course.additional_data.terms) == expected
        assert course.additional_data.start_date.ToDatetime() == datetime(2031, 8, 1)
