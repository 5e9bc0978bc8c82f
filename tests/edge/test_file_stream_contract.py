"""FileStreamService's description against wire contract section 3, restated here and from nothing of ours."""

from __future__ import annotations

import pytest
from lxml import etree

from edge.elements import Element
from tests.edge.client import EdgeClient

T = "http://tempuri.org/"
MESSAGE = "http://schemas.microsoft.com/Message"
SERIALIZATION = "http://schemas.microsoft.com/2003/10/Serialization/"
PATHS = ("/FileStreamService.svc", "/ContentImport/FileStreamService.svc")
BASE = "http://edge.example{}"
PREFIXES = (
    'xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" '
    'xmlns:wsaw="http://www.w3.org/2006/05/addressing/wsdl" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    'xmlns:tns="http://tempuri.org/" xmlns:m="http://schemas.microsoft.com/Message"'
)
POLICY = "{http://schemas.xmlsoap.org/ws/2004/09/policy}"
OPTIMIZED = "{http://schemas.xmlsoap.org/ws/2004/09/policy/optimizedmimeserialization}OptimizedMimeSerialization"
QNAMES = {"element", "message", "type", "binding", "base"}

WSDL = f"""
<wsdl:definitions {PREFIXES} name="FileStreamService" targetNamespace="{T}">
 <wsdl:types><xsd:schema targetNamespace="{T}Imports">
  <xsd:import schemaLocation="ADDRESS?xsd=xsd0" namespace="{MESSAGE}"/>
  <xsd:import schemaLocation="ADDRESS?xsd=xsd1" namespace="{T}"/>
  <xsd:import schemaLocation="ADDRESS?xsd=xsd2" namespace="{SERIALIZATION}"/>
 </xsd:schema></wsdl:types>
 <wsdl:message name="StreamMessage"><wsdl:part name="parameters" element="tns:StreamMessage"/></wsdl:message>
 <wsdl:message name="StreamMessage_Headers">
  <wsdl:part name="ExtensionId" element="tns:ExtensionId"/>
  <wsdl:part name="Name" element="tns:Name"/>
  <wsdl:part name="SiteId" element="tns:SiteId"/>
 </wsdl:message>
 <wsdl:message name="FileStreamUploadResponse">
  <wsdl:part name="parameters" element="tns:FileStreamUploadResponse"/>
 </wsdl:message>
 <wsdl:portType name="IFileStreamService"><wsdl:operation name="UploadFile">
  <wsdl:input wsaw:Action="{T}IFileStreamService/UploadFile" name="StreamMessage" message="tns:StreamMessage"/>
  <wsdl:output wsaw:Action="{T}IFileStreamService/UploadFileResponse" name="FileStreamUploadResponse"
   message="tns:FileStreamUploadResponse"/>
 </wsdl:operation></wsdl:portType>
 <wsdl:binding name="BasicHttpBinding_IFileStreamService" type="tns:IFileStreamService">
  <soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
  <wsdl:operation name="UploadFile">
   <soap:operation soapAction="{T}IFileStreamService/UploadFile" style="document"/>
   <wsdl:input name="StreamMessage">
    <soap:header message="tns:StreamMessage_Headers" part="ExtensionId" use="literal"/>
    <soap:header message="tns:StreamMessage_Headers" part="Name" use="literal"/>
    <soap:header message="tns:StreamMessage_Headers" part="SiteId" use="literal"/>
    <soap:body use="literal"/>
   </wsdl:input>
   <wsdl:output name="FileStreamUploadResponse"><soap:body use="literal"/></wsdl:output>
  </wsdl:operation>
 </wsdl:binding>
 <wsdl:service name="FileStreamService">
  <wsdl:port name="BasicHttpBinding_IFileStreamService" binding="tns:BasicHttpBinding_IFileStreamService">
   <soap:address location="ADDRESS"/>
  </wsdl:port>
 </wsdl:service>
</wsdl:definitions>"""
XSD0 = f"""
<xsd:schema {PREFIXES} elementFormDefault="qualified" targetNamespace="{MESSAGE}">
 <xsd:simpleType name="StreamBody"><xsd:restriction base="xsd:base64Binary"/></xsd:simpleType>
</xsd:schema>"""
XSD1 = f"""
<xsd:schema {PREFIXES} elementFormDefault="qualified" targetNamespace="{T}">
 <xsd:import schemaLocation="ADDRESS?xsd=xsd0" namespace="{MESSAGE}"/>
 <xsd:element name="StreamMessage"><xsd:complexType><xsd:sequence>
  <xsd:element name="Content" type="m:StreamBody"/>
 </xsd:sequence></xsd:complexType></xsd:element>
 <xsd:element name="ExtensionId" type="xsd:int"/>
 <xsd:element name="Name" nillable="true" type="xsd:string"/>
 <xsd:element name="SiteId" nillable="true" type="xsd:int"/>
 <xsd:element name="FileStreamUploadResponse"><xsd:complexType><xsd:sequence>
  <xsd:element minOccurs="0" name="FileId" nillable="true" type="xsd:string"/>
 </xsd:sequence></xsd:complexType></xsd:element>
</xsd:schema>"""

