"""Who calls, and in which request: known to everything that runs for a call."""

from __future__ import annotations

import random
from contextvars import ContextVar
from dataclasses import dataclass

from runtime.errors import unauthenticated

AUTHORIZATION = "authorization"
REQUEST_ID = "x-request-id"
PUBLIC_URL = "x-public-url"
"""The base URL under which the caller reached the edge."""


@dataclass(frozen=True, slots=True)
class PartnerCaller:
    """A partner's credential, proven by a token of auth's."""

    credential_id: int
    partner_id: int
    site_id: int | None
    """The site that the credential is bound to; None: all sites."""

    @property
    def subject(self) -> str:
        return f"credential:{self.credential_id}"


@dataclass(frozen=True, slots=True)
class InternalCaller:
    """One of our own services ("service:ingest") or an operator ("operator:ana"), proven by the service key."""

    subject: str


Caller = PartnerCaller | InternalCaller

CALLER: ContextVar[Caller | None] = ContextVar("caller", default=None)
CURRENT_REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
CURRENT_PUBLIC_URL: ContextVar[str] = ContextVar("public_url", default="")


def current_partner() -> PartnerCaller:
    """Returns the partner credential that calls; UNAUTHENTICATED where none does."""
    caller = CALLER.get()
    if not isinstance(caller, PartnerCaller):
        raise unauthenticated()
    return caller


def current_internal() -> InternalCaller:
    """Returns the service or operator that calls; UNAUTHENTICATED where none does."""
    caller = CALLER.get()
    if not isinstance(caller, InternalCaller):
        raise unauthenticated()
    return caller


def new_request_id() -> str:
    """Returns an id for a request: 16 hexadecimal digits. It is there to be found in logs, not to be a secret."""
    return f"{random.getrandbits(64):016x}"
