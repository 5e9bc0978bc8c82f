"""Elements as the reads select them: their row, and whichever of file, link and tool they hold."""

from __future__ import annotations

from datetime import UTC, datetime

from organisation.v1.read_course_elements_pb2 import CourseElement, CourseElementFolder
from sqlalchemy import ColumnElement, Connection, Select, func, select

from lms.tables import (
    element,
    element_active_period,
    element_file,
    element_instance,
    element_link,
    lti_configuration,
)
from runtime.timestamps import timestamp
from services.read.contents import Contents, contents_of
from services.read.rows import AnyRow
from services.read.scope import Scope

FOLDER = "Folder"
# An extension's type is the name of what it holds.
HELD = (("File", "file_name"), ("Link", "link_url"), ("LTI", "lti_open_in"))

# An instance shows what an element of the library holds, as it is now; every other element holds its own content.
shown = element.alias()
WITH_SHOWN = element.outerjoin(element_instance, element_instance.c.element_id == element.c.id)
HOLDER_ID = func.coalesce(element_instance.c.content_id, element.c.id)
JOINED = (
    WITH_SHOWN.outerjoin(shown, shown.c.id == element_instance.c.content_id)
    .outerjoin(element_file, element_file.c.element_id == HOLDER_ID)
    .outerjoin(element_link, element_link.c.element_id == HOLDER_ID)
    .outerjoin(lti_configuration, lti_configuration.c.element_id == HOLDER_ID)
    .outerjoin(element_active_period, element_active_period.c.element_id == element.c.id)
)
ELEMENTS = select(
    element.c.id,
    HOLDER_ID.label("holder_id"),
    element.c.sync_key,
    element.c.kind,
    element.c.parent_id,
    element.c.title,
    func.coalesce(shown.c.description, element.c.description).label("description"),
    element.c.active,
    element_active_period.c.active_from,
    element_active_period.c.active_to,
    element.c.position,
    element.c.extension_id,
    element.c.created_at,
    element.c.updated_at,
    element_file.c.file_id,
    element_file.c.name.label("file_name"),
    element_file.c.content_type.label("file_content_type"),
    element_file.c.comment.label("file_comment"),
    element_link.c.url.label("link_url"),
    element_link.c.embed_link_target,
    element_link.c.package_id,
    lti_configuration.c.url.label("lti_url"),
    lti_configuration.c.open_in.label("lti_open_in"),
    lti_configuration.c.hash_algorithm,
    lti_configuration.c.launch_credential_management,
).select_from(JOINED)
IS_FOLDER = element.c.kind == FOLDER


def select_elements(connection: Connection, wanted: ColumnElement[bool]) -> list[AnyRow]:
    """Returns the rows that are wanted and not deleted, in the course's order: one statement."""
    ordered = ELEMENTS.where(wanted, element.c.deleted_at.is_(None)).order_by(element.c.position, element.c.id)
    return list(connection.execute(ordered))


def contents_where(connection: Connection, scope: Scope, wanted: ColumnElement[bool], rows: list[AnyRow]) -> Contents:
    """Returns what those of the rows hold that are more than a row: at most four statements a kind."""
    numbers: Select[int] = select(HOLDER_ID).select_from(WITH_SHOWN).where(wanted, element.c.deleted_at.is_(None))
    return contents_of(connection, scope, numbers, {row.kind for row in rows})


def as_element(row: AnyRow, scope: Scope, contents: Contents | None) -> CourseElement:
    """Returns an element as callers see it; contents None leaves its content out."""
    url = url_of(row, scope)
    return CourseElement(
        active=is_active(row),
        content="" if contents is None else contents.xml(row, url),
        created_date=timestamp(row.created_at),
        element_id=row.id,
        element_sync_key=row.sync_key,
        extension_id=row.extension_id,
        folder_id=row.parent_id,
        last_updated=timestamp(row.updated_at),
        order=row.position,
        title=row.title,
        type=type_of(row),
        url=url,
    )


def is_active(row: AnyRow) -> bool:
    """Returns whether an element is active now."""
    now = datetime.now(UTC)
    begun = row.active_from is None or row.active_from <= now
    return bool(row.active and begun and (row.active_to is None or now < row.active_to))


def url_of(row: AnyRow, scope: Scope) -> str:
    """Returns where an element's link points, or where its file can be fetched; "" where it has neither."""
    if row.file_id is not None:
        return scope.file_url(row.file_id, row.file_name)
    return (row.link_url or "") if row.package_id is None else ""


def as_folder(row: AnyRow) -> CourseElementFolder:
    return CourseElementFolder(
        active=is_active(row),
        folder_id=row.id,
        folder_sync_key=row.sync_key,
        parent_folder_id=row.parent_id,
        title=row.title,
    )


def type_of(row: AnyRow) -> str:
    """Returns the name of an element's kind; of an extension's, what it holds."""
    if row.kind != "Extension":
        return str(row.kind)
    return next((name for name, column in HELD if getattr(row, column) is not None), str(row.kind))
