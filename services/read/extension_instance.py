"""Read.Extension.Instance."""

from __future__ import annotations

from typing import Any

from organisation.v1.read_extension_instance_pb2 import (
    EXTENSION_INSTANCE_LOCATION_COURSE,
    EXTENSION_INSTANCE_LOCATION_LIBRARY,
    ExtensionInstance,
    ExtensionInstanceMetadata,
    ExtensionInstanceObjective,
    ExtensionInstanceSharing,
    ReadExtensionInstanceRequest,
    ReadExtensionInstanceResponse,
)
from sqlalchemy import ColumnElement, Connection, and_, select

from lms.tables import course, element, extension_instance, person
from services.read.element_rows import contents_where, select_elements, url_of
from services.read.errors import not_valid
from services.read.instance_access import creator, seen_by
from services.read.people import find_person
from services.read.rows import AnyRow
from services.read.scope import Scope, one_of, searchable

LOCATIONS = {"Course": EXTENSION_INSTANCE_LOCATION_COURSE, "Library": EXTENSION_INSTANCE_LOCATION_LIBRARY}


def read_extension_instance(
    connection: Connection, scope: Scope, request: ReadExtensionInstanceRequest
) -> ReadExtensionInstanceResponse:
    """Reads one instance as a person sees it: person, instance and, with its content, as an element's."""
    content_id = request.content_id if request.HasField("content_id") else None
    one_of("Content", content_id, request.content_sync_key)
    person_id = find_person(connection, scope, person_id=request.person_id)
    chosen = (
        element.c.id == content_id
        if content_id is not None
        else element.c.sync_key == searchable(request.content_sync_key)
    )
    row = find_instance(connection, scope, chosen, person_id)
    if row is None:
        raise not_valid("Content", "ContentId/ContentSyncKey")
    content = content_of(connection, scope, row.id) if request.include_content else ""
    return ReadExtensionInstanceResponse(extension_instance=as_instance(row, content))


def find_instance(connection: Connection, scope: Scope, chosen: ColumnElement[bool], person_id: int) -> AnyRow | None:
    """Returns the instance, with its course, where the person sees it."""
    joined = (
        element.join(extension_instance, extension_instance.c.element_id == element.c.id)
        .join(creator, creator.c.id == element.c.creator_id)
        .join(person, person.c.id == person_id)
        .outerjoin(course, and_(course.c.id == element.c.course_id, scope.courses()))
    )
    query = (
        select(
            element.c.id,
            element.c.sync_key,
            element.c.extension_id,
            element.c.title,
            course.c.id.label("course_id"),
            course.c.sync_key.label("course_sync_key"),
            extension_instance.c.location,
            extension_instance.c.metadata,
            extension_instance.c.sharing_scope,
        )
        .select_from(joined)
        .where(element.c.site_id == scope.site_id, element.c.deleted_at.is_(None), chosen, seen_by(scope))
    )
    return connection.execute(query).one_or_none()


def content_of(connection: Connection, scope: Scope, element_id: int) -> str:
    wanted = element.c.id == element_id
    rows = select_elements(connection, wanted)
    contents = contents_where(connection, scope, wanted, rows)
    return "".join(contents.xml(row, url_of(row, scope)) for row in rows)


def as_instance(row: AnyRow, content: str) -> ExtensionInstance:
    sharing = None if row.sharing_scope is None else ExtensionInstanceSharing(scope=row.sharing_scope)
    return ExtensionInstance(
        content=content,
        content_id=row.id,
        content_sync_key=row.sync_key,
        course_id=row.course_id,
        course_sync_key=row.course_sync_key,
        extension_id=row.extension_id,
        location=LOCATIONS[row.location],
        metadata=as_metadata(row.metadata) if row.metadata else None,
        sharing=sharing,
        title=row.title,
    )


def as_metadata(stored: dict[str, Any]) -> ExtensionInstanceMetadata:
    """Returns the members that were sent (extension_instance.metadata: each under its own name)."""
    objectives = [ExtensionInstanceObjective(learning_objective_id=one) for one in stored.get("LearningObjectives", ())]
    return ExtensionInstanceMetadata(
        description=stored.get("Description", ""),
        educational_intent=stored.get("EducationalIntent", ""),
        format=stored.get("Format", ""),
        grade=stored.get("Grade", ""),
        intended_end_user_role=stored.get("IntendedEndUserRole", ""),
        keywords=stored.get("Keywords", ()),
        language=stored.get("Language", ""),
        learning_objectives=objectives,
        publisher=stored.get("Publisher", ""),
        thumbnail_url=stored.get("ThumbnailUrl", ""),
    )
