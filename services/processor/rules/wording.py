"""The texts that differ between types. The original's folder pages word some rules in a way of their own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    user_invalid: str = "User with specified UserId/UserSyncKey is not valid."
    user_deleted: str = "User with specified UserId/UserSyncKey is deleted."
    user_external: str = "User with specified UserId/UserSyncKey is external."
    parent_invalid: str = "ParentSyncKey cannot be found in the identifier map or is invalid."
    parent_deleted: str = "Folder related to ParentSyncKey has been deleted or removed."
    title_invalid: str = "Title is blank or contains invalid characters."


STANDARD = Wording()
FOLDER = Wording(
    user_invalid="User (creator) does not exist.",
    user_deleted="User (creator) is deleted.",
    user_external="User (creator) is external.",
    parent_invalid="Invalid or unknown ParentSyncKey.",
    parent_deleted="Invalid or unknown ParentSyncKey.",
    title_invalid="Folder name is blank or contains invalid characters.",
)
PERSON = Wording(
    user_invalid="Person with specified PersonId/PersonSyncKey is not valid.",
    user_deleted="Person with specified PersonId/PersonSyncKey is deleted.",
    user_external="Person with specified PersonId/PersonSyncKey is external.",
)
EVALUATOR = Wording(
    user_invalid="Person with specified EvaluatorPersonId/EvaluatorPersonSyncKey is not valid.",
    user_deleted="Person with specified EvaluatorPersonId/EvaluatorPersonSyncKey is deleted.",
    user_external="Person with specified EvaluatorPersonId/EvaluatorPersonSyncKey is external.",
)
TOPIC = Wording(title_invalid="Topic name is blank or contains invalid characters.")
LESSON = Wording(title_invalid="Lesson name is blank or contains invalid characters.")
