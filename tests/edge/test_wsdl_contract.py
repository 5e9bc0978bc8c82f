"""DataService's description against wire contract section 2, restated here from its tables and nothing of ours."""

from __future__ import annotations

import pytest
from lxml import etree

from edge.elements import Element
from tests.edge.client import EdgeClient

XS = "{http://www.w3.org/2001/XMLSchema}"
W = "{http://schemas.xmlsoap.org/wsdl/}"
S = "{http://schemas.xmlsoap.org/wsdl/soap/}"
WSAW = "{http://www.w3.org/2006/05/addressing/wsdl}"
WSP = "{http://schemas.xmlsoap.org/ws/2004/09/policy}"
SP = "{http://schemas.xmlsoap.org/ws/2005/07/securitypolicy}"
WSU = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}"
T = "http://tempuri.org/"
SER = "http://schemas.microsoft.com/2003/10/Serialization/"
E = "http://schemas.datacontract.org/2004/07/Itslearning.Integration.ContentImport.Services.Entities"
B = "http://schemas.datacontract.org/2004/07/Itslearning.Integration.ContentImport.Model.Entities"
X = "http://www.w3.org/2001/XMLSchema"

OPERATIONS = ("AddMessage", "GetMessageResult", "GetMessageTypes", "GetExtensions")
WRAPPERS: list[tuple[str, list[tuple[str, str, bool]]]] = [
    ("AddMessage", [("dataMessage", f"{{{E}}}DataMessage", True)]),
    ("AddMessageResponse", [("AddMessageResult", f"{{{E}}}DataMessageResult", True)]),
    ("GetMessageResult", [("messageId", f"{{{X}}}int", False)]),
    ("GetMessageResultResponse", [("GetMessageResultResult", f"{{{E}}}DataMessageResult", True)]),
    ("GetMessageTypes", []),
    ("GetMessageTypesResponse", [("GetMessageTypesResult", f"{{{E}}}ArrayOfDataMessageType", True)]),
    ("GetExtensions", []),
    ("GetExtensionsResponse", [("GetExtensionsResult", f"{{{E}}}ArrayOfExtension", True)]),
]
TYPES: dict[str, list[tuple[str, str, bool]]] = {
    "DataMessage": [("Data", f"{{{X}}}string", True), ("Type", f"{{{X}}}int", False)],
    "DataMessageResult": [
        ("MessageId", f"{{{X}}}int", False),
        ("Status", f"{{{E}}}DataMessageStatus", False),
        ("StatusDetails", f"{{{E}}}ArrayOfDataMessageStatusDetail", True),
    ],
    "DataMessageStatusDetail": [
        ("Entity", f"{{{X}}}string", True),
        ("Message", f"{{{X}}}string", True),
        ("SyncKey", f"{{{X}}}string", True),
        ("Type", f"{{{E}}}DataMessageStatusType", False),
    ],
    "DataMessageType": [
        ("Identifier", f"{{{X}}}int", False),
        ("Name", f"{{{X}}}string", True),
        ("ProcessingType", f"{{{B}}}MessageProcessingType", False),
        ("Schema", f"{{{X}}}string", True),
    ],
    "Extension": [
        ("ContentSchema", f"{{{X}}}string", True),
        ("ExtensionId", f"{{{X}}}int", False),
        ("Name", f"{{{X}}}string", True),
        ("SupportsFileUpload", f"{{{X}}}boolean", False),
    ],
}
ARRAYS = {f"ArrayOf{item}": item for item in ("DataMessageStatusDetail", "DataMessageType", "Extension")}
ENUMS = {
    "DataMessageStatus": ["InQueue", "Finished", "Errors", "Warnings"],
    "DataMessageStatusType": ["Info", "Warning", "Error"],
}


def qname(element: Element, attribute: str) -> str:
    prefix, _, local = str(element.get(attribute)).rpartition(":")
    return f"{{{element.nsmap[prefix or None]}}}{local}"


