"""Results as ingest takes them."""

from __future__ import annotations

from organisation.v1 import data_service_pb2, lane_service_pb2

from lms.lanes import Result
from runtime.timestamps import timestamp

STATUSES = {
    "Finished": data_service_pb2.DATA_MESSAGE_STATUS_FINISHED,
    "Warnings": data_service_pb2.DATA_MESSAGE_STATUS_WARNINGS,
    "Errors": data_service_pb2.DATA_MESSAGE_STATUS_ERRORS,
}
KINDS = {
    "Info": data_service_pb2.DATA_MESSAGE_STATUS_TYPE_INFO,
    "Warning": data_service_pb2.DATA_MESSAGE_STATUS_TYPE_WARNING,
    "Error": data_service_pb2.DATA_MESSAGE_STATUS_TYPE_ERROR,
}


def outcome_of(result: Result) -> lane_service_pb2.MessageOutcome:
    """Returns a result as ingest takes it."""
    return lane_service_pb2.MessageOutcome(
        lane_seq=result.lane_seq,
        status=STATUSES[result.status],
        status_details=[
            data_service_pb2.DataMessageStatusDetail(
                entity=detail.entity, message=detail.message, sync_key=detail.sync_key, type=KINDS[detail.kind]
            )
            for detail in result.details
        ],
        started_at=timestamp(result.started_at),
        ended_at=timestamp(result.ended_at),
    )
