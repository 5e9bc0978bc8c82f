"""Read.Projects and Read.Projects.ForPerson."""

from __future__ import annotations

from organisation.v1.read_projects_for_person_pb2 import (
    PersonProject,
    ReadProjectsForPersonRequest,
    ReadProjectsForPersonResponse,
)
from organisation.v1.read_projects_pb2 import (
    PROJECT_ID_TYPE_ORGANISATION_SYNC_KEY,
    PROJECT_ID_TYPE_PROJECT_ID,
    PROJECT_ID_TYPE_UNSPECIFIED,
    Project,
    ReadProjectsRequest,
    ReadProjectsResponse,
)
from sqlalchemy import ColumnElement, Connection, and_, false, select

from lms.tables import project, project_member
from services.read.errors import not_valid, refused
from services.read.people import find_person_by
from services.read.project_data import list_projects
from services.read.scope import Scope, number_of, searchable

IN_USE = project.c.is_archived.is_(False)


def read_projects(connection: Connection, scope: Scope, request: ReadProjectsRequest) -> ReadProjectsResponse:
    """Lists projects by id: three statements at most.

    A project asked for by its number is an error when it is deleted, unknown or out of sight, and is shown when it is
    archived; everything else leaves deleted and archived projects out.
    """
    wanted = and_(scope.projects(), matching(scope, request))
    shown, base = list_projects(connection, request.base, wanted, Project, more=request.include_additional_data)
    if not base.total and request.id_type == PROJECT_ID_TYPE_PROJECT_ID:
        raise not_valid("Project", "ProjectId")
    return ReadProjectsResponse(base=base, projects=shown)


def matching(scope: Scope, request: ReadProjectsRequest) -> ColumnElement[bool]:
    """Returns the condition that the request's Id and IdType stand for; an unknown organisation has no projects."""
    kind, text = request.id_type, request.id
    if bool(text) != (kind != PROJECT_ID_TYPE_UNSPECIFIED):
        raise refused("IdType must be specified if and only if Id is specified.")
    if not text:
        return IN_USE
    if kind == PROJECT_ID_TYPE_PROJECT_ID:
        number = number_of(text)
        return false() if number is None else project.c.id == number
    if kind == PROJECT_ID_TYPE_ORGANISATION_SYNC_KEY:
        return and_(IN_USE, scope.within(project, (searchable(text),)))
    raise refused("IdType is not valid.")


def read_projects_for_person(
    connection: Connection, scope: Scope, request: ReadProjectsForPersonRequest
) -> ReadProjectsForPersonResponse:
    """Lists by id the projects that a person is a member of: four statements at most."""
    person_id = find_person_by(connection, scope, request.id_type, request.id)
    joined = select(project_member.c.project_id).where(
        project_member.c.person_id == person_id, project_member.c.deleted_at.is_(None)
    )
    wanted = and_(scope.projects(), IN_USE, project.c.id.in_(joined))
    shown, base = list_projects(connection, request.base, wanted, PersonProject, more=request.include_additional_data)
    return ReadProjectsForPersonResponse(base=base, projects=shown)
