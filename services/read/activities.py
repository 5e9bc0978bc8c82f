"""The members of what is handed in or answered, in wire order; read_course_contents.proto publishes their types.

ResourceAssignmentContent, ResourceSurveyContent, ResourceCustomActivityContent and ResourceTestContent are our own,
since nothing is known of the original's: their members are called as in the messages that make them. A test's right
answers are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.read.content_xml import Member, Members
from services.read.rows import AnyRow
from services.read.scope import Scope


def assignment_resource(row: AnyRow, assignment: AnyRow, files: Sequence[AnyRow], scope: Scope) -> Members:
    return (
        *period_of(row),
        ("Assessment", number_text(assignment.assessment_scale)),
        ("Deadline", moment_text(assignment.deadline)),
        ("Description", row.description),
        ("Files", [("File", file_resource(file, scope)) for file in files]),
        ("Mandatory", truth_text(assignment.mandatory)),
        ("MaxScore", number_text(assignment.max_score)),
        ("Plagiarism", truth_text(assignment.plagiarism)),
        ("UseAnonymousSubmission", truth_text(assignment.anonymous)),
        ("UseGroups", assignment.use_groups),
    )


def activity_resource(row: AnyRow, activity: AnyRow) -> Members:
    """Members of a custom activity's content."""
    return (
        *period_of(row),
        ("Assessment", number_text(activity.assessment_scale_id)),
        ("Deadline", moment_text(activity.deadline)),
        ("Description", row.description),
        ("Mandatory", truth_text(activity.mandatory)),
        ("MaxScore", number_text(activity.max_score)),
        ("StatusId", number_text(activity.status_id)),
    )


def file_resource(file: AnyRow, scope: Scope) -> Members:
    """Location is the file's id."""
    return (
        ("ContentType", file.content_type),
        ("FileLink", scope.file_url(file.file_id, file.name)),
        ("Location", file.file_id),
        ("Name", file.name),
    )


def survey_resource(row: AnyRow, survey: AnyRow, questions: Sequence[AnyRow], labels: Sequence[AnyRow]) -> Members:
    """labels: those of all questions, each kind in order."""
    shown = [
        question_resource(question, [label for label in labels if label.question == question.position])
        for question in questions
    ]
    return (
        *period_of(row),
        ("Anonymous", truth_text(survey.anonymous)),
        ("Deadline", moment_text(survey.deadline)),
        ("Introduction", row.description),
        ("Questions", [("Question", question) for question in shown]),
        ("Type", survey.type),
    )


def question_resource(question: AnyRow, labels: Sequence[AnyRow]) -> Members:
    return (
        ("Alternatives", labels_of(labels, "Alternative")),
        ("Columns", labels_of(labels, "Column")),
        ("MaxAlternativesToSelect", number_text(question.max_choices)),
        ("Rows", labels_of(labels, "Row")),
        ("Text", question.text),
        ("Type", question.kind),
    )


def labels_of(labels: Sequence[AnyRow], kind: str) -> list[Member]:
    return [("Label", [("Text", label.text)]) for label in labels if label.kind == kind]


def test_resource(
    row: AnyRow, test: AnyRow, items: Sequence[AnyRow], interactions: Mapping[int, Sequence[AnyRow]]
) -> Members:
    """Members of a test's content; interactions: those of each item by its number."""
    return (
        *period_of(row),
        ("Assessment", number_text(test.assessment_scale)),
        ("CompletionCriteria", number_text(test.completion_criteria)),
        ("Deadline", moment_text(test.deadline)),
        ("Description", row.description),
        ("Items", [("Item", item_resource(item, interactions.get(item.id, ()))) for item in items]),
        ("Mandatory", truth_text(test.mandatory)),
        ("MaxTime", number_text(test.max_time)),
        ("Order", truth_text(test.question_order)),
        ("ScoringMethod", truth_text(test.scoring_method)),
        ("ShowFeedback", test.show_feedback),
        ("ShowResults", test.show_results),
        ("UseScore", truth_text(test.use_score)),
    )


def item_resource(item: AnyRow, interactions: Sequence[AnyRow]) -> Members:
    return (
        ("Identifier", item.identifier),
        ("Interactions", [("Interaction", interaction_resource(each)) for each in interactions]),
        ("MaxScore", None if item.max_score is None else f"{item.max_score:g}"),
        ("Text", item.text),
        ("Title", item.title),
    )


def interaction_resource(interaction: AnyRow) -> Members:
    choices = [(("Identifier", each["identifier"]), ("Text", each["text"])) for each in interaction.choices]
    return (
        ("Choices", [("Choice", choice) for choice in choices]),
        ("Kind", interaction.kind),
        ("Prompt", interaction.prompt),
        ("ResponseIdentifier", interaction.response_identifier),
    )


def period_of(row: AnyRow) -> Members:
    return ("ActiveFrom", moment_text(row.active_from)), ("ActiveTo", moment_text(row.active_to))


def number_text(number: int | None) -> str | None:
    return None if number is None else str(number)


def truth_text(truth: bool) -> str:
    return "true" if truth else "false"


def moment_text(moment: datetime | None) -> str | None:
    """Returns a moment in UTC as xs:dateTime, with as many digits of a second as it needs."""
    if moment is None:
        return None
    fraction = f"{moment.microsecond:06}".rstrip("0")
    return f"{moment.isoformat()[:19]}{f'.{fraction}' if fraction else ''}Z"
