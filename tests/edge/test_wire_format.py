"""The exact form of answers: what WCF writes, and what programs in the field cut out of it."""

from __future__ import annotations

import re
import time

import grpc
import pytest
from organisation.v1 import data_service_pb2, error_reason_pb2, read_course_elements_pb2, read_courses_pb2

from edge.namespaces import ADDRESSING_NONE, DISPATCHER, SOAP11, TEMPURI, WSSE
from runtime.errors import ServiceError, busy
from tests.edge.client import ADD_MESSAGE, E, EdgeClient, M, envelope, security
from tests.edge.conftest import MakeEdge
from tests.edge.fakes import World, make

COURSES = f"{M}.Courses"
ELEMENTS = f"{M}.CourseElement"


def body_of(data: bytes) -> str:
    return data.decode().partition("<s:Body>")[2].partition("</s:Body>")[0]


def test_the_answer_of_add_message_is_as_wcf_writes_it(edge: EdgeClient, world: World) -> None:
    reply = edge.call("/DataService.svc", ADD_MESSAGE)
    assert reply.headers["content-type"] == "text/xml; charset=utf-8"
    assert re.fullmatch(
        rf'<s:Envelope xmlns:s="{SOAP11}" xmlns:u="[^"]+"><s:Header><o:Security s:mustUnderstand="1" xmlns:o="{WSSE}">'
        r'<u:Timestamp u:Id="_0"><u:Created>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z</u:Created><u:Expires>[^<]+'
        r"</u:Expires></u:Timestamp></o:Security></s:Header><s:Body>.*</s:Body></s:Envelope>",
        reply.body.decode(),
    )
    assert body_of(reply.body) == (
        f'<AddMessageResponse xmlns="{TEMPURI}"><AddMessageResult xmlns:a="{E}" '
        'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><a:MessageId>7</a:MessageId><a:Status>InQueue</a:Status>'
        '<a:StatusDetails i:nil="true"/></AddMessageResult></AddMessageResponse>'
    )


def test_details_carry_nil_for_what_they_do_not_have(edge: EdgeClient, world: World) -> None:
    detail = data_service_pb2.DataMessageStatusDetail(
        message="1 < 2 & \x01 \r]]>", type=data_service_pb2.DATA_MESSAGE_STATUS_TYPE_ERROR
    )
    result = data_service_pb2.DataMessageResult(
        message_id=-1, status=data_service_pb2.DATA_MESSAGE_STATUS_ERRORS, status_details=[detail]
    )
    world.answers["GetMessageResult"] = data_service_pb2.GetMessageResultResponse(result=result)
    reply = edge.call(
        "/DataService.svc", f'<GetMessageResult xmlns="{TEMPURI}"><messageId>5</messageId></GetMessageResult>'
    )
    assert world.of("GetMessageResult")[0].request.message_id == 5
    assert (
        "<a:MessageId>-1</a:MessageId><a:Status>Errors</a:Status><a:StatusDetails><a:DataMessageStatusDetail>"
        '<a:Entity i:nil="true"/><a:Message>1 &lt; 2 &amp; \ufffd &#xD;]]&gt;</a:Message><a:SyncKey i:nil="true"/>'
        "<a:Type>Error</a:Type></a:DataMessageStatusDetail></a:StatusDetails>"
    ) in body_of(reply.body)


def test_a_list_is_the_result_itself(edge: EdgeClient, world: World) -> None:
    reply = edge.call("/DataService.svc", f'<GetMessageTypes xmlns="{TEMPURI}"/>')
    assert body_of(reply.body) == (
        f'<GetMessageTypesResponse xmlns="{TEMPURI}"><GetMessageTypesResult xmlns:a="{E}" '
        'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><a:DataMessageType><a:Identifier>2</a:Identifier>'
        "<a:Name>Create.Course.Element.Folder</a:Name><a:ProcessingType>Asynchronous</a:ProcessingType><a:Schema/>"
        "</a:DataMessageType><a:DataMessageType><a:Identifier>60</a:Identifier><a:Name>Create.Calendar.Event</a:Name>"
        "<a:ProcessingType>Synchronous</a:ProcessingType><a:Schema>&lt;xs:schema/&gt;</a:Schema></a:DataMessageType>"
        "</GetMessageTypesResult></GetMessageTypesResponse>"
    )


