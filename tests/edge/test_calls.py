"""What partners' programs send, and that it is understood (contract section 5)."""

from __future__ import annotations

import pytest

from edge.namespaces import ORGANISATION, SOAP11, TEMPURI, XSI
from tests.edge.client import ADD_MESSAGE, E, EdgeClient, M, Stream, envelope, security
from tests.edge.fakes import World

COURSES = "http://schemas.datacontract.org/2004/07/Itslearning.Integration.ContentImport.Model.ServiceEntities.Courses"


def add_message(members: str, attributes: str = "") -> str:
    return f'<AddMessage xmlns="{TEMPURI}" {attributes}><dataMessage xmlns:e="{E}">{members}</dataMessage></AddMessage>'


def test_a_message_reaches_ingest_and_its_number_comes_back(edge: EdgeClient, world: World) -> None:
    reply = edge.call("/DataService.svc", ADD_MESSAGE)
    assert reply.status == 200, reply.body
    assert (reply.text("MessageId"), reply.text("Status")) == ("7", "InQueue")
    [asked] = world.of("AddMessage")
    assert (asked.request.data_message.data, asked.request.data_message.type) == ("<Message/>", 2)
    assert asked.metadata["authorization"] == "Bearer token-11-1"
    assert len(str(asked.metadata["x-request-id"])) == 16
    assert not asked.request.data_message.request_id


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(add_message("<e:Data>&lt;Message/&gt;</e:Data><e:Type>2</e:Type>"), id="escaped"),
        pytest.param(add_message("<e:Data><![CDATA[<Message/>]]></e:Data><e:Type>2</e:Type>"), id="cdata"),
        pytest.param(
            add_message("<e:Data><![CDATA[<Mess]]><!-- a comment --><![CDATA[age/>]]></e:Data><e:Type>2</e:Type>"),
            id="comment in the middle of a value",
        ),
        pytest.param(add_message("<e:Type>2</e:Type><e:Data>&lt;Message/&gt;</e:Data>"), id="other order"),
        pytest.param(add_message("<Type>2</Type><Data>&lt;Message/&gt;</Data>"), id="members in tempuri"),
        pytest.param(
            add_message('<Type xmlns="">2</Type><x:Data xmlns:x="urn:any">&lt;Message/&gt;</x:Data>'),
            id="members in any namespace",
        ),
        pytest.param(add_message("<e:Data>&lt;Message/&gt;</e:Data><e:Type> 2\n</e:Type>"), id="padded number"),
        pytest.param(
            add_message(
                f'<e:Data xmlns:i="{XSI}" i:type="d:string" xmlns:d="http://www.w3.org/2001/XMLSchema">'
                "&lt;Message/&gt;</e:Data><e:Type>2</e:Type><e:Unknown>1</e:Unknown>",
                'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
                'soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"',
            ),
            id="xsi:type, encodingStyle and an unknown member",
        ),
        pytest.param(add_message("<e:Data>&lt;Message/&gt;</e:Data><e:Type>2</e:Type><e:Type>3</e:Type>"), id="twice"),
    ],
)
def test_a_message_is_read_however_it_is_written(edge: EdgeClient, world: World, body: str) -> None:
    reply = edge.call("/DataService.svc", body)
    assert reply.status == 200, reply.body
    [asked] = world.of("AddMessage")
    assert (asked.request.data_message.data, asked.request.data_message.type) == ("<Message/>", 2)


@pytest.mark.parametrize(
    ("content_type", "soap_action"),
    [
        ('text/xml; charset="utf-8"', f'"{TEMPURI}IDataService/AddMessage"'),
        ("text/xml;charset=UTF-8", f"{TEMPURI}IDataService/AddMessage"),
        ("TEXT/XML", '""'),
        ("text/xml; charset='utf-8'", f'"{TEMPURI}idataservice/ADDMESSAGE"'),
        ("text/xml", f'"{TEMPURI}IDataService/GetExtensions"'),
        ("application/xml", None),
    ],
)
def test_any_action_and_any_spelling_of_the_content_type_will_do(
    edge: EdgeClient, world: World, content_type: str, soap_action: str | None
) -> None:
    headers = {} if soap_action is None else {"SOAPAction": soap_action}
    assert edge.call("/DataService.svc", ADD_MESSAGE, content_type=content_type, headers=headers).status == 200
    assert len(world.of("AddMessage")) == 1


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\r\n  \t" + envelope(ADD_MESSAGE).encode(), id="white space before the envelope"),
        pytest.param(
            b'\n <?xml version="1.0" encoding="utf-8"?>' + envelope(ADD_MESSAGE).encode(),
            id="white space before the declaration",
        ),
        pytest.param(b"\xef\xbb\xbf" + envelope(ADD_MESSAGE).encode(), id="byte order mark"),
        pytest.param(b'<?xml version="1.0"?><?pi x?><!-- c -->' + envelope(ADD_MESSAGE).encode(), id="prolog"),
        pytest.param(
            b'<?xml version="1.0" encoding="utf-16"?>' + envelope(ADD_MESSAGE).encode(), id="declaration that lies"
        ),
    ],
)
def test_a_document_is_read_whatever_stands_before_it(edge: EdgeClient, world: World, data: bytes) -> None:
    reply = edge.post("/DataService.svc", data)
    assert reply.status == 200, reply.body
    assert len(world.of("AddMessage")) == 1


