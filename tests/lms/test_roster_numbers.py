from __future__ import annotations

import pytest
from sqlalchemy import Column, ForeignKeyConstraint, Integer, MetaData, Table

from lms.roster.storing import numbers_of
from lms.tables import course, element, gradebook_assessment, gradebook_item, learning_objective, person


@pytest.mark.parametrize(
    ("column", "table"),
    [
        (person.c.id, person),
        (person.c.username, None),
        (gradebook_assessment.c.person_id, person),
        (gradebook_assessment.c.item_id, gradebook_item),
        # By way of items and elements, and elements repeat their own course.
        (gradebook_assessment.c.course_id, course),
        (element.c.course_id, course),
        (element.c.parent_id, element),
        (learning_objective.c.parent_id, learning_objective),
    ],
    ids=str,
)
def test_a_column_numbers_the_rows_of_one_table(column: Column[int], table: Table | None) -> None:
    assert numbers_of(column) is table


def test_a_column_that_only_repeats_itself_numbers_nothing() -> None:
    tree = Table(
        "tree",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("site", Integer),
        Column("up", Integer),
        ForeignKeyConstraint(["site", "up"], ["tree.site", "tree.id"]),
    )
    assert numbers_of(tree.c.site) is None
    assert numbers_of(tree.c.up) is tree