def test_members_of_base_classes_come_first_with_their_own_namespace(edge: EdgeClient, world: World) -> None:
    data = {"is_archived": True, "created_date": {"seconds": 1927958400}, "terms": [{"name": "t", "term_id": 4}]}
    world.answers["ReadCourses"] = make(
        read_courses_pb2.ReadCoursesResponse,
        base={"current_page_index": 1, "page_size": 2, "total": 5},
        courses=[{"course_id": 1, "course_title": "T", "additional_data": data}, {"course_id": 2}],
    )
    reply = edge.call("/ReadDataService.svc", f'<ReadCourses xmlns="{TEMPURI}"><request/></ReadCourses>')
    assert body_of(reply.body) == (
        f'<ReadCoursesResponse xmlns="{TEMPURI}"><ReadCoursesResult xmlns:a="{COURSES}" '
        'xmlns:i="http://www.w3.org/2001/XMLSchema-instance">'
        f'<CurrentPageIndex xmlns="{M}">1</CurrentPageIndex><PageSize xmlns="{M}">2</PageSize>'
        f'<Total xmlns="{M}">5</Total><a:Courses><a:Course><a:AdditionalData><a:CourseDescription i:nil="true"/>'
        '<a:CreatedDate>2031-02-04T08:00:00Z</a:CreatedDate><a:Credits i:nil="true"/><a:EndDate i:nil="true"/>'
        '<a:GroupHierarchyId i:nil="true"/><a:GroupHierarchySyncKey i:nil="true"/><a:IsArchived>true</a:IsArchived>'
        '<a:LastUpdated i:nil="true"/><a:OrganisationId i:nil="true"/><a:OrganisationSyncKey i:nil="true"/>'
        '<a:OrganisationTitle i:nil="true"/><a:StartDate i:nil="true"/><a:Terms><a:Term><a:Name>t</a:Name>'
        '<a:TermId>4</a:TermId><a:TermSyncKey i:nil="true"/></a:Term></a:Terms></a:AdditionalData>'
        '<a:CourseCode i:nil="true"/><a:CourseId>1</a:CourseId><a:CourseSyncKey i:nil="true"/>'
        '<a:CourseTitle>T</a:CourseTitle></a:Course><a:Course><a:AdditionalData i:nil="true"/>'
        '<a:CourseCode i:nil="true"/><a:CourseId>2</a:CourseId><a:CourseSyncKey i:nil="true"/><a:CourseTitle/>'
        "</a:Course></a:Courses></ReadCoursesResult></ReadCoursesResponse>"
    )


def test_an_absent_result_is_nil_within_it(edge: EdgeClient, world: World) -> None:
    world.answers["ReadCourseElement"] = read_course_elements_pb2.ReadCourseElementResponse()
    world.answers["AddMessage"] = data_service_pb2.AddMessageResponse()
    read = f'<ReadCourseElement xmlns="{TEMPURI}"><request/></ReadCourseElement>'
    assert '<a:CourseElement i:nil="true"/>' in body_of(edge.call("/ReadDataService.svc", read).body)
    assert re.search(r'<AddMessageResult [^>]*i:nil="true"/>', body_of(edge.call("/DataService.svc", ADD_MESSAGE).body))


def test_content_of_any_kind_keeps_its_type_and_children(edge: EdgeClient, world: World) -> None:
    content = (
        '<Content xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:a="urn:theirs" i:type="a:PageContent">'
        "<a:Title>1 &lt; 2</a:Title><!-- c -->tail</Content>"
    )
    world.answers["ReadCourseElement"] = make(
        read_course_elements_pb2.ReadCourseElementResponse, course_element={"element_id": 1, "content": content}
    )
    reply = edge.call("/ReadDataService.svc", f'<ReadCourseElement xmlns="{TEMPURI}"><request/></ReadCourseElement>')
    found = reply.xml.find(f".//{{{ELEMENTS}}}Content")
    assert found is not None
    [(name, value)] = found.attrib.items()
    prefix, _, local = str(value).partition(":")
    assert (name, found.nsmap[prefix], local) == (
        "{http://www.w3.org/2001/XMLSchema-instance}type",
        "urn:theirs",
        "PageContent",
    )
    assert found.findtext("{urn:theirs}Title") == "1 < 2"
    assert len(reply.xml.findall(f".//{{{ELEMENTS}}}ElementId")) == 1