def test_utf_16_is_read_without_a_charset(edge: EdgeClient, world: World) -> None:
    message = envelope(add_message("<e:Data>Ærø</e:Data><e:Type>2</e:Type>"))
    assert edge.post("/DataService.svc", message.encode("utf-16"), "text/xml").status == 200
    assert world.of("AddMessage")[0].request.data_message.data == "Ærø"


def test_latin_1_is_read_by_the_charset_of_the_header(edge: EdgeClient, world: World) -> None:
    message = envelope(add_message("<e:Data>Ærø</e:Data><e:Type>2</e:Type>"))
    assert edge.post("/DataService.svc", message.encode("latin-1"), "text/xml; charset=iso-8859-1").status == 200
    assert world.of("AddMessage")[0].request.data_message.data == "Ærø"


@pytest.mark.parametrize("path", ["/ContentImport/DataService.svc", "/contentimport/dataservice.SVC"])
def test_the_service_stands_at_the_root_and_under_contentimport(edge: EdgeClient, world: World, path: str) -> None:
    assert edge.call(path, ADD_MESSAGE).status == 200


def test_a_body_without_length_is_read_to_its_end(edge: EdgeClient, world: World) -> None:
    reply = edge.post("/DataService.svc", Stream(envelope(ADD_MESSAGE).encode()))
    assert reply.status == 200
    assert "connection" not in reply.headers


def test_addressing_headers_and_unknown_headers_are_passed_over(edge: EdgeClient, world: World) -> None:
    header = (
        f'<a:Action xmlns:a="http://www.w3.org/2005/08/addressing" soap:mustUnderstand="1">x</a:Action>'
        f'<a:ReplyTo xmlns:a="http://www.w3.org/2005/08/addressing"><a:Address>http://evil.example/</a:Address>'
        f'</a:ReplyTo><x:Trace xmlns:x="urn:x">1</x:Trace><x:Other xmlns:x="urn:x" soap:mustUnderstand="0"/>'
        f'<x:Theirs xmlns:x="urn:x" soap:mustUnderstand="1" soap:actor="urn:somebody-else"/>{security()}'
    )
    assert edge.post("/DataService.svc", envelope(ADD_MESSAGE, header)).status == 200


def test_an_unknown_header_that_must_be_understood_is_a_fault(edge: EdgeClient, world: World) -> None:
    header = f'<x:Trace xmlns:x="urn:x" soap:mustUnderstand="1">1</x:Trace>{security()}'
    reply = edge.post("/DataService.svc", envelope(ADD_MESSAGE, header))
    assert (reply.status, reply.fault_code) == (500, f"{{{SOAP11}}}MustUnderstand")
    assert reply.fault_text.startswith("The header 'Trace' from the namespace 'urn:x' was not understood")
    assert not world.asked


def test_the_header_request_id_becomes_metadata(edge: EdgeClient, world: World) -> None:
    header = f'<r:RequestId xmlns:r="{ORGANISATION}" soap:mustUnderstand="1"> order-77 </r:RequestId>{security()}'
    assert edge.post("/DataService.svc", envelope(ADD_MESSAGE, header)).status == 200
    assert world.of("AddMessage")[0].request.data_message.request_id == "order-77"


@pytest.mark.parametrize("key", ["ключ", "x" * 201, "a&#10;b"])
def test_a_request_id_that_no_metadata_can_carry_is_a_fault(edge: EdgeClient, world: World, key: str) -> None:
    header = f'<r:RequestId xmlns:r="{ORGANISATION}">{key}</r:RequestId>{security()}'
    reply = edge.post("/DataService.svc", envelope(ADD_MESSAGE, header))
    assert reply.fault_code == f"{{{SOAP11}}}Client"
    assert not world.asked


