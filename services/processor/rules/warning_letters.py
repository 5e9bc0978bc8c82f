"""Which warning letters a message may change, and how (writes.yaml Update.WarningLetter)."""

from __future__ import annotations

from collections.abc import Sequence

from lms.warning_letters import StoredLetter, lock_letters
from services.processor.context import Context
from services.processor.rules.people import unseen

DUPLICATES = "Message contains duplicates for warning letter ID per request."
# Only what was read can be filed, and what was read or filed can be put out to be read again.
CHANGES = {("Received", "Created"), ("Received", "Archived"), ("Archived", "Created")}


def check_letters(context: Context, numbers: Sequence[int]) -> dict[int, StoredLetter]:
    """Returns the letters that are there and that the credential may see, by number, locked; refuses doubles."""
    if len(set(numbers)) < len(numbers):
        context.refuse(DUPLICATES)
        return {}
    letters = lock_letters(context.work.connection(), context.work.site_id, numbers)
    if not context.organisations:
        return letters
    within = context.work.directory.organisations_within(context.organisations)
    strangers = unseen(context, {one.person_id for one in letters.values() if one.course_id is None})
    return {
        number: one
        for number, one in letters.items()
        if (one.person_id not in strangers if one.course_id is None else one.organisation_id in within)
    }


def may_become(letter: StoredLetter, status: str) -> bool:
    """Whether a letter can take this status; the one that it has is no change."""
    return letter.status == status or (letter.status, status) in CHANGES
