"""The tables of the store "content", by their subjects."""

from lms.tables.active_period import element_active_period
from lms.tables.assessment import assessment_item, assessment_scale, element_custom_activity
from lms.tables.assessment_record import summary_column, summary_record
from lms.tables.assignment import assignment_file, element_assignment
from lms.tables.base import metadata
from lms.tables.behaviour_remark import behaviour_remark
from lms.tables.calendar import calendar_event, locked_period
from lms.tables.content import (
    element_file,
    element_instance,
    element_link,
    element_page,
    extension_instance,
    lti_configuration,
    page_file,
)
from lms.tables.course_file import course_file
from lms.tables.element import content_key, element
from lms.tables.gradebook import gradebook_assessment, gradebook_category, gradebook_item
from lms.tables.learning_objective import (
    course_learning_objective,
    element_learning_objective,
    learning_objective,
    objective_assessment,
)
from lms.tables.my_file import my_file
from lms.tables.organisation_set import organisation_set, organisation_set_member
from lms.tables.package import element_test, package, package_item, test_definition, test_interaction, test_item
from lms.tables.planner import (
    planner,
    planner_column,
    planner_lesson,
    planner_link,
    planner_objective,
    planner_text,
    planner_topic,
)
from lms.tables.processing import file_use, inbox, progress, result
from lms.tables.profile_picture import profile_picture
from lms.tables.project import project, project_member
from lms.tables.resource import resource
from lms.tables.roster import (
    course,
    course_term,
    favourite,
    membership,
    organisation,
    person,
    person_organisation,
    person_role,
    roster_import,
    term,
)
from lms.tables.survey import element_survey, survey_label, survey_question
from lms.tables.tally import record_tally, remark_tally
from lms.tables.warning_letter import warning_letter

__all__ = [
    "assessment_item",
    "assessment_scale",
    "assignment_file",
    "behaviour_remark",
    "calendar_event",
    "content_key",
    "course",
    "course_file",
    "course_learning_objective",
    "course_term",
    "element",
    "element_active_period",
    "element_assignment",
    "element_custom_activity",
    "element_file",
    "element_instance",
    "element_learning_objective",
    "element_link",
    "element_page",
    "element_survey",
    "element_test",
    "extension_instance",
    "favourite",
    "file_use",
    "gradebook_assessment",
    "gradebook_category",
    "gradebook_item",
    "inbox",
    "learning_objective",
    "locked_period",
    "lti_configuration",
    "membership",
    "metadata",
    "my_file",
    "objective_assessment",
    "organisation",
    "organisation_set",
    "organisation_set_member",
    "package",
    "package_item",
    "page_file",
    "person",
    "person_organisation",
    "person_role",
    "planner",
    "planner_column",
    "planner_lesson",
    "planner_link",
    "planner_objective",
    "planner_text",
    "planner_topic",
    "profile_picture",
    "progress",
    "project",
    "project_member",
    "record_tally",
    "remark_tally",
    "resource",
    "result",
    "roster_import",
    "summary_column",
    "summary_record",
    "survey_label",
    "survey_question",
    "term",
    "test_definition",
    "test_interaction",
    "test_item",
    "warning_letter",
]
