"""What elements hold, as XML with its i:type (reads.yaml, extensions.read_content_types)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Connection, Select, select

from lms.tables import (
    assignment_file,
    element_assignment,
    element_custom_activity,
    element_page,
    element_survey,
    element_test,
    page_file,
    survey_label,
    survey_question,
    test_interaction,
    test_item,
)
from services.read.activities import activity_resource, assignment_resource, survey_resource, test_resource
from services.read.content_xml import Members, content_xml
from services.read.packages import Packages
from services.read.resources import file_resource, link_resource, lti_resource, page_resource
from services.read.rows import AnyRow
from services.read.scope import Scope

PAGES = select(element_page.c.element_id, element_page.c.blocks)
PAGE_FILES = select(page_file).order_by(page_file.c.element_id, page_file.c.block, page_file.c.number)
TESTS = select(element_test)
ITEMS = select(
    test_item.c.id,
    test_item.c.element_id,
    test_item.c.identifier,
    test_item.c.title,
    test_item.c.text,
    test_item.c.max_score,
).order_by(test_item.c.element_id, test_item.c.position)
INTERACTIONS = (
    select(test_interaction)
    .join(test_item, test_item.c.id == test_interaction.c.item_id)
    .order_by(test_interaction.c.item_id, test_interaction.c.position)
)
ASSIGNMENTS = select(element_assignment)
ASSIGNMENT_FILES = select(assignment_file).order_by(assignment_file.c.element_id, assignment_file.c.position)
ACTIVITIES = select(element_custom_activity)
SURVEYS = select(element_survey)
QUESTIONS = select(survey_question).order_by(survey_question.c.element_id, survey_question.c.position)
LABELS = select(survey_label).order_by(survey_label.c.element_id, survey_label.c.position)

Rows = dict[int, list[AnyRow]]
Resource = tuple[str, Members]
"""Content: the name of its type, and its members."""


class Contents:
    """What is known of some elements beyond their rows."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.pages: dict[int, list[dict[str, Any]]] = {}
        self.page_files: Rows = defaultdict(list)
        self.tests: dict[int, AnyRow] = {}
        self.items: Rows = defaultdict(list)
        self.interactions: Rows = defaultdict(list)
        self.assignments: dict[int, AnyRow] = {}
        self.assignment_files: Rows = defaultdict(list)
        self.activities: dict[int, AnyRow] = {}
        self.packages = Packages()
        self.surveys: dict[int, AnyRow] = {}
        self.questions: Rows = defaultdict(list)
        self.labels: Rows = defaultdict(list)

    def xml(self, row: AnyRow, url: str) -> str:
        """Returns an element's content as one XML element; "" where it holds nothing. url: the element's own."""
        resource = self.in_tables(row) or in_row(row, url)
        return "" if resource is None else content_xml(*resource)

    def in_tables(self, row: AnyRow) -> Resource | None:
        """Returns content that is more than a row."""
        if row.holder_id in self.pages:
            return "ResourcePageContent", self.page(row.holder_id)
        if row.id in self.tests:
            items = self.items[row.id]
            return "ResourceTestContent", test_resource(row, self.tests[row.id], items, self.interactions)
        if row.id in self.assignments:
            files = self.assignment_files[row.id]
            return "ResourceAssignmentContent", assignment_resource(row, self.assignments[row.id], files, self.scope)
        if row.id in self.surveys:
            questions, labels = self.questions[row.id], self.labels[row.id]
            return "ResourceSurveyContent", survey_resource(row, self.surveys[row.id], questions, labels)
        if row.id in self.activities:
            return "ResourceCustomActivityContent", activity_resource(row, self.activities[row.id])
        package = self.packages.members(row, self.scope)
        return None if package is None else ("ResourcePackageContent", package)

    def page(self, number: int) -> Members:
        return page_resource(self.pages[number], self.page_files[number], self.scope)


def in_row(row: AnyRow, url: str) -> Resource | None:
    """Returns content that stands in the element's row as it is selected."""
    if row.file_name is not None:
        return "ResourceFileContent", file_resource(row, url)
    if row.link_url is not None:
        return "ResourceLinkContent", link_resource(row)
    if row.lti_open_in is not None:
        return "ResourceLtiContent", lti_resource(row)
    return None


def contents_of(connection: Connection, scope: Scope, numbers: Select[int], kinds: AbstractSet[str]) -> Contents:
    """Reads what the elements of these numbers hold; kinds, which occur among them, says what need not be asked."""
    contents = Contents(scope)
    for of_kinds, add in ADDERS:
        if kinds & of_kinds:
            add(connection, numbers, contents)
    return contents


def add_pages(connection: Connection, numbers: Select[int], contents: Contents) -> None:
    for page in connection.execute(PAGES.where(element_page.c.element_id.in_(numbers))):
        contents.pages[page.element_id] = page.blocks
    for file in connection.execute(PAGE_FILES.where(page_file.c.element_id.in_(numbers))):
        contents.page_files[file.element_id].append(file)


def add_tests(connection: Connection, numbers: Select[int], contents: Contents) -> None:
    for test in connection.execute(TESTS.where(element_test.c.element_id.in_(numbers))):
        contents.tests[test.element_id] = test
    for item in connection.execute(ITEMS.where(test_item.c.element_id.in_(numbers))):
        contents.items[item.element_id].append(item)
    for interaction in connection.execute(INTERACTIONS.where(test_item.c.element_id.in_(numbers))):
        contents.interactions[interaction.item_id].append(interaction)


def add_assignments(connection: Connection, numbers: Select[int], contents: Contents) -> None:
    for assignment in connection.execute(ASSIGNMENTS.where(element_assignment.c.element_id.in_(numbers))):
        contents.assignments[assignment.element_id] = assignment
    for file in connection.execute(ASSIGNMENT_FILES.where(assignment_file.c.element_id.in_(numbers))):
        contents.assignment_files[file.element_id].append(file)


def add_surveys(connection: Connection, numbers: Select[int], contents: Contents) -> None:
    for survey in connection.execute(SURVEYS.where(element_survey.c.element_id.in_(numbers))):
        contents.surveys[survey.element_id] = survey
    for question in connection.execute(QUESTIONS.where(survey_question.c.element_id.in_(numbers))):
        contents.questions[question.element_id].append(question)
    for label in connection.execute(LABELS.where(survey_label.c.element_id.in_(numbers))):
        contents.labels[label.element_id].append(label)


def add_activities(connection: Connection, numbers: Select[int], contents: Contents) -> None:
    for activity in connection.execute(ACTIVITIES.where(element_custom_activity.c.element_id.in_(numbers))):
        contents.activities[activity.element_id] = activity


def add_packages(connection: Connection, numbers: Select[int], contents: Contents) -> None:
    contents.packages.add(connection, numbers)


ADDERS = (
    ({"Page", "Extension"}, add_pages),
    ({"Test"}, add_tests),
    ({"Assignment"}, add_assignments),
    ({"Survey"}, add_surveys),
    ({"CustomActivity"}, add_activities),
    ({"IMSPackage", "Folder"}, add_packages),
)
