"""Which instances of extensions a person sees."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, exists, or_

from lms.rich_text import STAFF
from lms.tables import (
    course,
    element,
    element_active_period,
    extension_instance,
    membership,
    person,
    person_organisation,
)
from services.read.scope import Scope

SHARED_WITH_ALL = ("Site", "Community", "Custom")

creator = person.alias()
theirs = person_organisation.alias()


def seen_by(scope: Scope) -> ColumnElement[bool]:
    """The condition that `person` sees what `element` and `extension_instance` are, made by `creator`.

    Its creator and administrators see it. In a course that the caller sees, so do the course's people, students only
    what is active now. In the library so does everybody with whom it is shared; a caller who is narrowed to
    organisations gets of the library only what their people have made.
    """
    own = or_(element.c.creator_id == person.c.id, person.c.role == "administrator")
    in_course = and_(course.c.id.is_not(None), or_(own, is_member()))
    in_library = and_(element.c.course_id.is_(None), of_callers_people(scope), or_(own, is_shared()))
    return or_(in_course, in_library)


def is_member() -> ColumnElement[bool]:
    return exists().where(
        membership.c.course_id == element.c.course_id,
        membership.c.person_id == person.c.id,
        membership.c.deleted_at.is_(None),
        or_(membership.c.role.in_(STAFF), and_(element.c.active, is_in_period())),
    )


def is_in_period() -> ColumnElement[bool]:
    now = datetime.now(UTC)
    outside = or_(element_active_period.c.active_from > now, element_active_period.c.active_to <= now)
    # Said, since it stands within another EXISTS, whose tables are others.
    return ~exists().where(element_active_period.c.element_id == element.c.id, outside).correlate(element)


def is_shared() -> ColumnElement[bool]:
    """School: with those who share an organisation with its creator. Where nothing is said, with nobody."""
    together = exists().where(
        person_organisation.c.person_id == person.c.id,
        theirs.c.person_id == element.c.creator_id,
        theirs.c.organisation_id == person_organisation.c.organisation_id,
    )
    return or_(
        extension_instance.c.sharing_scope.in_(SHARED_WITH_ALL),
        and_(extension_instance.c.sharing_scope == "School", together),
    )


def of_callers_people(scope: Scope) -> ColumnElement[bool]:
    if not scope.organisation_sync_keys:
        return creator.c.id.is_not(None)
    return scope.belongs(creator.c.organisation_set_id, scope.organisation_sync_keys)
