"""Learning objectives that a message names by their text ids."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from lms.learning_objectives import find_objective
from lms.references import ObjectiveReference
from services.processor.context import Context

INVALID = "Learning objective with specified LearningObjectiveId is not valid."
NOT_OF_ELEMENT = "Learning objective with specified LearningObjectiveId is not an objective of the element."


def check_objectives(context: Context, ids: Sequence[str]) -> list[ObjectiveReference]:
    """Returns the objectives of the site's repository in order, each once; refuses what elements cannot have."""
    context.work.directory.objectives.learn((), ids)
    found = [check_objective(context, one) for one in dict.fromkeys(ids)]
    return [one for one in found if one is not None]


def check_objective(context: Context, key: str) -> ObjectiveReference | None:
    """Returns the objective that elements may have."""
    found = find_objective(context.work, key)
    if found is None:
        context.refuse(INVALID)
    return found


def check_objectives_of(context: Context, own: AbstractSet[int], ids: Sequence[str]) -> list[ObjectiveReference | None]:
    """Returns the objective of each id, which must be among those of an element; what hides it later is no matter."""
    known = context.work.directory.objectives
    known.learn((), ids)
    for one in dict.fromkeys(ids):
        objective = known.by_key(one)
        if (objective is None or objective.id not in own) and check_objective(context, one) is not None:
            context.refuse(NOT_OF_ELEMENT)
    return [known.by_key(one) for one in ids]
