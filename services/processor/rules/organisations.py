"""The organisation that owns what a message makes (writes.yaml organisation_rules)."""

from __future__ import annotations

from typing import Protocol

from lms.references import OrganisationReference
from services.processor.context import Context, Step
from services.processor.rules.naming import find, named_twice

NOT_VALID = "Organisation with specified OrganisationId/OrganisationSyncKey is not valid."
OWNERS = ("school", "site")


class NamesOrganisation(Protocol):
    """A body with OrganisationId and OrganisationSyncKey."""

    @property
    def organisation_id(self) -> int | None: ...

    @property
    def organisation_sync_key(self) -> str | None: ...


def check_organisation(context: Context, data: NamesOrganisation) -> OrganisationReference | None:
    """Returns the organisation, which is a school or stands for the site, and which the credential may see."""
    number, key = data.organisation_id, data.organisation_sync_key
    if named_twice(context, Step.COURSES, "Organisation", number, key):
        return None
    found = find(context.work.directory.organisations, number, key)
    if found is None or found.deleted or not is_owner(found) or not context.sight.sees_organisation(found):
        context.refuse(NOT_VALID, Step.COURSES)
        return None
    return found


def is_owner(organisation: OrganisationReference) -> bool:
    """Whether it is of type School or Site; a roster has no site, but what is above all others stands for it."""
    return organisation.kind.lower() in OWNERS or organisation.at_top
