"""What becomes of scoreScales.csv (OneRoster 1.2): an assessment scale, and an item for each of its pairs."""

from __future__ import annotations

import re
from typing import Final

from organisation.v1 import platform_service_pb2 as pb

from cli.roster_items import Items, items, whole
from oneroster.reader import Refused
from oneroster.roster import Roster
from oneroster.rows import ScoreScale
from oneroster.tables import SCORE_SCALES
from oneroster.values import DELETED

SCALE: Final = "assessment_scale"
ITEM: Final = "assessment_item"
RANGE: Final = re.compile(r"\s*(\d{1,3}(?:\.\d+)?)\s*%?\s*(?:-\s*(\d{1,3}(?:\.\d+)?)\s*%?\s*)?")


def scales(source: Roster) -> Items:
    """Yields the scales, then their items; the file is read twice."""
    yield from items(source, SCORE_SCALES, SCALE, scale_of)
    is_sound = True
    for line, row in source.numbered(SCORE_SCALES):
        if isinstance(row, Refused):
            is_sound = False
        else:
            yield from items_of(row, line)
    if is_sound and source.is_whole(SCORE_SCALES.name):
        yield whole(ITEM)


def scale_of(row: ScoreScale) -> pb.ImportRosterRequest:
    scale = pb.RosterAssessmentScale(
        sync_key=row.sourced_id, title=row.title, course_sync_key=row.class_sourced_id, deleted=row.status == DELETED
    )
    return pb.ImportRosterRequest(assessment_scale=scale, keep=("description", "totals"))


def items_of(row: ScoreScale, line: int) -> Items:
    """The key of an item is its scale's with its place, which starts at 1."""
    for place, (left, right) in enumerate(row.score_scale_value, start=1):
        title, ends = grade_of(left, right)
        item = pb.RosterAssessmentItem(
            sync_key=f"{row.sourced_id}/{place}",
            scale_sync_key=row.sourced_id,
            title=title,
            percent_from=ends[0],
            percent_to=ends[1],
            position=place,
            deleted=row.status == DELETED,
        )
        yield pb.ImportRosterRequest(assessment_item=item, line=line)


def grade_of(left: str, right: str) -> tuple[str, tuple[float | None, float | None]]:
    """Returns the grade of a pair, and the per cents that give it.

    The specification maps from left to right; where only the right side is a range, it is taken the other way round.
    """
    ends = per_cents(left)
    if ends is None and (swapped := per_cents(right)) is not None:
        return left, swapped
    return right, ends or (None, None)


def per_cents(text: str) -> tuple[float, float] | None:
    """Returns both ends of a range such as 90-100, or one number twice; None for what is no range of per cents."""
    found = RANGE.fullmatch(text)
    if found is None:
        return None
    first = float(found[1])
    last = float(found[2]) if found[2] else first
    return (first, last) if first <= last <= 100 else None
