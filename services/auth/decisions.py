"""May this credential do this here? One list of rules, in the order of the contract (steps 2 and 4, section 9).

Authorize and ExplainAccess go through the same rules: the one keeps the end, the other shows the way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from organisation.v1 import error_reason_pb2

from runtime.errors import reason_name
from services.auth import texts


class Standing(Enum):
    """How the organisation that is asked about stands to those that a credential is narrowed to."""

    NOT_ASKED = auto()
    UNKNOWN = auto()
    """The site has no such organisation."""
    OUTSIDE = auto()
    SEEN = auto()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the store knows that bears on one request."""

    partner_id: int
    bound_site: int | None
    """None: all sites."""
    is_over: bool
    """The credential was revoked, or has expired."""
    type_known: bool
    """By the catalogue."""
    granted_somewhere: bool
    """The type, on any site of the credential."""
    granted_here: bool
    """The type, on the site that the request acts on."""
    site_known: bool
    site_allowed: bool
    """By the site's administrator, to the partner."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks leave for."""

    site_id: int | None
    """The site that it named; None: none."""
    any_type: bool = False
    """It asks only about the site, as uploads do."""
    organisation: Standing = Standing.NOT_ASKED


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, in words for an operator; of a denial also the reason, and the text that the partner reads."""

    words: str
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A rule and its finding; None: a rule before it had denied already."""

    rule: str
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class Decision:
    """Leave for one site, or why not."""

    allowed: bool
    site_id: int
    reason: str
    text: str
    steps: tuple[Step, ...]


def decide(facts: Facts, asked: Asked) -> Decision:
    """Asks the rules one after the other, up to the first that denies."""
    steps: list[Step] = []
    denied: Finding | None = None
    for name, rule in RULES:
        finding = rule(facts, asked) if denied is None else None
        steps.append(Step(name, finding))
        if finding is not None and finding.reason:
            denied = finding
    if denied is not None:
        return Decision(False, 0, denied.reason, denied.text, tuple(steps))
    return Decision(True, facts.bound_site or asked.site_id or 0, "", "", tuple(steps))


def deny(reason: error_reason_pb2.ErrorReason.ValueType, text: str, words: str) -> Finding:
    return Finding(words, reason_name(reason), text)


def credential_lives(facts: Facts, _: Asked) -> Finding:
    if facts.is_over:
        reason = error_reason_pb2.ERROR_REASON_UNAUTHENTICATED
        return deny(reason, texts.NOT_AUTHENTICATED, "The credential was revoked or has expired.")
    return Finding("The credential is neither revoked nor expired.")


def type_granted(facts: Facts, asked: Asked) -> Finding:
    """An unknown type reads the same as one that is not granted; only an operator is told which it is."""
    if asked.any_type:
        return Finding("No message type is asked about.")
    if facts.granted_somewhere:
        return Finding("The message type is granted to the credential.")
    return type_not_granted(
        "The message type is granted to the credential nowhere."
        if facts.type_known
        else "The catalogue has no such message type."
    )


def site_named(facts: Facts, asked: Asked) -> Finding:
    if facts.bound_site is None:
        if asked.site_id is not None:
            return Finding("The credential is for all sites, and the request names one.")
        reason = error_reason_pb2.ERROR_REASON_SITE_REQUIRED
        return deny(reason, texts.SITE_REQUIRED, "The credential is for all sites, and the request names none.")
    if asked.site_id is None:
        return Finding(f"The credential is bound to site {facts.bound_site}, and the request names none.")
    reason = error_reason_pb2.ERROR_REASON_SITE_NOT_ALLOWED
    words = f"The credential is bound to site {facts.bound_site}, and the request names a site."
    return deny(reason, texts.SITE_NOT_ALLOWED, words)


def site_known(facts: Facts, asked: Asked) -> Finding:
    if asked.site_id is None or facts.site_known:
        return Finding("The site exists.")
    reason = error_reason_pb2.ERROR_REASON_SITE_UNKNOWN
    return deny(reason, texts.site_unknown(asked.site_id), "There is no such site.")


def site_allowed(facts: Facts, asked: Asked) -> Finding:
    if facts.bound_site is not None or asked.site_id is None:
        return Finding("A credential that is bound to its site needs no leave of the administrator.")
    if facts.site_allowed:
        return Finding("The site's administrator has allowed the partner.")
    reason = error_reason_pb2.ERROR_REASON_SITE_DENIED
    text = texts.site_denied(asked.site_id)
    return deny(reason, text, "The site's administrator has not allowed the partner.")


def type_granted_here(facts: Facts, asked: Asked) -> Finding:
    if asked.any_type:
        return Finding("No message type is asked about.")
    if facts.granted_here:
        return Finding("The grant holds on this site.")
    return type_not_granted("The message type is granted on other sites only.")


def organisation_seen(_: Facts, asked: Asked) -> Finding:
    """What a credential does not see is, in every service, as if it were not there."""
    if asked.organisation is Standing.NOT_ASKED:
        return Finding("No organisation is asked about.")
    if asked.organisation is Standing.SEEN:
        return Finding("The organisation is among those that the credential sees.")
    outside = asked.organisation is Standing.OUTSIDE
    words = (
        "The credential is narrowed to organisations, and neither is this one of them nor is it below one."
        if outside
        else "The site has no such organisation."
    )
    return deny(error_reason_pb2.ERROR_REASON_READ_REFUSED, texts.ORGANISATION_NOT_VALID, words)


def type_not_granted(words: str) -> Finding:
    return deny(error_reason_pb2.ERROR_REASON_TYPE_NOT_GRANTED, texts.TYPE_NOT_GRANTED, words)


RULES: tuple[tuple[str, Callable[[Facts, Asked], Finding]], ...] = (
    ("credential", credential_lives),
    ("type granted anywhere", type_granted),
    ("site named", site_named),
    ("site exists", site_known),
    ("site's leave", site_allowed),
    ("type granted there", type_granted_here),
    ("organisation", organisation_seen),
)
