"""The description of FileStreamService, written down as WCF exported it (contract section 3, decision 14).

It is a message contract: headers beside the body, and names that follow from no proto.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from edge.elements import Element
from edge.namespaces import SERIALIZATION, SOAP_HTTP, TEMPURI, WSAW, WSDL, WSDL_SOAP, WSP, WSU, XSD
from edge.serialization_schema import serialization_schema
from edge.wsdl import policy, types

MESSAGE = "http://schemas.microsoft.com/Message"
BINDING = "BasicHttpBinding_IFileStreamService"

DEFINITIONS = f"""
<wsdl:definitions name="FileStreamService" targetNamespace="{TEMPURI}" xmlns:wsdl="{WSDL}" xmlns:xsd="{XSD}"
    xmlns:soap="{WSDL_SOAP}" xmlns:wsaw="{WSAW}" xmlns:wsp="{WSP}" xmlns:wsu="{WSU}" xmlns:tns="{TEMPURI}">
  <wsdl:message name="StreamMessage">
    <wsdl:part name="parameters" element="tns:StreamMessage"/>
  </wsdl:message>
  <wsdl:message name="StreamMessage_Headers">
    <wsdl:part name="ExtensionId" element="tns:ExtensionId"/>
    <wsdl:part name="Name" element="tns:Name"/>
    <wsdl:part name="SiteId" element="tns:SiteId"/>
  </wsdl:message>
  <wsdl:message name="FileStreamUploadResponse">
    <wsdl:part name="parameters" element="tns:FileStreamUploadResponse"/>
  </wsdl:message>
  <wsdl:portType name="IFileStreamService">
    <wsdl:operation name="UploadFile">
      <wsdl:input wsaw:Action="{TEMPURI}IFileStreamService/UploadFile" name="StreamMessage"
          message="tns:StreamMessage"/>
      <wsdl:output wsaw:Action="{TEMPURI}IFileStreamService/UploadFileResponse" name="FileStreamUploadResponse"
          message="tns:FileStreamUploadResponse"/>
    </wsdl:operation>
  </wsdl:portType>
  <wsdl:binding name="{BINDING}" type="tns:IFileStreamService">
    <soap:binding transport="{SOAP_HTTP}"/>
    <wsdl:operation name="UploadFile">
      <soap:operation soapAction="{TEMPURI}IFileStreamService/UploadFile" style="document"/>
      <wsdl:input name="StreamMessage">
        <soap:header message="tns:StreamMessage_Headers" part="ExtensionId" use="literal"/>
        <soap:header message="tns:StreamMessage_Headers" part="Name" use="literal"/>
        <soap:header message="tns:StreamMessage_Headers" part="SiteId" use="literal"/>
        <soap:body use="literal"/>
      </wsdl:input>
      <wsdl:output name="FileStreamUploadResponse">
        <soap:body use="literal"/>
      </wsdl:output>
    </wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="FileStreamService">
    <wsdl:port name="{BINDING}" binding="tns:{BINDING}">
      <soap:address location=""/>
    </wsdl:port>
  </wsdl:service>
</wsdl:definitions>"""

SCHEMAS = {
    MESSAGE: f"""
<xs:schema elementFormDefault="qualified" targetNamespace="{MESSAGE}" xmlns:xs="{XSD}" xmlns:tns="{MESSAGE}">
  <xs:simpleType name="StreamBody">
    <xs:restriction base="xs:base64Binary"/>
  </xs:simpleType>
</xs:schema>""",
    TEMPURI: f"""
<xs:schema elementFormDefault="qualified" targetNamespace="{TEMPURI}" xmlns:xs="{XSD}" xmlns:tns="{TEMPURI}"
    xmlns:q1="{MESSAGE}">
  <xs:import namespace="{MESSAGE}"/>
  <xs:element name="StreamMessage">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="Content" type="q1:StreamBody"/>
      </xs:sequence>
    </xs:complexType>
  </xs:element>
  <xs:element name="ExtensionId" type="xs:int"/>
  <xs:element name="Name" nillable="true" type="xs:string"/>
  <xs:element name="SiteId" nillable="true" type="xs:int"/>
  <xs:element name="FileStreamUploadResponse">
    <xs:complexType>
      <xs:sequence>
        <xs:element minOccurs="0" name="FileId" nillable="true" type="xs:string"/>
      </xs:sequence>
    </xs:complexType>
  </xs:element>
</xs:schema>""",
}


class FileStreamSchemas:
    """The schemas, in the order of their ?xsd= numbers."""

    namespaces = (MESSAGE, TEMPURI, SERIALIZATION)

    def build(self, namespace: str, locations: Mapping[str, str]) -> Element:
        """Returns the schema of a namespace. locations: of the others; none where they stand beside it."""
        if namespace == SERIALIZATION:
            return serialization_schema()
        schema = written(SCHEMAS[namespace])
        for element in schema.findall(f"{{{XSD}}}import"):
            location = locations.get(str(element.get("namespace")))
            if location is not None:
                element.set("schemaLocation", location)
        return schema


def build_file_stream_wsdl(address: str, imports: Mapping[str, str], *, with_policy: bool) -> Element:
    """Returns the definitions at an address. imports: as for the other services."""
    definitions = written(DEFINITIONS)
    definitions.insert(0, types(imports))
    for element in definitions.iter(f"{{{WSDL_SOAP}}}address"):
        element.set("location", address)
    if with_policy:
        definitions.insert(0, policy(f"{BINDING}_policy", optimized=True))
        for binding in definitions.findall(f"{{{WSDL}}}binding"):
            binding.insert(0, etree.Element(f"{{{WSP}}}PolicyReference", URI=f"#{BINDING}_policy"))
    return definitions


def written(text: str) -> Element:
    return etree.fromstring(text, etree.XMLParser(remove_blank_text=True))
