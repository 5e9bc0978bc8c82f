"""The people, courses, elements and keys of one site, as one transaction sees them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Select, Table, and_, bindparam, func, select
from sqlalchemy.sql.elements import ColumnElement

from lms.lookup import Lookup
from lms.organisations import organisations_within, people_within
from lms.references import (
    CourseReference,
    ElementReference,
    FolderReference,
    ObjectiveReference,
    OrganisationReference,
    PersonReference,
    ScaleReference,
)
from lms.tables import (
    assessment_scale,
    content_key,
    course,
    course_file,
    element,
    learning_objective,
    my_file,
    organisation,
    person,
)
from runtime.direct import Direct

Place = tuple[int, int | None]
"""A course and a folder in it; None: the course's root."""


def statements(query: Select[Any], site: ColumnElement[int], number: Any, key: Any) -> tuple[Select[Any], Select[Any]]:
    """Returns the query by numbers and by keys, within a site."""
    here = query.where(site == bindparam("site_id"))
    values: Any = bindparam("values", expanding=True)
    return here.where(number.in_(values)), here.where(key.in_(values))


PEOPLE = statements(
    select(
        person.c.id,
        person.c.sync_key,
        person.c.deleted_at.is_not(None),
        and_(person.c.external_user_id.is_not(None), person.c.external_customer_id.is_not(None)),
        person.c.role,
    ),
    person.c.site_id,
    person.c.id,
    person.c.sync_key,
)
ORGANISATIONS = statements(
    select(
        organisation.c.id,
        organisation.c.sync_key,
        organisation.c.deleted_at.is_not(None),
        organisation.c.kind,
        organisation.c.parent_id.is_(None),
    ),
    organisation.c.site_id,
    organisation.c.id,
    organisation.c.sync_key,
)
COURSES = statements(
    select(
        course.c.id,
        course.c.sync_key,
        course.c.deleted_at.is_not(None),
        course.c.external_customer_id.is_not(None),
        course.c.is_archived,
        course.c.organisation_id,
    ),
    course.c.site_id,
    course.c.id,
    course.c.sync_key,
)
ELEMENTS = statements(
    select(
        element.c.id,
        element.c.sync_key,
        element.c.course_id,
        element.c.kind,
        element.c.deleted_at.is_not(None),
        element.c.creator_id,
    ),
    element.c.site_id,
    element.c.id,
    element.c.sync_key,
)


def folders_of(table: Table, *tree: str) -> tuple[Select[Any], Select[Any]]:
    """Returns the queries for the folders of file areas, whose trees are told apart by these columns."""
    return statements(
        select(
            table.c.id, table.c.sync_key, table.c.path, table.c.deleted_at.is_not(None), *(table.c[one] for one in tree)
        ).where(table.c.kind == "Folder"),
        table.c.site_id,
        table.c.id,
        table.c.sync_key,
    )


FOLDERS = {my_file: folders_of(my_file, "owner_id", "visibility"), course_file: folders_of(course_file, "course_id")}
SCALES = statements(
    select(
        assessment_scale.c.id,
        assessment_scale.c.sync_key,
        assessment_scale.c.course_id,
        assessment_scale.c.deleted_at.is_not(None),
    ),
    assessment_scale.c.site_id,
    assessment_scale.c.id,
    assessment_scale.c.sync_key,
)
OBJECTIVES = statements(
    select(
        learning_objective.c.id,
        learning_objective.c.sync_key,
        learning_objective.c.kind,
        and_(learning_objective.c.published, learning_objective.c.deleted_at.is_(None)),
        learning_objective.c.parent_id,
    ),
    learning_objective.c.site_id,
    learning_objective.c.id,
    learning_objective.c.sync_key,
)
KEYS = select(content_key.c.sync_key).where(
    content_key.c.site_id == bindparam("site_id"), content_key.c.sync_key.in_(bindparam("values", expanding=True))
)
folder, neighbour = element.alias(), element.alias()
THERE = neighbour.c.deleted_at.is_(None)
# A look into the index for each place, in one round trip.
LAST_IN_FOLDERS = select(
    folder.c.id,
    select(func.max(neighbour.c.position))
    .where(neighbour.c.course_id == folder.c.course_id, neighbour.c.parent_id == folder.c.id, THERE)
    .scalar_subquery(),
).where(folder.c.id.in_(bindparam("values", expanding=True)))
LAST_IN_COURSES = select(
    course.c.id,
    select(func.max(neighbour.c.position))
    .where(neighbour.c.course_id == course.c.id, neighbour.c.parent_id.is_(None), THERE)
    .scalar_subquery(),
).where(course.c.id.in_(bindparam("values", expanding=True)))


@cache
def paths_of(table: Table, *tree: str) -> Select[Any]:
    """Returns what reads which of some paths there are in the tree that these columns tell apart."""
    mine = [table.c[name] == bindparam(name) for name in tree]
    return select(table.c.path).where(*mine, table.c.path.in_(bindparam("paths", expanding=True)))


