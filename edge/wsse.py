"""WS-Security of requests and answers (contract section 6): UsernameToken with PasswordText, Timestamp, replay."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from edge.documents import SECURITY, is_for_us
from edge.elements import Element
from edge.namespaces import PASSWORD_TEXT, WSSE, WSU
from edge.text import split_date_time

USERNAME_TOKEN = f"{{{WSSE}}}UsernameToken"
USERNAME = f"{{{WSSE}}}Username"
PASSWORD = f"{{{WSSE}}}Password"
NONCE = f"{{{WSSE}}}Nonce"
CREATED = f"{{{WSU}}}Created"
EXPIRES = f"{{{WSU}}}Expires"
TIMESTAMP = f"{{{WSU}}}Timestamp"

FRESHNESS = timedelta(minutes=5)
LONGEST_VALUE = 1024


class SecurityError(Exception):
    """The header is missing or wrong; the reason is for the log, never for the partner."""


@dataclass(frozen=True, slots=True)
class UsernameToken:
    """What a partner proves itself with. nonce and created are "" where they were not sent."""

    username: str
    password: str
    nonce: str = ""
    created: str = ""

    def __repr__(self) -> str:
        return "UsernameToken(…)"

    @property
    def created_at(self) -> datetime:
        return moment(self.created)


def read_token(header: Element | None, now: datetime, skew: timedelta) -> UsernameToken:
    """Returns the one UsernameToken of a header whose timestamps are fresh; raises SecurityError."""
    headers = [e for e in (header if header is not None else ()) if e.tag == SECURITY and is_for_us(e)]
    security = only(headers, "Security header")
    check_timestamp(security, now, skew)
    token = only(named(security, USERNAME_TOKEN), "UsernameToken")
    password = only(named(token, PASSWORD), "Password")
    if re.split("[#:]", password.get("Type", PASSWORD_TEXT).strip())[-1] != "PasswordText":
        raise SecurityError("the password is not PasswordText")
    found = UsernameToken(
        username=value_of(only(named(token, USERNAME), "Username")),
        password=value_of(password),
        nonce=optional_value(named(token, NONCE), "Nonce").strip(),
        created=optional_value(named(token, CREATED), "Created").strip(),
    )
    if found.nonce and found.created:
        check_fresh(found.created_at, now, skew)
    return found


def named(parent: Element, tag: str) -> list[Element]:
    return [child for child in parent if child.tag == tag]


def only(elements: list[Element], name: str) -> Element:
    if len(elements) != 1:
        raise SecurityError(f"{len(elements)} of {name} instead of one")
    return elements[0]


def value_of(element: Element) -> str:
    value = element.text or ""
    if len(element) or not value or len(value) > LONGEST_VALUE:
        raise SecurityError("a value of the UsernameToken is empty, too long, or not text")
    return value


def optional_value(elements: list[Element], name: str) -> str:
    return value_of(only(elements, name)) if elements else ""


def check_timestamp(security: Element, now: datetime, skew: timedelta) -> None:
    """A Timestamp is optional; one that is there must be fresh."""
    timestamps = named(security, TIMESTAMP)
    if not timestamps:
        return
    timestamp = only(timestamps, "Timestamp")
    created = optional_value(named(timestamp, CREATED), "Created")
    expires = optional_value(named(timestamp, EXPIRES), "Expires")
    if created:
        check_fresh(moment(created), now, skew)
    if expires and moment(expires) + skew < now:
        raise SecurityError("the Timestamp has expired")


def check_fresh(created: datetime, now: datetime, skew: timedelta) -> None:
    if not now - FRESHNESS - skew <= created <= now + skew:
        raise SecurityError("it was created too long ago, or is yet to be")


def moment(text: str) -> datetime:
    try:
        return split_date_time(text)[0]
    except ValueError as error:
        raise SecurityError("a time is no dateTime") from error


def answer_header(now: datetime, *, must_understand: bool) -> str:
    """Returns the Security header of an answer; the envelope declares the prefixes s and u."""
    flag = ' s:mustUnderstand="1"' if must_understand else ""
    return (
        f'<s:Header><o:Security{flag} xmlns:o="{WSSE}"><u:Timestamp u:Id="_0"><u:Created>{stamp(now)}</u:Created>'
        f"<u:Expires>{stamp(now + FRESHNESS)}</u:Expires></u:Timestamp></o:Security></s:Header>"
    )


def stamp(at: datetime) -> str:
    """Returns a moment in milliseconds, as WCF writes timestamps."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