@pytest.mark.parametrize(
    "body",
    [
        (
            f'<ReadCourses xmlns="{TEMPURI}"><request xmlns:m="{M}" xmlns:c="{COURSES}"><m:PageIndex>3</m:PageIndex>'
            "<m:SiteId>9</m:SiteId><c:Id>k</c:Id><c:IdType>CourseSyncKey</c:IdType></request></ReadCourses>"
        ),
        (
            f'<ReadCourses xmlns="{TEMPURI}"><PageIndex>3</PageIndex><SiteId>9</SiteId><Id>k</Id>'
            "<IdType>coursesynckey</IdType></ReadCourses>"
        ),
        (
            f'<ReadCourses xmlns="{TEMPURI}"><request xmlns="{COURSES}"><IdType>CourseSyncKey</IdType><Id>k</Id>'
            "<SiteId>9</SiteId><PageIndex>3</PageIndex></request></ReadCourses>"
        ),
    ],
    ids=["as in the WSDL", "without the wrapper", "base members in the family's namespace"],
)
def test_a_read_is_understood_with_and_without_its_wrapper(edge: EdgeClient, world: World, body: str) -> None:
    reply = edge.call("/ReadDataService.svc", body)
    assert reply.status == 200, reply.body
    [asked] = world.of("ReadCourses")
    request = asked.request
    assert (request.base.page_index, request.base.base.site_id, request.id, request.id_type) == (3, 9, "k", 2)
    assert not request.base.HasField("page_size")
    assert not request.base.page_token


def test_empty_optional_members_are_absent(edge: EdgeClient, world: World) -> None:
    body = (
        f'<ReadCourses xmlns="{TEMPURI}"><request xmlns:i="{XSI}"><PageIndex/><PageSize i:nil="true"/>'
        "<SiteId></SiteId><IdType/><IncludeAdditionalData/></request></ReadCourses>"
    )
    assert edge.call("/ReadDataService.svc", body).status == 200
    base = world.of("ReadCourses")[0].request.base
    assert not base.HasField("page_index")
    assert not base.HasField("page_size")
    assert not base.base.HasField("site_id")


def test_hidden_members_cannot_be_set_from_xml(edge: EdgeClient, world: World) -> None:
    body = (
        f'<ReadCourses xmlns="{TEMPURI}"><request><PageToken>t</PageToken><page_token>t</page_token></request>'
        "</ReadCourses>"
    )
    assert edge.call("/ReadDataService.svc", body).status == 200
    assert world.of("ReadCourses")[0].request.base.page_token == ""


@pytest.mark.parametrize("body", ['<GetExtensions xmlns="{}"/>', '<GetExtensions xmlns="{}"><x>1</x>t</GetExtensions>'])
def test_extra_children_of_empty_requests_are_passed_over(edge: EdgeClient, world: World, body: str) -> None:
    reply = edge.call("/DataService.svc", body.format(TEMPURI))
    assert reply.text("ExtensionId") == "5009"


def test_a_nil_message_is_an_empty_request_for_the_service_to_refuse(edge: EdgeClient, world: World) -> None:
    body = f'<AddMessage xmlns="{TEMPURI}"><dataMessage xmlns:i="{XSI}" i:nil="true"/></AddMessage>'
    assert edge.call("/DataService.svc", body).status == 200
    assert world.of("AddMessage")[0].request.data_message.type == 0


@pytest.mark.parametrize(
    ("members", "text"),
    [
        (
            "<e:Data><Message/></e:Data><e:Type>2</e:Type>",
            "Element 'Data' must hold text, but it holds other elements.",
        ),
        ("<e:Type>two</e:Type>", "The value of element 'Type' is not an integer."),
        ("<e:Type>2147483648</e:Type>", "The value of element 'Type' is not between -2147483648 and 2147483647."),
        (f"<e:Type>{'9' * 5000}</e:Type>", "The value of element 'Type' is not an integer."),
        ("<e:Type>٣</e:Type>", "The value of element 'Type' is not an integer."),
    ],
)
def test_a_value_that_cannot_be_read_is_a_clear_fault(edge: EdgeClient, world: World, members: str, text: str) -> None:
    reply = edge.call("/DataService.svc", add_message(members))
    assert (reply.status, reply.fault_code, reply.fault_text) == (500, f"{{{SOAP11}}}Client", text)
    assert not world.asked


def test_an_unknown_enum_value_is_a_clear_fault(edge: EdgeClient, world: World) -> None:
    reply = edge.call(
        "/ReadDataService.svc", f'<ReadCourses xmlns="{TEMPURI}"><request><IdType>Nope</IdType></request></ReadCourses>'
    )
    assert reply.fault_text.startswith("The value of element 'IdType' is not one of Unspecified, CourseId,")
