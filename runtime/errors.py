"""Errors that a caller is told about, and their form on the wire (google.rpc.Status with ErrorInfo)."""

from __future__ import annotations

from collections.abc import Mapping

import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from organisation.v1 import error_reason_pb2

DOMAIN = "organisation-api"
STATUS_DETAILS = "grpc-status-details-bin"
BUSY_TEXT = "The service is busy, try again later."

SITE_UNKNOWN_TEXT = "SiteId='{}' is not valid."

PREFIX = "ERROR_REASON_"


class ServiceError(Exception):
    """A failure with a status code, a reason from the error manual (error_reason.proto) and a text for people."""

    def __init__(
        self,
        code: grpc.StatusCode,
        reason: error_reason_pb2.ErrorReason.ValueType,
        text: str,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(text)
        self.code = code
        self.reason = reason
        self.text = text
        self.metadata = dict(metadata or {})

    def trailing_metadata(self) -> tuple[tuple[str, bytes], ...]:
        """Returns the trailing metadata that carries the ErrorInfo."""
        info = error_details_pb2.ErrorInfo(
            reason=reason_name(self.reason), domain=DOMAIN, metadata={k: str(v) for k, v in self.metadata.items()}
        )
        detail = any_pb2.Any()
        detail.Pack(info)
        code: int = self.code.value[0]
        status = status_pb2.Status(code=code, message=self.text, details=[detail])
        return ((STATUS_DETAILS, status.SerializeToString()),)


def reason_name(reason: error_reason_pb2.ErrorReason.ValueType) -> str:
    """Returns the name of a reason as callers see it: without the enum's prefix."""
    return error_reason_pb2.ErrorReason.Name(reason).removeprefix(PREFIX)


def error_info(error: grpc.RpcError) -> error_details_pb2.ErrorInfo | None:
    """Returns the ErrorInfo that a failed call carries, if one of our services ended it."""
    trailing = error.trailing_metadata() if isinstance(error, grpc.Call | grpc.aio.AioRpcError) else None
    for key, value in trailing or ():
        if key == STATUS_DETAILS and isinstance(value, bytes):
            for detail in status_pb2.Status.FromString(value).details:
                info = error_details_pb2.ErrorInfo()
                if detail.Unpack(info) and info.domain == DOMAIN:
                    return info
    return None


def invalid_field(field: str, text: str) -> ServiceError:
    """Returns the error for a request field that is missing or out of range."""
    return ServiceError(
        grpc.StatusCode.INVALID_ARGUMENT, error_reason_pb2.ERROR_REASON_INVALID_FIELD, text, {"field": field}
    )


def site_unknown(site_id: int) -> ServiceError:
    """Returns the error for a site that does not exist."""
    return ServiceError(
        grpc.StatusCode.PERMISSION_DENIED,
        error_reason_pb2.ERROR_REASON_SITE_UNKNOWN,
        SITE_UNKNOWN_TEXT.format(site_id),
        {"site_id": str(site_id)},
    )


def busy(retry_after_seconds: int = 1) -> ServiceError:
    """Returns the error for an overload: the caller may try again later."""
    return ServiceError(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        error_reason_pb2.ERROR_REASON_BUSY,
        BUSY_TEXT,
        {"retry_after_seconds": str(retry_after_seconds)},
    )


def unavailable(text: str = BUSY_TEXT) -> ServiceError:
    """Returns the error for something that does not answer just now."""
    return ServiceError(grpc.StatusCode.UNAVAILABLE, error_reason_pb2.ERROR_REASON_UNAVAILABLE, text)


def unauthenticated(text: str = "The token is missing, wrong or expired.") -> ServiceError:
    """Returns the error for a caller who does not prove who they are."""
    return ServiceError(grpc.StatusCode.UNAUTHENTICATED, error_reason_pb2.ERROR_REASON_UNAUTHENTICATED, text)


def internal() -> ServiceError:
    """Returns the error for a fault of ours; what it was stays in the log."""
    return ServiceError(
        grpc.StatusCode.INTERNAL, error_reason_pb2.ERROR_REASON_INTERNAL, "The service failed; see its log."
    )
