"""What the reads refuse, in the words that callers see (reads.yaml, the errors of each read)."""

from __future__ import annotations

import grpc
from organisation.v1 import error_reason_pb2

from runtime.errors import ServiceError


def refused(text: str) -> ServiceError:
    """Returns the error for a filter that names nothing the caller may see, or that contradicts itself."""
    return ServiceError(grpc.StatusCode.INVALID_ARGUMENT, error_reason_pb2.ERROR_REASON_READ_REFUSED, text)


def not_valid(kind: str, names: str) -> ServiceError:
    """Returns the error for something that is not there for the caller, whatever the cause."""
    return refused(f"{kind} with specified {names} is not valid.")
