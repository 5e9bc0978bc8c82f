"""The exact texts that partners read (contract section 9, decisions table step 1)."""

from __future__ import annotations

from runtime.errors import SITE_UNKNOWN_TEXT

NOT_AUTHENTICATED = "An error occurred when verifying security for the message."

REFUSED = "Your security settings don't allow you to perform that operation."
TYPE_NOT_GRANTED = f"{REFUSED} Please contact administration to grant you an access."
SITE_REQUIRED = "SiteId should be specified to perform the action."
ORGANISATION_NOT_VALID = "Organisation with specified OrganisationId/OrganisationSyncKey is not valid."
SITE_NOT_ALLOWED = f"{REFUSED} SiteId can't be specified because you have an access to specific site."


def site_unknown(site_id: int) -> str:
    return SITE_UNKNOWN_TEXT.format(site_id)


def site_denied(site_id: int) -> str:
    return f"{REFUSED} Please contact administration to grant you an access to site with SiteId='{site_id}'."
