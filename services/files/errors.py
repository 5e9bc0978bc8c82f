"""What the files service refuses, in the words that callers see."""

from __future__ import annotations

import grpc
from organisation.v1 import error_reason_pb2

from runtime.errors import ServiceError
from runtime.file_names import denied_text

MIB = 1024 * 1024


def too_large(limit: int) -> ServiceError:
    """Returns the error for a file of more than limit bytes (decisions, "other faults")."""
    return ServiceError(
        grpc.StatusCode.INVALID_ARGUMENT,
        error_reason_pb2.ERROR_REASON_FILE_TOO_LARGE,
        f"The file exceeds the maximum size of {limit / MIB:g} MB.",
        {"limit_bytes": str(limit)},
    )


def name_denied(extension: str) -> ServiceError:
    """Returns the error for a name of a denied kind; extension is "" or begins with its dot."""
    return ServiceError(
        grpc.StatusCode.INVALID_ARGUMENT,
        error_reason_pb2.ERROR_REASON_FILE_NAME_DENIED,
        denied_text(extension),
        {"extension": extension},
    )


def file_not_found() -> ServiceError:
    """Returns the one error for a file that is unknown, expired or somebody else's."""
    return ServiceError(
        grpc.StatusCode.NOT_FOUND,
        error_reason_pb2.ERROR_REASON_FILE_NOT_FOUND,
        "File with specified FileId does not exist.",
    )


def upload_incomplete() -> ServiceError:
    """Returns the error for a stream that ended before its closing message."""
    return ServiceError(
        grpc.StatusCode.ABORTED,
        error_reason_pb2.ERROR_REASON_UPLOAD_INCOMPLETE,
        "The upload ended before its closing message; nothing was stored.",
    )
