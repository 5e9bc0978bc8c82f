"""Assessment scales, gradebooks and the assessment record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from benchmarks.bulk import Values
from benchmarks.school.content import of_kind, share
from benchmarks.school.size import COLUMNS, GRADES, ITEMS, KEYED, NOW, SCALES, SITE, Part, Size, keyed, pupil_of
from lms import tables

MARKS = 60
"""Of each item of a roster."""
ITEM = ("id", "sync_key", "site_id", "created_at", "updated_at", "course_id", "category_id", "title", "element_id")


def scales(_: Size) -> Iterator[Values]:
    for number in range(1, SCALES + 1):
        yield *keyed(number, f"scale-{number}"), f"Scale {number}", "", "", None


def grades(_: Size) -> Iterator[Values]:
    for number in range(SCALES * GRADES):
        position = number % GRADES
        row = 1 + number // GRADES, f"Grade {position + 1}", position * 15.0, position * 15.0 + 14, position + 1
        yield *keyed(number + 1, f"grade-{number}"), *row


def categories(size: Size) -> Iterator[Values]:
    for number in range(size.courses * 3):
        yield *keyed(number + 1, f"cat-{number}"), f"Category {number % 3}", 1.0, 1 + number // 3


def roster_items(size: Size) -> Iterator[Values]:
    for number in range(size.courses * ITEMS):
        course, place = 1 + number // ITEMS, number % ITEMS
        category = number // ITEMS * 3 + place % 3 + 1
        yield number + 1, f"item-{number}", SITE, NOW, NOW, course, category, f"Essay {place}", None


def element_items(size: Size) -> Iterator[Values]:
    first = size.courses * ITEMS + 1
    for number, element in enumerate(of_kind(size, "CustomActivity"), first):
        yield number, None, SITE, NOW, NOW, 1 + (element - 1) // size.of_course, None, None, element


def marks(size: Size) -> Iterator[Values]:
    each = ITEMS * MARKS
    for number in range(size.courses * each):
        course, place = number // each, number % each
        item, person = course * ITEMS + place // MARKS + 1, pupil_of(size, course, place % MARKS)
        row = course + 1, item, person, "", float(place % 20), 1, NOW + timedelta(seconds=place)
        yield *keyed(number + 1, f"mark-{number}"), *row


def columns(_: Size) -> Iterator[Values]:
    for number in range(1, COLUMNS + 1):
        yield *keyed(number, f"column-{number}"), f"Column {number}"


def records(size: Size) -> Iterator[Values]:
    """For four courses of each person, one after the other in time."""
    for number in range(size.people * 4):
        changed = NOW + timedelta(seconds=number)
        course, person = 1 + number * 7 % size.courses, 1 + number // 4
        value = str(number % 6), "Set", number % 2 == 0
        yield number + 1, f"record-{number}", SITE, NOW, changed, 1 + number % COLUMNS, course, person, *value


PARTS = (
    Part(tables.assessment_scale, (*KEYED, "title", "description", "totals", "course_id"), scales, lambda _: SCALES),
    Part(
        tables.assessment_item,
        (*KEYED, "scale_id", "title", "percent_from", "percent_to", "position"),
        grades,
        lambda _: SCALES * GRADES,
    ),
)
AFTER_ELEMENTS = (
    Part(
        tables.gradebook_category, (*KEYED, "title", "weight", "course_id"), categories, lambda size: size.courses * 3
    ),
    Part(tables.gradebook_item, ITEM, roster_items, lambda size: size.courses * ITEMS),
    Part(tables.gradebook_item, ITEM, element_items, share(1)),
    Part(
        tables.gradebook_assessment,
        (*KEYED, "course_id", "item_id", "person_id", "status", "score", "evaluator_id", "assessed_at"),
        marks,
        lambda size: size.courses * ITEMS * MARKS,
    ),
    Part(tables.summary_column, (*KEYED, "title"), columns, lambda _: COLUMNS),
    Part(
        tables.summary_record,
        (*KEYED, "column_id", "course_id", "person_id", "value", "status", "completed"),
        records,
        lambda size: size.people * 4,
    ),
)
