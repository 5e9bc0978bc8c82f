"""Why an administrator's request is refused, and the checks of its fields."""

from __future__ import annotations

import grpc
from organisation.v1 import error_reason_pb2

from runtime.errors import ServiceError, invalid_field
from runtime.paging import decode_page_token

EXCERPT = 80
LARGEST_KEY = 2**63 - 1


def not_found(kind: str, name: object) -> ServiceError:
    """Returns the error for a thing (kind: partner, credential, site, secret) that does not exist."""
    return ServiceError(
        grpc.StatusCode.NOT_FOUND,
        error_reason_pb2.ERROR_REASON_NOT_FOUND,
        f"There is no {kind} {name}.",
        {"kind": kind},
    )


def already_exists(kind: str, name: object) -> ServiceError:
    """Returns the error for a name or number that is taken."""
    return ServiceError(
        grpc.StatusCode.ALREADY_EXISTS,
        error_reason_pb2.ERROR_REASON_ALREADY_EXISTS,
        f"There is a {kind} {excerpt(str(name))} already.",
        {"kind": kind},
    )


def state_forbids(kind: str, text: str) -> ServiceError:
    """Returns the error for a change that the state of a thing forbids."""
    return ServiceError(
        grpc.StatusCode.FAILED_PRECONDITION, error_reason_pb2.ERROR_REASON_STATE_FORBIDS, text, {"kind": kind}
    )


def checked_text(field: str, value: str, longest: int) -> str:
    """Returns the value of a field that must be 1 to `longest` printable characters without white space around."""
    if not value:
        raise invalid_field(field, f"{field} is missing.")
    if len(value) > longest:
        raise invalid_field(field, f"{field} must have at most {longest} characters; it has {len(value)}.")
    if not value.isprintable() or value != value.strip():
        raise invalid_field(field, f"{field} must be printable, without white space around it: {excerpt(value)}")
    return value


def excerpt(value: str) -> str:
    """Returns a value as a message may quote it: short, control characters escaped."""
    return ascii(value) if len(value) <= EXCERPT else ascii(value[:EXCERPT]) + "…"


def key_in(page_token: str) -> int | None:
    """Returns the number after which a page begins, None for the first page."""
    key = decode_page_token(page_token, (int,))
    if key is None:
        return None
    number = int(key[0])
    if not 0 <= number <= LARGEST_KEY:
        raise invalid_field("page_token", "page_token is not one that this service gave.")
    return number
