"""A partner builds a course and reads it back, over SOAP alone."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from zeep.exceptions import Fault

from cli.provision_notes import HOMEROOM, PUPIL
from tests.end_to_end.conftest import System
from tests.end_to_end.gradebooks import Names, assess, bring
from tests.support.partner import Partner, details, message

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def fresh(name: str) -> str:
    return f"{name}-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def whereabouts(system: System) -> dict[str, str]:
    """Course and user that messages name, by key."""
    return {"CourseSyncKey": system.demo["courses"][0]["sync_key"], "UserSyncKey": system.demo["users"][0]["sync_key"]}


def read_level(partner: Partner, course: str, folder_id: int | None = None, **members: Any) -> Any:
    request: dict[str, Any] = {"CourseSyncKey": course, **members}
    if folder_id is not None:
        request["FolderId"] = folder_id
    return partner.reads.ReadCourseElements(request)


def folder_of(partner: Partner, course: str, sync_key: str) -> Any:
    level = read_level(partner, course)
    return next(f for f in level.CourseFolders.CourseElementFolder if f.FolderSyncKey == sync_key)


def make_folder(partner: Partner, whereabouts: dict[str, str]) -> str:
    key = fresh("folder")
    document = message("CreateCourseElementFolder", whereabouts | {"Title": f"Folder {key}"}, sync_key=key)
    assert partner.apply("Create.Course.Element.Folder", document).Status == "Finished"
    return key


def test_a_folder_is_queued_applied_and_read(partner: Partner, whereabouts: dict[str, str]) -> None:
    key = fresh("folder")
    document = message("CreateCourseElementFolder", whereabouts | {"Title": "Week 1 & 2"}, sync_key=key)
    added = partner.add("Create.Course.Element.Folder", document)
    assert added.Status == "InQueue"
    assert not details(added)
    result = partner.result(added.MessageId)
    assert result.Status == "Finished"
    assert [(detail.Type, detail.SyncKey) for detail in details(result)] == [("Info", key)]
    found = folder_of(partner, whereabouts["CourseSyncKey"], key)
    assert (found.Title, found.Active) == ("Week 1 & 2", True)


def test_an_uploaded_file_becomes_an_element(partner: Partner, whereabouts: dict[str, str]) -> None:
    parent = make_folder(partner, whereabouts)
    content = (SAMPLES / "files" / "sample-document.pdf").read_bytes()
    file_id = partner.upload("sample-document.pdf", content)
    document = message("CreateCourseElementFile", whereabouts | {"ParentSyncKey": parent}, files=file_id)
    result = partner.apply("Create.Course.Element.File", document)
    assert result.Status == "Finished", details(result)
    folder = folder_of(partner, whereabouts["CourseSyncKey"], parent)
    level = read_level(partner, whereabouts["CourseSyncKey"], folder.FolderId, IncludeContent=True)
    [element] = level.CourseElements.CourseElement
    assert (element.Type, element.Title) == ("File", "sample-document.pdf")
    assert element.ElementSyncKey == details(result)[0].SyncKey
    for url in (element.URL, element.Content.FileLink):
        assert url.startswith(f"{partner.edge}/files/")
        answer = requests.get(url, timeout=30)
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="sample-document.pdf"')
        part = requests.get(url, headers={"Range": "bytes=100-"}, timeout=30)
        assert (part.status_code, part.content) == (206, content[100:])


def test_the_golf_package_becomes_a_folder_of_links(partner: Partner, whereabouts: dict[str, str]) -> None:
    parent = make_folder(partner, whereabouts)
    package = SAMPLES / "ims" / "rustici-golf-scorm2004-3rd-nested-22-items.zip"
    file_id = partner.upload("golf.zip", package.read_bytes())
    document = message("CreateCourseElementIMSPackage", whereabouts | {"ParentSyncKey": parent}, files=file_id)
    result = partner.apply("Create.Course.Element.IMSPackage", document)
    assert result.Status in {"Finished", "Warnings"}, details(result)
    folder = folder_of(partner, whereabouts["CourseSyncKey"], parent)
    assert count_leaves(partner, whereabouts["CourseSyncKey"], folder.FolderId) == 18


def count_leaves(partner: Partner, course: str, folder_id: int) -> int:
    level = read_level(partner, course, folder_id)
    elements = level.CourseElements.CourseElement if level.CourseElements else []
    folders = level.CourseFolders.CourseElementFolder if level.CourseFolders else []
    return len(elements) + sum(count_leaves(partner, course, folder.FolderId) for folder in folders)


def read_element(partner: Partner, whereabouts: dict[str, str], sync_key: str) -> Any:
    request = {
        "CourseSyncKey": whereabouts["CourseSyncKey"],
        "ElementSyncKey": sync_key,
        "IncludeContent": True,
    }
    return partner.reads.ReadCourseElement(request)  # zeep unwraps a result of one member


def test_a_test_is_loaded_from_its_questions(partner: Partner, whereabouts: dict[str, str]) -> None:
    package = SAMPLES / "qti" / "qtiworks-french-verbs-branching-20-items.zip"
    file_id = partner.upload("verbs.zip", package.read_bytes())
    document = message("CreateCourseElementTest", whereabouts | {"Title": "French verbs"}, files=file_id)
    result = partner.apply("Create.Course.Element.Test", document)
    assert result.Status in {"Finished", "Warnings"}, details(result)
    element = read_element(partner, whereabouts, details(result)[0].SyncKey)
    assert (element.Type, element.Title) == ("Test", "French verbs")
    assert len(element.Content.Items.Item) == 20


def test_an_assignment_is_read_with_its_file(partner: Partner, whereabouts: dict[str, str]) -> None:
    file_id = partner.upload("sources.pdf", (SAMPLES / "files" / "sample-document.pdf").read_bytes())
    settings = {
        "Title": "Essay",
        "Description": "<p>Write</p>",
        "Deadline": "2026-12-24T12:00:00+01:00",
        "MaxScore": "5",
    }
    document = message("CreateCourseElementAssignment", whereabouts | settings, files=file_id)
    result = partner.apply("Create.Course.Element.Assignment", document)
    assert result.Status == "Finished", details(result)
    element = read_element(partner, whereabouts, details(result)[0].SyncKey)
    content = element.Content
    assert (element.Type, element.Title, content.Description) == ("Assignment", "Essay", "<p>Write</p>")
    assert (content.Deadline, content.MaxScore) == (datetime(2026, 12, 24, 11, tzinfo=UTC), 5)
    assert [(file.Name, file.ContentType) for file in content.Files.File] == [("sources.pdf", "application/pdf")]


def test_a_survey_is_read_with_its_questions(partner: Partner, whereabouts: dict[str, str]) -> None:
    question = "<Question><Text>What?</Text><Type>MultipleChoice</Type>{}</Question>"
    questions = question.format("<Alternatives><Alternative>Soup</Alternative></Alternatives>")
    document = message("CreateCourseElementSurvey", whereabouts | {"Title": "Lunch", "Type": "Public"})
    document = document.replace("<Type>", f"<Questions>{questions}</Questions><Type>", 1)
    result = partner.apply("Create.Course.Element.Survey", document)
    assert result.Status == "Finished", details(result)
    element = read_element(partner, whereabouts, details(result)[0].SyncKey)
    assert (element.Type, element.Content.Type, element.Content.Anonymous) == ("Survey", "Public", False)
    [shown] = element.Content.Questions.Question
    assert (shown.Text, shown.MaxAlternativesToSelect) == ("What?", 1)
    assert [label.Text for label in shown.Alternatives.Label] == ["Soup"]


def test_a_custom_activity_and_what_people_have_for_it_are_in_the_gradebook(partner: Partner, system: System) -> None:
    course: dict[str, Any] = system.demo["courses"][1]
    teacher, pupil = system.demo["users"][:2]
    names = Names(course["sync_key"], teacher["sync_key"], pupil["sync_key"], fresh("gradebook"))
    bring(system, names)
    where = {"CourseSyncKey": names.course}
    assert not partner.reads.ReadAssessmentScales({"PageSize": 5}).AssessmentScales
    scales = partner.reads.ReadAssessmentScales(where)
    [scale] = scales.AssessmentScales.AssessmentScale
    [good] = scale.AssessmentItems.AssessmentItem
    assert (scales.Total, scale.Title, scale.Totals, scale.CourseId) == (1, "Marks", "Sum", course["id"])
    assert (good.Title, good.PercentFrom, good.PercentTo, good.OrderPosition) == ("Good", 50, None, 1)
    assess(partner, names, scale.AssessmentId)

    listed = partner.reads.ReadCourseGradebookItems(where)
    essay, lab = listed.GradebookItems.GradebookItem
    assert (listed.CurrentPageIndex, listed.PageSize, listed.Total) == (0, 100, 2)
    assert (essay.Title, essay.MaxPoints, essay.Date, essay.ElementId) == (
        *("Essay", 10),
        datetime(2031, 1, 7, tzinfo=UTC),
        None,
    )
    assert (lab.Title, lab.Description, lab.ElementSyncKey) == ("Lab", "Do it", names.key("lab"))
    assert (lab.AssessmentScaleId, lab.MaxPoints, lab.CategoryId) == (scale.AssessmentId, 20, None)
    assert lab.Deadline == datetime(2031, 2, 3, 8, tzinfo=UTC)
    [kind] = partner.reads.ReadCourseGradebookCategories(where).CourseGradebookCategory  # zeep unwraps one member
    assert (kind.CategoryID, kind.Title, kind.Weight) == (essay.CategoryId, "Homework", 40)

    of_lab = where | {"GradebookItemIdList": {"int": [lab.GradebookItemId]}, "IncludeFeedback": True, "CategoryId": 0}
    [given] = partner.reads.ReadCourseGradebookAssessments(of_lab).Assessments.GradebookAssessment
    assert (given.GradebookItemId, given.PersonId, given.PersonSyncKey) == (
        *(lab.GradebookItemId, pupil["id"]),
        pupil["sync_key"],
    )
    assert (given.Status, given.AssessmentItemId, given.Score) == ("Completed", good.AssessmentItemId, 17.25)
    assert (given.Feedback, given.AssessedByPersonId) == ("Well done", teacher["id"])
    before = where | {"FromDate": datetime(2031, 1, 8, tzinfo=UTC), "PersonId": pupil["id"]}
    [marked] = partner.reads.ReadCourseGradebookAssessments(before).Assessments.GradebookAssessment
    assert (marked.Score, marked.Status, marked.Feedback) == (7.5, "fully graded", None)

    ask = {"Date": datetime(2020, 1, 1, tzinfo=UTC), "CompletedOnly": True}
    columns = {"Columns": {"AssessmentRecordSummaryColumn": [{"ColumnExternalId": names.key("final")}]}}
    changes = partner.reads.ReadAssessmentRecordSummary(ask | columns)
    [change] = changes.AssessmentRecordSummaries.AssessmentRecordSummary
    assert (change.Value, change.Status, change.Completed, change.CourseSyncKey) == ("5", "Passed", True, names.course)
    ask["CompletedOnly"] = False
    assert not partner.reads.ReadAssessmentRecordSummary(ask | columns).AssessmentRecordSummaries


def test_what_is_wrong_is_said_and_nothing_is_left(partner: Partner, whereabouts: dict[str, str]) -> None:
    key = fresh("folder")
    members = whereabouts | {"UserSyncKey": "nobody", "Title": "T"}
    document = message("CreateCourseElementFolder", members, sync_key=key)
    result = partner.apply("Create.Course.Element.Folder", document)
    assert result.Status == "Errors"
    assert details(result)[0].Type == "Error"
    level = read_level(partner, whereabouts["CourseSyncKey"])
    assert key not in [
        f.FolderSyncKey for f in (level.CourseFolders.CourseElementFolder if level.CourseFolders else [])
    ]


def test_what_the_schema_refuses_is_answered_at_once_and_recorded(
    partner: Partner, whereabouts: dict[str, str]
) -> None:
    document = message("CreateCourseElementFolder", whereabouts | {"Title": "T", "Security": "Secret"})
    added = partner.add("Create.Course.Element.Folder", document)
    assert added.Status == "Errors"
    text = details(added)[0].Message
    assert text.startswith("Invalid format / parameters (different to specified schema).")
    assert "Security" in text
    again = partner.result(added.MessageId)
    assert [detail.Message for detail in details(again)] == [detail.Message for detail in details(added)]


PLANNER = """<Message xmlns="urn:message-schema"><SyncKeys><SyncKey>{key}</SyncKey></SyncKeys><CreateCoursePlanner>
<CourseSyncKey>{course}</CourseSyncKey><UserSyncKey>{user}</UserSyncKey><Planner><Columns><TopicColumns>
<Column><ColumnId>1</ColumnId><Name>Goal</Name><Type>Custom</Type></Column>
<Column><ColumnId>2</ColumnId><Type>LearningObjectives</Type></Column></TopicColumns><LessonColumns>
<Column><ColumnId>3</ColumnId><Name>Homework</Name><Type>Custom</Type></Column></LessonColumns></Columns><Topics>
<Topic><SyncKey>{key}-t</SyncKey><Name>Planets</Name><Lessons><Lesson><SyncKey>{key}-l</SyncKey><Name>Mercury</Name>
<LessonOutline>&lt;p&gt;Hot&lt;/p&gt;</LessonOutline><StartDateTime>2026-09-01T08:00:00+02:00</StartDateTime>
<StopDateTime>2026-09-01T08:45:00+02:00</StopDateTime><ClassHours>1st</ClassHours><Active>0</Active><CustomColumnsData>
<CustomColumnData><ColumnId>3</ColumnId><Text>&lt;b&gt;p. 4&lt;/b&gt;</Text></CustomColumnData></CustomColumnsData>
</Lesson></Lessons><LearningObjectives><LearningObjective><ColumnId>2</ColumnId>
<LearningObjectiveId>demo-orbits</LearningObjectiveId></LearningObjective></LearningObjectives><CustomColumnsData>
<CustomColumnData><ColumnId>1</ColumnId><Text>Order</Text></CustomColumnData></CustomColumnsData></Topic></Topics>
<Lessons><Lesson><Name>Excursion</Name></Lesson></Lessons></Planner></CreateCoursePlanner></Message>"""


def test_a_planner_is_read_as_it_was_sent(partner: Partner, system: System) -> None:
    course, user, key = system.demo["courses"][1], system.demo["users"][0]["sync_key"], fresh("planner")
    result = partner.apply("Create.Course.Planner", PLANNER.format(key=key, course=course["sync_key"], user=user))
    assert result.Status == "Finished", details(result)
    read = partner.reads.ReadCoursePlannerTopics({"CourseId": course["id"]})
    [topic] = read.Topics.Topic
    assert (read.Total, topic.SyncKey, topic.Title) == (1, f"{key}-t", "Planets")
    goal, aims = topic.TopicCustomColumns.TopicCustomColumn
    assert (goal.ColumnId, goal.Name, goal.Type, goal.Text) == (1, "Goal", "Custom", "Order")
    assert (aims.ColumnId, aims.Type, aims.Text) == (2, "LearningObjectives", None)
    assert [one.LearningObjectiveId for one in aims.LearningObjectives.LearningObjective] == ["demo-orbits"]
    assert not goal.LearningObjectives.LearningObjective  # nil; zeep makes an empty one of it
    lesson, trip = partner.reads.ReadCoursePlannerLessons({"CourseSyncKey": course["sync_key"]}).Lessons.Lesson
    assert (lesson.SyncKey, lesson.Title, lesson.Description) == (f"{key}-l", "Mercury", "<p>Hot</p>")
    assert (lesson.Active, lesson.ClassHours, lesson.TopicId, lesson.TopicTitle) == (
        False,
        "1st",
        topic.TopicId,
        "Planets",
    )
    assert lesson.StartDate == datetime(2026, 9, 1, 6, tzinfo=UTC)
    assert lesson.EndDate == datetime(2026, 9, 1, 6, 45, tzinfo=UTC)
    [homework] = lesson.LessonCustomColumns.LessonCustomColumn
    assert (homework.ColumnId, homework.Name, homework.Text) == (3, "Homework", "<b>p. 4</b>")
    assert (trip.Title, trip.Active, trip.StartDate, trip.TopicId, trip.TopicTitle) == (
        "Excursion",
        True,
        None,
        None,
        None,
    )


def test_what_the_demo_site_has_beside_its_roster_is_read(partner: Partner) -> None:
    top = partner.reads.ReadLearningObjectives({})
    assert [(one.ElementId, one.Type, one.ContainsSubElements) for one in top.LearningObjectiveElement] == [
        ("demo-science", "Subject", True)
    ]
    below = partner.reads.ReadLearningObjectives({"FolderId": "demo-science"})
    assert [one.ElementId for one in below.LearningObjectiveElement] == ["demo-solar-system", "demo-orbits"]
    remarks = partner.reads.ReadBehaviourRemarks(
        {"PersonSynckey": PUPIL, "FromDate": datetime(2026, 10, 6, tzinfo=UTC)}
    )
    [remark] = remarks.BehaviourRemarks.BehaviourRemark
    assert (remark.PersonSyncKey, remark.CourseSyncKey) == (PUPIL, HOMEROOM)
    assert (remark.Type, remark.Code, remark.Weight) == ("Positive", "HELP", 2)
    assert remark.Date == datetime(2026, 10, 12, 9, 45, tzinfo=UTC)
    assert partner.reads.ReadBehaviourRemarks({"HierarchySyncKey": HOMEROOM}).Total == 2


def test_a_warning_letter_is_read_once_each_time_it_is_put_out(partner: Partner) -> None:
    for _ in range(2):
        [letter] = partner.reads.ReadWarningLetter({}).WarningLetters.WarningLetter
        assert (letter.PersonSyncKey, letter.CourseSyncKey, letter.Title) == (PUPIL, HOMEROOM, "Late again")
        assert not partner.reads.ReadWarningLetter({}).WarningLetters
        pair = f"<Id>{letter.Id}</Id><Status>Created</Status>"
        body = f"<UpdateWarningLetter><WarningLetterStatusPair>{pair}</WarningLetterStatusPair></UpdateWarningLetter>"
        put_out = partner.apply("Update.WarningLetter", f'<Message xmlns="urn:message-schema">{body}</Message>')
        assert put_out.Status == "Finished", details(put_out)


def test_the_courses_are_listed_by_pages(partner: Partner, system: System) -> None:
    page = partner.reads.ReadCourses({"PageIndex": 0, "PageSize": 10})
    assert (page.CurrentPageIndex, page.PageSize, page.Total) == (0, 10, 36)
    keys = [course.CourseSyncKey for course in page.Courses.Course]
    assert keys == [course["sync_key"] for course in system.demo["courses"][:10]]
    beyond = partner.reads.ReadCourses({"PageIndex": 99})
    assert not beyond.Courses


def test_what_a_person_takes_part_in_is_read(partner: Partner, roaming: Partner, system: System) -> None:
    member = {"Id": system.demo["project_member"], "IdType": "PersonSyncKey"}
    courses = partner.reads.ReadCoursesForPerson({**member, "IncludeAdditionalData": True})
    assert (courses.CurrentPageIndex, courses.PageSize, courses.Total) == (0, 100, len(courses.Courses.Course))
    [starred] = [course for course in courses.Courses.Course if course.IsFavourite]
    assert starred.OrganisationId == starred.AdditionalData.OrganisationId
    assert starred.AdditionalData.OrganisationTitle == "Phobos Elementary School"
    projects = partner.reads.ReadProjectsForPerson(member).Projects.Project
    assert [project.ProjectTitle for project in projects] == ["Moon garden", "The Daily Orbit"]
    assert {project.OrganisationId for project in projects} == {starred.OrganisationId}
    [project] = partner.reads.ReadProjects(
        {"Id": projects[1].ProjectId, "IdType": "ProjectId", "IncludeAdditionalData": True}
    ).Projects.Project
    assert project.ProjectDescription == "Written, drawn and printed by us."
    assert (project.LastUpdated, project.AdditionalData.IsArchived) == (project.AdditionalData.CreatedDate, False)
    assert partner.reads.ReadProjects().Total == 2
    [term, *_] = partner.reads.ReadTerms({"CourseId": starred.CourseId}).Terms.Term
    assert term.Name == starred.AdditionalData.Terms.Term[0].Name
    assert (term.Description, term.OrganisationId, term.StartDate) == (None, None, datetime(2026, 8, 16, tzinfo=UTC))
    assert roaming.reads.ReadTerms({"SiteId": system.demo["site_id"], "PageSize": 3}).Total == 8
    faults = {
        "Person with specified PersonId/PersonSyncKey/Username is not valid.": (
            partner.reads.ReadCoursesForPerson,
            {"Id": "nobody", "IdType": "Username"},
        ),
        "IdType must be specified if and only if Id is specified.": (partner.reads.ReadProjects, {"Id": "7"}),
    }
    for text, (operation, request) in faults.items():
        with pytest.raises(Fault) as refused:
            operation(request)
        assert refused.value.message == text
