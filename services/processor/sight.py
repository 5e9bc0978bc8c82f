"""What of a site a credential sees in its messages: all, or what belongs to chosen organisations (contract section 9).

What it does not see is in every rule as if it were not there, so that no answer tells that it is.
"""

from __future__ import annotations

from collections.abc import Collection

from lms.directory import Directory
from lms.references import CourseReference, ElementReference, OrganisationReference


class Sight:
    """One credential's, for one transaction."""

    def __init__(self, directory: Directory, organisations: frozenset[str]) -> None:
        """organisations: keys of those whose courses and people, and those below, alone are seen; none: all."""
        self._directory = directory
        self._organisations = organisations

    def sees_organisation(self, one: OrganisationReference) -> bool:
        return self.sees_courses_of(one.id)

    def sees_course(self, one: CourseReference) -> bool:
        return self.sees_courses_of(one.organisation_id)

    def sees_courses_of(self, organisation_id: int | None) -> bool:
        """None: courses of no organisation, which are seen by who sees all."""
        if not self._organisations:
            return True
        return organisation_id in self._directory.organisations_within(self._organisations)

    def sees_course_number(self, course_id: int) -> bool:
        if not self._organisations:
            return True
        found = self._directory.courses.by_id(course_id)
        return found is not None and self.sees_course(found)

    def sees_person(self, person_id: int) -> bool:
        """A person is seen who belongs to one of the organisations, whichever others the person belongs to as well."""
        return person_id in self.seen_people((person_id,))

    def seen_people(self, numbers: Collection[int]) -> set[int]:
        """Returns those of the people who are seen, by one statement for all that are not known yet."""
        if not self._organisations:
            return set(numbers)
        return self._directory.people_within(self._organisations, numbers)

    def sees_content(self, one: ElementReference) -> bool:
        """Content in a course is seen with the course; what is in the library belongs to who made it."""
        if not self._organisations:
            return True
        if one.course_id is None:
            return self.sees_person(one.creator_id)
        return self.sees_course_number(one.course_id)

    def sees_address(self, course_id: int | None, owner_id: int) -> bool:
        """Whether a link may lead to what is in the course or, with none, to what the owner has."""
        return self.sees_person(owner_id) if course_id is None else self.sees_course_number(course_id)