class Directory:
    """Remembers what was looked up; nothing of another site can be found in it."""

    def __init__(self, connection: Direct, site_id: int) -> None:
        self._connection = connection
        self.site_id = site_id
        self.people = Lookup(connection, site_id, *PEOPLE, PersonReference)
        self.organisations = Lookup(connection, site_id, *ORGANISATIONS, OrganisationReference)
        self.courses = Lookup(connection, site_id, *COURSES, CourseReference)
        self.elements = Lookup(connection, site_id, *ELEMENTS, ElementReference)
        self.folders = {
            table: Lookup(connection, site_id, *queries, FolderReference.of) for table, queries in FOLDERS.items()
        }
        self.scales = Lookup(connection, site_id, *SCALES, ScaleReference)
        self.objectives = Lookup(connection, site_id, *OBJECTIVES, ObjectiveReference)
        self._within: dict[frozenset[str], frozenset[int]] = {}
        self._people_within: dict[tuple[frozenset[str], int], bool] = {}
        self._keys: dict[str, bool] = {}
        self._positions: dict[Place, int] = {}
        self._whole: set[Place] = set()
        """Places whose elements are known to be numbered from 1 without gaps."""
        self._paths: set[tuple[object, ...]] = set()

    def organisations_within(self, keys: frozenset[str]) -> frozenset[int]:
        """Returns the numbers of the organisations with these keys and of all below them."""
        if keys not in self._within:
            self._within[keys] = frozenset(self._connection.core.scalars(organisations_within(self.site_id, keys)))
        return self._within[keys]

    def people_within(self, keys: frozenset[str], people: Collection[int]) -> set[int]:
        """Returns those of the people who belong to the organisations with these keys, or to one below them."""
        unknown = {one for one in people if (keys, one) not in self._people_within}
        if unknown:
            found = set(self._connection.core.scalars(people_within(self.site_id, keys, unknown)))
            self._people_within.update(((keys, one), one in found) for one in unknown)
        return {one for one in people if self._people_within[keys, one]}

    def taken(self, keys: Iterable[str]) -> list[str]:
        """Returns those of the keys that content of the site has, in their order."""
        wanted = list(keys)
        self.learn_keys(wanted)
        return [key for key in wanted if self._keys[key]]

    def learn_keys(self, keys: Iterable[str]) -> None:
        """Looks up which of these keys content has."""
        unknown = [key for key in dict.fromkeys(keys) if key not in self._keys]
        if unknown:
            found = self._connection.scalars(KEYS, {"site_id": self.site_id, "values": unknown})
            self._keys.update(dict.fromkeys(unknown, False))
            self._keys.update(dict.fromkeys(found, True))

    def take_key(self, key: str) -> None:
        """Notes that content of this transaction has the key."""
        self._keys[key] = True

    def free_key(self, key: str) -> None:
        """Notes that this transaction has taken the key from its content."""
        self._keys[key] = False

    def taken_paths(self, table: Table, tree: Mapping[str, Any], paths: Sequence[str]) -> set[str]:
        """Returns those of the paths that there are in the tree that these columns' values tell from others."""
        stored = self._connection.scalars(paths_of(table, *tree), {**tree, "paths": paths})
        return {*stored, *(path for path in paths if (table, *tree.values(), path) in self._paths)}

    def take_path(self, table: Table, tree: Mapping[str, Any], path: str) -> None:
        """Notes that this transaction makes what has the path."""
        self._paths.add((table, *tree.values(), path))

    def next_position(self, course_id: int | None, parent_id: int | None) -> int:
        """Returns the place after the last element of a folder or a course's root, from 1; 1 in the library."""
        if course_id is None:
            return 1
        place = (course_id, parent_id)
        if place not in self._positions:
            self.learn_positions((place,))
        self._positions[place] += 1
        return self._positions[place]

    def add_element(self, new: ElementReference) -> None:
        """Remembers an element that this transaction makes; a new folder is empty."""
        self.elements.remember(new)
        if new.kind == "Folder" and new.course_id is not None:
            self._positions[new.course_id, new.id] = 0

    def delete_element(self, found: ElementReference) -> None:
        """Remembers that this transaction deletes an element, which leaves a gap."""
        self.elements.remember(replace(found, deleted=True))
        self.forget_whole()

    def forget_end(self, course_id: int, parent_id: int | None) -> None:
        """Has it looked up anew where a folder or a course's root ends, after its elements have been moved."""
        self._positions.pop((course_id, parent_id), None)
        self._whole.discard((course_id, parent_id))

    def whole(self, course_id: int, parent_id: int | None) -> int | None:
        """Returns how many elements a folder or a course's root has, if they have no gaps; None: it is not known.

        What other transactions add meanwhile comes after all that this one does.
        """
        place = course_id, parent_id
        return self._positions[place] if place in self._whole else None

    def remember_whole(self, course_id: int, parent_id: int | None, count: int) -> None:
        """Remembers how many elements there are without gaps; what is added from now on comes behind them."""
        self._positions[course_id, parent_id] = count
        self._whole.add((course_id, parent_id))

    def forget_whole(self) -> None:
        """Has gaps looked for anew, after elements have left places that the caller does not know."""
        self._whole.clear()

    def learn_positions(self, places: Iterable[Place]) -> None:
        """Looks up where courses' roots and folders end."""
        unknown = {place for place in places if place not in self._positions}
        self._positions.update(dict.fromkeys(unknown, 0))
        folders = {parent_id: (course_id, parent_id) for course_id, parent_id in unknown if parent_id is not None}
        roots = {course_id: (course_id, None) for course_id, parent_id in unknown if parent_id is None}
        for statement, found in ((LAST_IN_FOLDERS, folders), (LAST_IN_COURSES, roots)):
            if found:
                for number, last in self._connection.execute(statement, {"values": list(found)}):
                    self._positions[found[number]] = last or 0

    def forget_content(self) -> None:
        """Drops all that is remembered of content, so that it is looked up anew."""
        self.elements.forget()
        for lookup in self.folders.values():
            lookup.forget()
        self._keys.clear()
        self._positions.clear()
        self._whole.clear()
        self._paths.clear()
