"""WS-Security of requests and answers (contract section 6): UsernameToken with PasswordText, Timestamp, replay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from edge.documents import SECURITY, is_for_us
from edge.elements import Element
from edge.namespaces import WSSE, WSU
from edge.text import split_date_time

USERNAME_TOKEN = f"{{{WSSE}}}UsernameToken"
USERNAME = f"{{{WSSE}}}Username"
PASSWORD = f"{{{WSSE}}}Password"
NONCE = f"{{{WSSE}}}Nonce"
CREATED = f"{{{WSU}}}Created"
EXPIRES = f"{{{WSU}}}Expires"
TIMESTAMP = f"{{{WSU}}}Timestamp"
SECURITY_PARTS = frozenset({USERNAME_TOKEN, TIMESTAMP})
TOKEN_PARTS = frozenset({USERNAME, PASSWORD, NONCE, CREATED})
TIMESTAMP_PARTS = frozenset({CREATED, EXPIRES})

FRESHNESS = timedelta(minutes=5)
LONGEST_VALUE = 1024


class SecurityError(Exception):
    """The header is missing or wrong; the reason is for the log, never for the partner."""


class UsernameToken(NamedTuple):
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
    if len(headers) != 1:
        raise SecurityError(f"{len(headers)} of Security header instead of one")
    security = children_of(headers[0], SECURITY_PARTS)
    if TIMESTAMP in security:
        check_timestamp(children_of(security[TIMESTAMP], TIMESTAMP_PARTS), now, skew)
    token = children_of(required(security, USERNAME_TOKEN), TOKEN_PARTS)
    password = required(token, PASSWORD)
    kind = password.get("Type")
    if kind is not None and kind.strip().replace(":", "#").rpartition("#")[2] != "PasswordText":
        raise SecurityError("the password is not PasswordText")
    found = UsernameToken(
        username=value_of(required(token, USERNAME)),
        password=value_of(password),
        nonce=optional_value(token, NONCE).strip(),
        created=optional_value(token, CREATED).strip(),
    )
    if found.nonce and found.created:
        check_fresh(found.created_at, now, skew)
    return found


def children_of(parent: Element, tags: frozenset[str]) -> dict[str, Element]:
    """Returns the children of these tags by tag; raises SecurityError where one of them is there twice."""
    found: dict[str, Element] = {}
    for child in parent:
        tag = child.tag
        if tag in tags:
            if tag in found:
                raise SecurityError(f"more than one {tag}")
            found[tag] = child
    return found


def required(elements: Mapping[str, Element], tag: str) -> Element:
    if tag not in elements:
        raise SecurityError(f"no {tag}")
    return elements[tag]


def value_of(element: Element) -> str:
    value = element.text or ""
    if len(element) or not value or len(value) > LONGEST_VALUE:
        raise SecurityError("a value of the UsernameToken is empty, too long, or not text")
    return value


def optional_value(elements: Mapping[str, Element], tag: str) -> str:
    element = elements.get(tag)
    return "" if element is None else value_of(element)


def check_timestamp(timestamp: Mapping[str, Element], now: datetime, skew: timedelta) -> None:
    """A Timestamp is optional; one that is there must be fresh."""
    created, expires = optional_value(timestamp, CREATED), optional_value(timestamp, EXPIRES)
    if created:
        check_fresh(moment(created), now, skew)
    if expires and moment(expires) < now - skew:  # a sum may lie beyond the year 9999
        raise SecurityError("the Timestamp has expired")


def check_fresh(created: datetime, now: datetime, skew: timedelta) -> None:
    if not now - FRESHNESS - skew <= created <= now + skew:
        raise SecurityError("it was created too long ago, or is yet to be")


def moment(text: str) -> datetime:
    try:
        second, nanoseconds = split_date_time(text)
    except ValueError as error:
        raise SecurityError("a time is no dateTime") from error
    return second.replace(microsecond=nanoseconds // 1000)


def answer_header(now: float, *, must_understand: bool) -> str:
    """Returns the Security header of an answer; the envelope declares the prefixes s and u. now: seconds since 1970."""
    flag = ' s:mustUnderstand="1"' if must_understand else ""
    second = int(now)
    created, expires = stamps(second)
    fraction = f".{int((now - second) * 1000):03d}Z"
    return (
        f'<s:Header><o:Security{flag} xmlns:o="{WSSE}"><u:Timestamp u:Id="_0">'
        f"<u:Created>{created}{fraction}</u:Created><u:Expires>{expires}{fraction}</u:Expires></u:Timestamp></o:Security></s:Header>"
    )


@lru_cache(maxsize=2)
def stamps(second: int) -> tuple[str, str]:
    """Returns a second, and the one when what was created in it expires, as WCF writes them but for the fraction."""
    created = datetime.fromtimestamp(second, UTC).replace(tzinfo=None)
    return created.isoformat(), (created + FRESHNESS).isoformat()
