"""Read.LearningObjectives."""

from __future__ import annotations

from organisation.v1 import read_learning_objectives_pb2 as pb
from sqlalchemy import Connection, and_, exists, select

from lms.tables import learning_objective
from runtime.timestamps import timestamp
from services.read.errors import not_valid
from services.read.rows import AnyRow
from services.read.scope import Scope, searchable

TYPES = {
    "Folder": pb.LEARNING_OBJECTIVE_ELEMENT_TYPE_FOLDER,
    "Subject": pb.LEARNING_OBJECTIVE_ELEMENT_TYPE_SUBJECT,
    "Category": pb.LEARNING_OBJECTIVE_ELEMENT_TYPE_CATEGORY,
    "LearningObjective": pb.LEARNING_OBJECTIVE_ELEMENT_TYPE_LEARNING_OBJECTIVE,
}
"""The words of the content store."""

below = learning_objective.alias()
SHOWN = and_(learning_objective.c.published, learning_objective.c.deleted_at.is_(None))
# Not EXISTS, for which PostgreSQL may go through the whole repository.
CONTAINS = (
    select(below.c.id)
    .where(
        below.c.site_id == learning_objective.c.site_id,
        below.c.parent_id == learning_objective.c.id,
        below.c.published,
        below.c.deleted_at.is_(None),
    )
    .limit(1)
    .scalar_subquery()
    .is_not(None)
)


def read_learning_objectives(
    connection: Connection, scope: Scope, request: pb.ReadLearningObjectivesRequest
) -> pb.ReadLearningObjectivesResponse:
    """Lists one level of the site's repository: two statements at most.

    The repository is the site's, not an organisation's, so a narrowed credential sees it whole.
    """
    folder_id = find_folder(connection, scope, request.folder_id) if request.folder_id else None
    level = and_(learning_objective.c.site_id == scope.site_id, learning_objective.c.parent_id == folder_id, SHOWN)
    query = select(learning_objective, CONTAINS.label("contains")).where(level).order_by(learning_objective.c.id)
    return pb.ReadLearningObjectivesResponse(learning_objectives=[as_element(row) for row in connection.execute(query)])


def find_folder(connection: Connection, scope: Scope, key: str) -> int:
    """Returns the number of what the key names, unless it or something above it is unpublished or deleted."""
    named = and_(learning_objective.c.site_id == scope.site_id, learning_objective.c.sync_key == searchable(key), SHOWN)
    way = select(learning_objective.c.id, learning_objective.c.parent_id).where(named).cte(recursive=True)
    above = select(learning_objective.c.id, learning_objective.c.parent_id).where(
        learning_objective.c.id == way.c.parent_id, SHOWN
    )
    # UNION, which drops what is there already, ends also where objectives stand in a ring, which has no top.
    up = way.union(above)
    reaches_top = exists(select(up.c.id).where(up.c.parent_id.is_(None)))
    found = connection.execute(select(learning_objective.c.id).where(named, reaches_top)).scalar_one_or_none()
    if found is None:
        raise not_valid("Folder", "FolderId")
    return int(found)


def as_element(row: AnyRow) -> pb.LearningObjectiveElement:
    return pb.LearningObjectiveElement(
        contains_sub_elements=row.contains,
        created=timestamp(row.created_at),
        description=row.description,
        element_id=row.sync_key,
        title=row.title,
        type=TYPES[row.kind],
        updated_date=timestamp(row.updated_at),
    )
