"""Who assesses, and whom: what the messages about assessments share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from lms.references import PersonReference
from services.processor.context import Context, Step
from services.processor.rules.naming import find
from services.processor.rules.people import check_person
from services.processor.rules.wording import EVALUATOR, PERSON

NAMED_TWICE = "Person with specified PersonId/PersonSyncKey is specified more than once."


@dataclass(frozen=True, slots=True)
class AssessedElement:
    """The members by which a body says which element is assessed, and by whom."""

    course_id: int | None = None
    course_sync_key: str | None = None
    element_id: int | None = None
    element_sync_key: str | None = None
    evaluator_person_id: int | None = None
    evaluator_person_sync_key: str | None = None


class NamesPerson(Protocol):
    """Something with PersonId and PersonSyncKey."""

    @property
    def person_id(self) -> int | None: ...

    @property
    def person_sync_key(self) -> str | None: ...


def check_evaluator(context: Context, data: AssessedElement) -> PersonReference | None:
    """Returns the person who assesses."""
    number, key = data.evaluator_person_id, data.evaluator_person_sync_key
    return check_person(context, "EvaluatorPerson", number, key, EVALUATOR)


def check_acting_person(context: Context, data: NamesPerson) -> PersonReference | None:
    """Returns the person who acts."""
    return check_person(context, "Person", data.person_id, data.person_sync_key, PERSON)


def check_assessed(context: Context, results: Sequence[NamesPerson]) -> list[PersonReference | None]:
    """Returns the person of each result; they need not be in the course, as users need not."""
    people = context.work.directory.people
    numbers = [result.person_id for result in results if result.person_id is not None]
    people.learn(numbers, [result.person_sync_key for result in results if result.person_sync_key is not None])
    found = [find(people, result.person_id, result.person_sync_key) for result in results]
    context.sight.seen_people([person.id for person in found if person is not None])
    return [check_acting_person(context, result) for result in results]


def check_once(context: Context, keys: Sequence[object]) -> None:
    """Refuses results of which two are for the same."""
    if len(set(keys)) < len(keys):
        context.refuse(NAMED_TWICE, Step.USERS)
