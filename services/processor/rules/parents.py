"""Whether a folder that a message names can be put into (writes.yaml parent_rules)."""

from __future__ import annotations

from services.processor.context import Context, Step
from services.processor.rules.wording import Wording


def is_usable(context: Context, number: int | None, wording: Wording, *, there: bool, deleted: bool) -> bool:
    """Refuses a folder that is not there, where it may be, or deleted; returns whether it is neither.

    number: what the message names it by; None: it sent the key.
    """
    if there and not deleted:
        return True
    text = wording.parent_deleted if there else wording.parent_invalid
    # The texts speak of the key; whoever sent the number reads of the number.
    context.refuse(text if number is None else text.replace("ParentSyncKey", "ParentId"), Step.PARENTS)
    return False
