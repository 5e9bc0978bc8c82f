"""FileStreamService: the one service whose shape is fixed here, since no proto has headers (decision 14)."""

from __future__ import annotations

from organisation.v1.file_service_pb2 import DESCRIPTOR, UploadExtensionFileRequest, UploadExtensionFileResponse

from edge.contract import Member, Operation, Primitive, Service, Struct
from edge.namespaces import TEMPURI

CONTRACT = DESCRIPTOR.services_by_name["FileService"].full_name
STRING = Primitive("string", is_value=False)
INT = Primitive("int", is_value=True)
STREAM_BODY = Primitive("base64Binary", is_value=False)


def file_stream_service() -> Service:
    """Returns the service. Its rpc takes what comes as headers before the content."""
    content = Member("Content", TEMPURI, STREAM_BODY, "content", nillable=False, is_stream=True)
    operation = Operation(
        name="UploadFile",
        method=f"/{CONTRACT}/UploadExtensionFile",
        service=CONTRACT,
        request=Struct("StreamMessage", TEMPURI, UploadExtensionFileRequest, members=(content,)),
        response_class=UploadExtensionFileResponse,
        parameter=None,
        result=Member("FileId", TEMPURI, STRING, "file_id", nillable=True),
        streams=True,
        message_type="",
        element="StreamMessage",
        answer_element="FileStreamUploadResponse",
        headers=(
            Member("ExtensionId", TEMPURI, INT, "extension_id", nillable=False),
            Member("Name", TEMPURI, STRING, "name", nillable=True),
            Member("SiteId", TEMPURI, INT, "site_id", nillable=True, has_presence=True),
        ),
    )
    return Service("FileStreamService.svc", CONTRACT, (operation,))