@pytest.mark.parametrize("content", ["<a><b></a>", "<!DOCTYPE a []><a/>", "text"])
def test_content_that_is_no_xml_is_our_fault_not_a_broken_answer(edge: EdgeClient, world: World, content: str) -> None:
    world.answers["ReadCourseElement"] = make(
        read_course_elements_pb2.ReadCourseElementResponse, course_element={"content": content}
    )
    reply = edge.call("/ReadDataService.svc", f'<ReadCourseElement xmlns="{TEMPURI}"><request/></ReadCourseElement>')
    assert (reply.status, reply.fault_code) == (500, f"{{{DISPATCHER}}}InternalServiceFault")


def test_the_text_of_a_service_is_the_text_of_the_fault(edge: EdgeClient, world: World) -> None:
    world.answers["AddMessage"] = ServiceError(
        grpc.StatusCode.PERMISSION_DENIED, error_reason_pb2.ERROR_REASON_SITE_UNKNOWN, "SiteId='5' is not <valid>."
    )
    reply = edge.call("/DataService.svc", ADD_MESSAGE)
    assert reply.status == 500
    assert body_of(reply.body) == (
        "<s:Fault><faultcode>s:Client</faultcode><faultstring xml:lang=\"en-US\">SiteId='5' is not &lt;valid&gt;."
        "</faultstring></s:Fault>"
    )
    assert "<o:Security" in reply.body.decode()


@pytest.mark.parametrize("answer", [grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.NOT_FOUND])
def test_an_unexplained_failure_tells_nothing(edge: EdgeClient, world: World, answer: grpc.StatusCode) -> None:
    world.answers["AddMessage"] = answer
    reply = edge.call("/DataService.svc", ADD_MESSAGE)
    assert (reply.status, reply.fault_code) == (500, f"{{{DISPATCHER}}}InternalServiceFault")
    assert reply.fault_text.startswith("The server was unable to process the request due to an internal error.")
    assert b"secret" not in reply.body
    assert reply.xml.find(".//detail") is None


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (busy(30), "30"),
        (busy(0), "1"),
        (grpc.StatusCode.UNAVAILABLE, "1"),
        (grpc.StatusCode.DEADLINE_EXCEEDED, "1"),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "1"),
    ],
)
def test_an_overload_says_when_to_come_back(edge: EdgeClient, world: World, answer: object, wait: str) -> None:
    world.answers["AddMessage"] = answer
    reply = edge.call("/DataService.svc", ADD_MESSAGE)
    assert (reply.status, reply.fault_code) == (500, f"{{{SOAP11}}}Server")
    assert reply.fault_text == "The service is busy, try again later."
    assert reply.headers["retry-after"] == wait


def test_a_service_that_does_not_answer_in_time_is_an_overload(make_edge: MakeEdge, world: World) -> None:
    edge = make_edge(call_timeout_seconds=0.2)

    def slow(_request: object) -> data_service_pb2.AddMessageResponse:
        time.sleep(0.6)
        return data_service_pb2.AddMessageResponse()

    world.answers["AddMessage"] = slow
    assert edge.call("/DataService.svc", ADD_MESSAGE).fault_code == f"{{{SOAP11}}}Server"


@pytest.mark.parametrize("name", ["Nope", "UploadFile", "AddMessages", "WaitForMessage", "addMessage"])
def test_an_operation_that_is_not_there_is_worded_as_wcf_words_it(edge: EdgeClient, world: World, name: str) -> None:
    reply = edge.call("/DataService.svc", f'<{name} xmlns="{TEMPURI}"/>')
    assert (reply.status, reply.fault_code) == (500, f"{{{ADDRESSING_NONE}}}ActionNotSupported")
    assert reply.fault_text.startswith(
        f"The message with Action 'http://tempuri.org/IDataService/{name}' cannot be processed at the receiver, due to "
        "a ContractFilter mismatch at the EndpointDispatcher."
    )


def test_an_operation_in_another_namespace_is_not_there(edge: EdgeClient, world: World) -> None:
    reply = edge.call("/DataService.svc", ADD_MESSAGE.replace(TEMPURI, "urn:other"))
    assert reply.fault_code == f"{{{ADDRESSING_NONE}}}ActionNotSupported"


def test_an_action_in_a_fault_is_escaped_and_short(edge: EdgeClient, world: World) -> None:
    headers = {"SOAPAction": '"<script>' + "x" * 5000 + '"'}
    reply = edge.post("/DataService.svc", envelope(f'<Nope xmlns="{TEMPURI}"/>', security()), headers=headers)
    assert b"<script>" not in reply.body
    assert len(reply.body) < 3000
