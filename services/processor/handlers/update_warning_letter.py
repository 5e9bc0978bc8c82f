"""Update.WarningLetter: files warning letters, or puts them out to be read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.lanes import Detail
from lms.warning_letters import set_status
from services.processor.context import Context
from services.processor.handler import Handler
from services.processor.rules.vendors import check_vendor
from services.processor.rules.warning_letters import check_letters, may_become


@dataclass(frozen=True, slots=True)
class Pair:
    id: int
    status: str


def apply(context: Context, data: Sequence[Pair]) -> Sequence[Detail]:
    check_vendor(context)
    letters = context.approved(check_letters(context, [pair.id for pair in data]))
    changed: dict[str, list[int]] = {}
    details = []
    for pair in data:
        letter = letters.get(pair.id)
        if letter is None:
            details.append(context.warning(f"Warning letter with Id {pair.id} is not valid."))
        elif not may_become(letter, pair.status):
            change = f"from {letter.status} to {pair.status}"
            details.append(context.warning(f"The status of warning letter {pair.id} cannot be changed {change}."))
        else:
            changed.setdefault(pair.status, []).append(pair.id)
            details.append(context.info(f"Warning letter {pair.id} updated", ""))
    for status, numbers in changed.items():
        set_status(context.work, numbers, status, context.work.now)
    return details


HANDLER = Handler("Update.WarningLetter", "WarningLetter", tuple[Pair, ...], apply)
