"""May this credential do this here? Steps 2 and 4 of the table of checks, with the texts of contract section 9."""

from __future__ import annotations

from dataclasses import dataclass

from organisation.v1 import error_reason_pb2

from runtime.errors import reason_name
from services.auth import texts


@dataclass(frozen=True, slots=True)
class Facts:
    """What the store knows that bears on one request."""

    partner_id: int
    bound_site: int | None
    """None: all sites."""
    granted_somewhere: bool
    """The type, on any site of the credential."""
    granted_here: bool
    """The type, on the site that the request acts on."""
    site_known: bool
    site_allowed: bool
    """By the site's administrator, to the partner."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Leave for one site, or why not."""

    allowed: bool
    site_id: int = 0
    reason: str = ""
    text: str = ""


def decide(facts: Facts, site_id: int | None, *, any_type: bool) -> Decision:
    """Decides on a request that named site_id (None: none); any_type asks only about the site."""
    if not (any_type or facts.granted_somewhere):
        return type_not_granted()
    if facts.bound_site is None:
        denied = refuse_site(facts, site_id)
    elif site_id is not None:
        denied = deny(error_reason_pb2.ERROR_REASON_SITE_NOT_ALLOWED, texts.SITE_NOT_ALLOWED)
    else:
        denied = None
    if denied is not None:
        return denied
    if not (any_type or facts.granted_here):
        return type_not_granted()
    return Decision(allowed=True, site_id=facts.bound_site or site_id or 0)


def refuse_site(facts: Facts, site_id: int | None) -> Decision | None:
    """Returns why an all-sites credential may not act on the site, None where it may."""
    if site_id is None:
        return deny(error_reason_pb2.ERROR_REASON_SITE_REQUIRED, texts.SITE_REQUIRED)
    if not facts.site_known:
        return deny(error_reason_pb2.ERROR_REASON_SITE_UNKNOWN, texts.site_unknown(site_id))
    if not facts.site_allowed:
        return deny(error_reason_pb2.ERROR_REASON_SITE_DENIED, texts.site_denied(site_id))
    return None


def type_not_granted() -> Decision:
    return deny(error_reason_pb2.ERROR_REASON_TYPE_NOT_GRANTED, texts.TYPE_NOT_GRANTED)


def deny(reason: error_reason_pb2.ErrorReason.ValueType, text: str) -> Decision:
    return Decision(allowed=False, reason=reason_name(reason), text=text)