def document(edge: EdgeClient, query: str, scheme: str = "http") -> Element:
    reply = edge.get(f"/DataService.svc?{query}", scheme=scheme)
    assert (reply.status, reply.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    return reply.xml


@pytest.fixture
def wsdl(edge: EdgeClient) -> Element:
    return document(edge, "wsdl")


@pytest.fixture(params=["flat", "single"])
def schemas(request: pytest.FixtureRequest, edge: EdgeClient) -> dict[str, Element]:
    """The schemas by namespace, from the imports of ?wsdl or from ?singleWsdl."""
    if request.param == "single":
        found = document(edge, "singleWsdl").findall(f"{W}types/{XS}schema")
    else:
        found = [document(edge, f"xsd=xsd{number}") for number in range(4)]
    return {str(schema.get("targetNamespace")): schema for schema in found}


def members(sequence: Element) -> list[tuple[str, str, bool]]:
    assert all(child.get("minOccurs") == "0" and child.tag == f"{XS}element" for child in sequence)
    return [(str(c.get("name")), qname(c, "type"), c.get("nillable") == "true") for c in sequence]


def test_the_definitions_import_four_schemas(wsdl: Element) -> None:
    assert (wsdl.get("name"), wsdl.get("targetNamespace")) == ("DataService", T)
    [schema] = wsdl.findall(f"{W}types/{XS}schema")
    assert schema.get("targetNamespace") == f"{T}Imports"
    base = "http://edge.example/DataService.svc?xsd=xsd"
    assert [(i.get("namespace"), i.get("schemaLocation")) for i in schema] == [
        (T, f"{base}0"),
        (SER, f"{base}1"),
        (E, f"{base}2"),
        (B, f"{base}3"),
    ]


def test_the_schemas_import_each_other_where_they_are_served(edge: EdgeClient) -> None:
    base = "http://edge.example/DataService.svc?xsd=xsd"
    expected = {0: [(E, f"{base}2")], 1: [], 2: [(B, f"{base}3")], 3: [(SER, f"{base}1")]}
    for number, imports in expected.items():
        schema = document(edge, f"xsd=xsd{number}")
        assert schema.get("elementFormDefault") == "qualified"
        found = [(i.get("namespace"), i.get("schemaLocation")) for i in schema.findall(f"{XS}import")]
        assert found == imports
    assert edge.get("/DataService.svc?xsd=xsd4").status == 404


def test_messages_and_port_type_are_named_as_wcf_names_them(wsdl: Element) -> None:
    messages = [(m.get("name"), [(p.get("name"), qname(p, "element")) for p in m]) for m in wsdl.findall(f"{W}message")]
    assert messages == [
        (f"IDataService_{name}_{direction}Message", [("parameters", f"{{{T}}}{name}{suffix}")])
        for name in OPERATIONS
        for direction, suffix in (("Input", ""), ("Output", "Response"))
    ]
    [port_type] = wsdl.findall(f"{W}portType")
    assert port_type.get("name") == "IDataService"
    found = [(o.get("name"), [(c.tag, c.get(f"{WSAW}Action"), qname(c, "message")) for c in o]) for o in port_type]
    assert found == [
        (
            name,
            [
                (f"{W}input", f"{T}IDataService/{name}", f"{{{T}}}IDataService_{name}_InputMessage"),
                (f"{W}output", f"{T}IDataService/{name}Response", f"{{{T}}}IDataService_{name}_OutputMessage"),
            ],
        )
        for name in OPERATIONS
    ]


def test_binding_and_service_are_those_of_basic_http(wsdl: Element) -> None:
    [binding] = wsdl.findall(f"{W}binding")
    assert (binding.get("name"), qname(binding, "type")) == ("BasicHttpBinding_IDataService", f"{{{T}}}IDataService")
    [transport] = binding.findall(f"{S}binding")
    assert transport.get("transport") == "http://schemas.xmlsoap.org/soap/http"
    operations = binding.findall(f"{W}operation")
    assert [o.get("name") for o in operations] == list(OPERATIONS)
    for operation in operations:
        [soap] = operation.findall(f"{S}operation")
        assert (soap.get("soapAction"), soap.get("style")) == (f"{T}IDataService/{operation.get('name')}", "document")
        assert [(c.tag, c[0].tag, c[0].get("use")) for c in operation if c.tag != soap.tag] == [
            (f"{W}input", f"{S}body", "literal"),
            (f"{W}output", f"{S}body", "literal"),
        ]
    [service] = wsdl.findall(f"{W}service")
    [port] = service
    assert (service.get("name"), port.get("name")) == ("DataService", "BasicHttpBinding_IDataService")
    assert qname(port, "binding") == f"{{{T}}}BasicHttpBinding_IDataService"
    assert port[0].get("location") == "http://edge.example/DataService.svc"


def test_the_wrappers_are_those_of_the_table(schemas: dict[str, Element]) -> None:
    wrappers = []
    for element in schemas[T].findall(f"{XS}element"):
        [sequence] = element.findall(f"{XS}complexType/{XS}sequence")
        wrappers.append((element.get("name"), members(sequence)))
    assert wrappers == WRAPPERS


def test_the_entities_are_those_of_the_table(schemas: dict[str, Element]) -> None:
    schema = schemas[E]
    found = {t.get("name"): t for t in schema.findall(f"{XS}complexType")}
    assert set(found) == set(TYPES) | set(ARRAYS)
    for name, expected in TYPES.items():
        [sequence] = found[name]
        assert members(sequence) == expected
    for name, item in ARRAYS.items():
        [[element]] = found[name]
        assert {str(k): str(v) for k, v in element.attrib.items()} == {
            "minOccurs": "0",
            "maxOccurs": "unbounded",
            "name": item,
            "nillable": "true",
            "type": element.get("type"),
        }
        assert qname(element, "type") == f"{{{E}}}{item}"
    enums = {
        t.get("name"): [v.get("value") for v in t.findall(f"{XS}restriction/{XS}enumeration")]
        for t in schema.findall(f"{XS}simpleType")
    }
    assert enums == ENUMS
    elements = [(e.get("name"), qname(e, "type"), e.get("nillable")) for e in schema.findall(f"{XS}element")]
    assert sorted(elements) == sorted((n, f"{{{E}}}{n}", "true") for n in [*TYPES, *ARRAYS, *ENUMS])


def test_the_processing_type_publishes_its_numbers(schemas: dict[str, Element]) -> None:
    [kind] = schemas[B].findall(f"{XS}simpleType")
    assert kind.get("name") == "MessageProcessingType"
    assert qname(kind[0], "base") == f"{{{X}}}string"
    values = [(v.get("value"), v.findtext(f"{XS}annotation/{XS}appinfo/{{{SER}}}EnumerationValue")) for v in kind[0]]
    assert values == [("Asynchronous", "1"), ("Synchronous", "2")]


def test_the_serialization_schema_is_microsofts(schemas: dict[str, Element]) -> None:
    schema = schemas[SER]
    assert [e.get("name") for e in schema.findall(f"{XS}element")] == [
        "anyType",
        "anyURI",
        "base64Binary",
        "boolean",
        "byte",
        "dateTime",
        "decimal",
        "double",
        "float",
        "int",
        "long",
        "QName",
        "short",
        "string",
        "unsignedByte",
        "unsignedInt",
        "unsignedLong",
        "unsignedShort",
        "char",
        "duration",
        "guid",
    ]
    assert [(a.get("name"), a.get("type")) for a in schema.findall(f"{XS}attribute")] == [
        ("FactoryType", "xs:QName"),
        ("Id", "xs:ID"),
        ("Ref", "xs:IDREF"),
    ]


def test_the_policy_is_there_over_https_alone(edge: EdgeClient, wsdl: Element) -> None:
    assert wsdl.find(f"{WSP}Policy") is None
    secure = document(edge, "wsdl", scheme="https")
    [policy] = secure.findall(f"{WSP}Policy")
    assert policy.get(f"{WSU}Id") == "BasicHttpBinding_IDataService_policy"
    [reference] = secure.findall(f"{W}binding/{WSP}PolicyReference")
    assert reference.get("URI") == "#BasicHttpBinding_IDataService_policy"
    [everything] = policy.findall(f"{WSP}ExactlyOne/{WSP}All")
    assert [child.tag for child in everything] == [f"{SP}TransportBinding", f"{SP}SignedSupportingTokens", f"{SP}Wss10"]
    [binding] = everything.findall(f"{SP}TransportBinding/{WSP}Policy")
    assert [child.tag for child in binding] == [
        f"{SP}{name}" for name in ("TransportToken", "AlgorithmSuite", "Layout", "IncludeTimestamp")
    ]
    https = binding.find(f"{SP}TransportToken/{WSP}Policy/{SP}HttpsToken")
    assert https is not None
    assert https.get("RequireClientCertificate") == "false"
    assert binding.find(f"{SP}AlgorithmSuite/{WSP}Policy/{SP}Basic256") is not None
    assert binding.find(f"{SP}Layout/{WSP}Policy/{SP}Lax") is not None
    token = everything.find(f"{SP}SignedSupportingTokens/{WSP}Policy/{SP}UsernameToken")
    assert token is not None
    assert token.get(f"{SP}IncludeToken") == (
        "http://schemas.xmlsoap.org/ws/2005/07/securitypolicy/IncludeToken/AlwaysToRecipient"
    )
    assert token.find(f"{WSP}Policy/{SP}WssUsernameToken10") is not None


def test_the_whole_and_the_parts_say_the_same(edge: EdgeClient) -> None:
    def outside_types(query: str) -> list[bytes]:
        definitions = document(edge, query)
        return [etree.tostring(c, method="c14n") for c in definitions if c.tag != f"{W}types"]

    assert outside_types("wsdl") == outside_types("singleWsdl")
