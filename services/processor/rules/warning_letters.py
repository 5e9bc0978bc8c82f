"""Which warning letters a message may change, and how (writes.yaml Update.WarningLetter)."""

from __future__ import annotations

from collections.abc import Sequence

from lms.warning_letters import StoredLetter, lock_letters
from services.processor.context import Context

DUPLICATES = "Message contains duplicates for warning letter ID per request."
# Only what was read can be filed, and what was read or filed can be put out to be read again.
CHANGES = {("Received", "Created"), ("Received", "Archived"), ("Archived", "Created")}


def check_letters(context: Context, numbers: Sequence[int]) -> dict[int, StoredLetter]:
    """Returns the letters that are there and that the credential may see, by number, locked; refuses doubles."""
    if len(set(numbers)) < len(numbers):
        context.refuse(DUPLICATES)
        return {}
    letters = lock_letters(context.work, context.work.site_id, numbers, context.work.now)
    people = context.sight.seen_people({one.person_id for one in letters.values() if one.course_id is None})
    sees_courses_of = context.sight.sees_courses_of
    return {
        number: one
        for number, one in letters.items()
        if (one.person_id in people if one.course_id is None else sees_courses_of(one.organisation_id))
    }


def may_become(letter: StoredLetter, status: str) -> bool:
    """Whether a letter can take this status; the one that it has is no change."""
    return letter.status == status or (letter.status, status) in CHANGES
