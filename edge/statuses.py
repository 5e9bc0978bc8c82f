"""gRPC statuses of our services as SOAP faults (decisions table)."""

from __future__ import annotations

import grpc
from organisation.v1 import error_reason_pb2

from edge.faults import SoapFault, busy_fault, client_fault, internal_fault, security_fault
from runtime.errors import BUSY_TEXT, error_info, reason_name

BUSY = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.DEADLINE_EXCEEDED}
OURS = {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DATA_LOSS, grpc.StatusCode.UNIMPLEMENTED}
BUSY_REASONS = {reason_name(r) for r in (error_reason_pb2.ERROR_REASON_BUSY, error_reason_pb2.ERROR_REASON_UNAVAILABLE)}
LONGEST_WAIT = 3600


def fault_of(error: grpc.RpcError) -> SoapFault:
    """Returns the fault for a failed call: the service's own text where it carries our ErrorInfo."""
    code = error.code()
    info = error_info(error)
    if code in BUSY:
        return busy_fault(BUSY_TEXT, seconds_of(info.metadata.get("retry_after_seconds", "") if info else ""))
    if code == grpc.StatusCode.UNAUTHENTICATED:
        return security_fault()
    if info is None or code in OURS:
        return internal_fault()
    return client_fault(error.details() or info.reason)


def fault_of_refusal(reason: str, text: str) -> SoapFault:
    """Returns the fault for one refused message of a batch: the same as for its status, had it come alone."""
    if reason in BUSY_REASONS:
        return busy_fault(BUSY_TEXT, 1)
    if reason == reason_name(error_reason_pb2.ERROR_REASON_INTERNAL):
        return internal_fault()
    return client_fault(text)


def seconds_of(text: str) -> int:
    """Returns the seconds that a service asks to wait; 1 where it says nothing that can be read."""
    return min(max(int(text), 1), LONGEST_WAIT) if text.isascii() and text.isdigit() and len(text) < 10 else 1
