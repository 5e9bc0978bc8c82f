"""What Read.Projects and Read.Projects.ForPerson say of a project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from organisation.v1.read_base_pb2 import PagedRequestBase, PagedResultBase
from organisation.v1.read_projects_for_person_pb2 import PersonProject
from organisation.v1.read_projects_pb2 import Project, ProjectAdditionalData
from sqlalchemy import ColumnElement, Connection, select

from lms.among import among
from lms.tables import organisation, project
from runtime.timestamps import timestamp
from services.read.organisations import living, with_organisation
from services.read.page import Page, select_page
from services.read.rows import AnyRow

Shown = TypeVar("Shown", Project, PersonProject)

PROJECTS = select(
    project.c.id, project.c.title, project.c.description, project.c.updated_at, living(project.c.organisation_id)
)
MORE = select(
    project.c.id,
    project.c.created_at,
    project.c.is_archived,
    organisation.c.sync_key.label("organisation_sync_key"),
    organisation.c.title.label("organisation_title"),
).select_from(with_organisation(project))


def list_projects(
    connection: Connection, base: PagedRequestBase, wanted: ColumnElement[bool], shape: type[Shown], *, more: bool
) -> tuple[list[Shown], PagedResultBase]:
    """Returns a page of projects by id, and the base of the answer; more: with additional data, a statement more."""
    rows, result = select_page(connection, Page.of(base), PROJECTS.where(wanted), project.c.id)
    known = additional_data(connection, rows) if more else {}
    return [as_project(row, known.get(row.id), shape) for row in rows], result


def as_project(row: AnyRow, more: ProjectAdditionalData | None, shape: type[Shown]) -> Shown:
    return shape(
        additional_data=more,
        last_updated=timestamp(row.updated_at),
        organisation_id=row.organisation_id,
        project_description=row.description,
        project_id=row.id,
        project_title=row.title,
    )


def additional_data(connection: Connection, projects: Sequence[AnyRow]) -> dict[int, ProjectAdditionalData]:
    """Returns what more is known of these projects, by number."""
    if not projects:
        return {}
    rows = connection.execute(MORE.where(among(connection, project.c.id, [row.id for row in projects])))
    return {
        row.id: ProjectAdditionalData(
            created_date=timestamp(row.created_at),
            is_archived=row.is_archived,
            organisation_sync_key=row.organisation_sync_key,
            organisation_title=row.organisation_title,
        )
        for row in rows
    }