Infoset = tuple[str, dict[str, str], list["Infoset"]]


def infoset(element: Element) -> Infoset:
    """Names, attributes and children; names inside attributes with their namespaces, since prefixes do not count."""
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    for name in QNAMES & attributes.keys():
        prefix, _, local = attributes[name].rpartition(":")
        attributes[name] = f"{{{element.nsmap[prefix]}}}{local}"
    return str(element.tag), attributes, [infoset(child) for child in element]


def document(edge: EdgeClient, path: str, query: str, scheme: str = "http") -> Element:
    reply = edge.get(f"{path}?{query}", scheme=scheme)
    assert (reply.status, reply.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    return reply.xml


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("query", "expected"), [("wsdl", WSDL), ("xsd=xsd0", XSD0), ("xsd=xsd1", XSD1)])
def test_the_documents_are_those_of_the_contract(edge: EdgeClient, path: str, query: str, expected: str) -> None:
    wanted = etree.fromstring(expected.replace("ADDRESS", BASE.format(path)))
    assert infoset(document(edge, path, query)) == infoset(wanted)


def test_the_third_schema_is_microsofts_and_there_is_no_fourth(edge: EdgeClient) -> None:
    ours = infoset(document(edge, PATHS[0], "xsd=xsd2"))
    assert ours == infoset(document(edge, "/DataService.svc", "xsd=xsd1"))
    assert ours[1]["targetNamespace"] == SERIALIZATION
    assert edge.get(f"{PATHS[0]}?xsd=xsd3").status == 404


def test_the_whole_says_what_the_parts_say(edge: EdgeClient) -> None:
    whole, flat = document(edge, PATHS[0], "singleWsdl"), document(edge, PATHS[0], "wsdl")
    parts = [document(edge, PATHS[0], f"xsd=xsd{number}") for number in range(3)]
    for element in [*parts, flat]:
        for imported in element.iter("{http://www.w3.org/2001/XMLSchema}import"):
            imported.attrib.pop("schemaLocation", "")
    schemas = list(whole[0])
    assert [infoset(schema) for schema in schemas] == [infoset(part) for part in parts]
    assert [infoset(child) for child in list(whole)[1:]] == [infoset(child) for child in list(flat)[1:]]


def test_the_policy_is_there_over_https_alone_and_asks_for_mtom(edge: EdgeClient) -> None:
    plain, secure = document(edge, PATHS[0], "wsdl"), document(edge, PATHS[0], "wsdl", "https")
    assert plain.find(f"{POLICY}Policy") is None
    assert [child.get("URI") for child in secure.iter(f"{POLICY}PolicyReference")] == [
        "#BasicHttpBinding_IFileStreamService_policy"
    ]
    theirs = document(edge, "/FileService.svc", "wsdl", "https").find(f"{POLICY}Policy/{POLICY}ExactlyOne")
    ours = secure.find(f"{POLICY}Policy/{POLICY}ExactlyOne")
    assert ours is not None
    assert theirs is not None
    assert infoset(ours) == infoset(theirs)
    assert ours.find(f"{POLICY}All/{OPTIMIZED}") is not None


def test_the_help_page_names_it(edge: EdgeClient) -> None:
    for path in PATHS:
        page = edge.get(path)
        assert page.status == 200
        assert b"FileStreamService Service" in page.body
        assert f"{BASE.format(path)}?wsdl".encode() in page.body
