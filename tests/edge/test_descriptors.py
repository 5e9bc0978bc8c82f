"""The contract is read from descriptors alone: protos made here show each option, and each refusal at start."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, json_format
from google.protobuf.descriptor import ServiceDescriptor
from lxml import etree
from organisation.soap.v1 import annotations_pb2 as soap

from edge.contract import Service
from edge.contract_error import ContractError
from edge.decode import compile_decoder
from edge.descriptors import read_services
from edge.encode import compile_encoder
from edge.metadata import build_documents
from edge.namespaces import DATA_CONTRACT, TEMPURI, XSD

F = descriptor_pb2.FieldDescriptorProto
BASE, XML, STREAM, HIDDEN = (getattr(soap.DataMember, f"ROLE_{r}") for r in ("BASE", "XML", "STREAM", "HIDDEN"))


def member(
    field: str, number: int, kind: int = F.TYPE_STRING, /, *, type_name: str = "", many: bool = False, **options: Any
) -> F:
    label = F.LABEL_REPEATED if many else F.LABEL_OPTIONAL
    made = F(name=field, number=number, label=label)
    made.type = kind  # type: ignore[assignment]  # an int is what protobuf takes
    if type_name:
        made.type_name = f".synthetic.{type_name}"
    if options:
        made.options.Extensions[soap.data_member].CopyFrom(soap.DataMember(**options))
    return made


def message(name: str, *fields: F, **options: Any) -> descriptor_pb2.DescriptorProto:
    made = descriptor_pb2.DescriptorProto(name=name, field=fields)
    if options:
        made.options.Extensions[soap.data_contract].CopyFrom(soap.DataContract(**options))
    return made


def service(
    *messages: descriptor_pb2.DescriptorProto, enums: Any = (), streams: bool = False, **contract: Any
) -> Service:
    """A service whose one operation Ask takes Request and answers Response."""
    return read_services([describe(*messages, enums=enums, streams=streams, **contract)])[0]


def describe(
    *messages: descriptor_pb2.DescriptorProto,
    enums: Any = (),
    streams: bool = False,
    server_streams: bool = False,
    clr: str = "Acme",
    path: str = "Test.svc",
    **contract: Any,
) -> ServiceDescriptor:
    file = descriptor_pb2.FileDescriptorProto(
        name="synthetic.proto",
        package="synthetic",
        syntax="proto3",
        message_type=messages,
        enum_type=enums,
        dependency=["organisation/soap/v1/annotations.proto", "google/protobuf/timestamp.proto"],
    )
    if clr:
        file.options.Extensions[soap.clr_namespace] = clr
    made = file.service.add(name="TestService")
    made.options.Extensions[soap.service_contract].path = path
    method = made.method.add(
        name="Ask",
        input_type=".synthetic.Request",
        output_type=".synthetic.Response",
        client_streaming=streams,
        server_streaming=server_streams,
    )
    method.options.Extensions[soap.operation_contract].CopyFrom(soap.OperationContract(**contract))
    pool = descriptor_pool.DescriptorPool()
    for name in (
        "google/protobuf/descriptor.proto",
        "google/protobuf/timestamp.proto",
        "organisation/soap/v1/annotations.proto",
    ):
        copied = descriptor_pb2.FileDescriptorProto()
        descriptor_pool.Default().FindFileByName(name).CopyToProto(copied)
        pool.Add(copied)
    # Options are read with the extensions of the default pool, which are those of the generated stubs.
    pool.Add(descriptor_pb2.FileDescriptorProto.FromString(file.SerializeToString()))
    found: ServiceDescriptor = pool.FindServiceByName("synthetic.TestService")
    return found


def decode(made: Service, xml: str) -> dict[str, Any]:
    request = compile_decoder(made.operations[0])(etree.fromstring(xml))
    result: dict[str, Any] = json_format.MessageToDict(request, preserving_proto_field_name=True)
    return result


def encode(made: Service, **fields: Any) -> str:
    operation = made.operations[0]
    return compile_encoder(operation)(json_format.ParseDict(fields, operation.response_class()))


def schema_of(made: Service, number: int) -> Any:
    return etree.fromstring(build_documents(made, "http://h/Test.svc", with_policy=False)[f"xsd=xsd{number}"])


RESPONSE = message("Response", member("answer", 1))


def test_members_are_named_in_pascal_case_and_sorted() -> None:
    made = service(
        message("Request", member("zeta_id", 1), member("alpha", 2), member("b", 3, name="URL")),
        RESPONSE,
        parameter="request",
    )
    assert [m.name for m in made.operations[0].request.members] == ["Alpha", "URL", "ZetaId"]
    body = f'<Ask xmlns="{TEMPURI}"><request><ZetaId>z</ZetaId><URL>u</URL><Alpha>a</Alpha></request></Ask>'
    assert decode(made, body) == {"zeta_id": "z", "b": "u", "alpha": "a"}


def test_a_member_may_be_read_by_further_names() -> None:
    own = member("sync_key", 1, name="Synckey", also_read=["SyncKey"])
    made = service(message("Request", own, member("other", 2)), RESPONSE, parameter="request")
    assert [m.name for m in made.operations[0].request.members] == ["Other", "Synckey"]
    for inner in ("<SyncKey>a</SyncKey>", "<Synckey>a</Synckey>", "<SyncKey>a</SyncKey><Synckey>b</Synckey>"):
        assert decode(made, f'<Ask xmlns="{TEMPURI}"><request>{inner}</request></Ask>') == {"sync_key": "a"}
    with pytest.raises(ContractError, match="SyncKey twice"):
        service(message("Request", own, member("sync_key_2", 2, name="SyncKey")), RESPONSE, parameter="request")


def test_a_member_may_stand_in_another_namespace() -> None:
    made = service(
        message("Request"),
        message(
            "Response",
            member("own", 1),
            member("site", 2, F.TYPE_INT32, clr_namespace=""),
            member("far", 3, clr_namespace="X"),
        ),
    )
    text = encode(made, own="o", site=5, far="f")
    assert "<a:Own>o</a:Own>" in text
    assert "<Site>5</Site>" in text
    assert f'<Far xmlns="{DATA_CONTRACT}X">f</Far>' in text
    response = next(
        s for s in (schema_of(made, n) for n in range(4)) if s.get("targetNamespace") == f"{DATA_CONTRACT}Acme"
    )
    references = [e.get("ref") for e in response.iter(f"{{{XSD}}}element") if e.get("ref")]
    resolved = {f"{{{response.nsmap[ref.partition(':')[0]]}}}{ref.partition(':')[2]}" for ref in references}
    assert resolved == {f"{{{TEMPURI}}}Site", "{" + DATA_CONTRACT + "X}Far"}
    tempuri = schema_of(made, 0)
    assert [(e.get("name"), e.get("type")) for e in tempuri.findall(f"{{{XSD}}}element") if e.get("type")] == [
        ("Site", "xs:int")
    ]


def test_lists_of_simple_values_have_the_arrays_namespace() -> None:
    made = service(
        message("Request", member("ids", 1, F.TYPE_INT32, many=True), member("names", 2, many=True)),
        message("Response", member("ids", 1, F.TYPE_INT32, many=True)),
        parameter="request",
        result_field="ids",
    )
    arrays = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
    body = (
        f'<Ask xmlns="{TEMPURI}"><request xmlns:b="{arrays}"><Ids><b:int>1</b:int><b:int>2</b:int></Ids>'
        "<Names><string>x</string><string/></Names></request></Ask>"
    )
    assert decode(made, body) == {"ids": [1, 2], "names": ["x", ""]}
    assert f'<AskResult xmlns:a="{arrays}"' in encode(made, ids=[3, 4])
    assert "<a:int>3</a:int><a:int>4</a:int></AskResult>" in encode(made, ids=[3, 4])
    assert encode(made).endswith("/></AskResponse>")


def test_a_contract_may_contain_itself() -> None:
    made = service(
        message("Request", member("node", 1, F.TYPE_MESSAGE, type_name="Node")),
        message("Response", member("node", 1, F.TYPE_MESSAGE, type_name="Node")),
        message("Node", member("name", 1), member("children", 2, F.TYPE_MESSAGE, type_name="Node", many=True)),
    )
    tree = {"name": "a", "children": [{"name": "b", "children": [{"name": "c"}]}]}
    body = (
        f'<Ask xmlns="{TEMPURI}"><Node><Name>a</Name><Children><Node><Name>b</Name><Children><Node>'
        "<Name>c</Name></Node></Children></Node></Children></Node></Ask>"
    )
    assert decode(made, body) == {"node": tree}
    text = encode(made, node=tree)
    assert text.count("<a:Name>") == 3
    assert etree.fromstring(text) is not None


def test_a_contract_of_another_namespace_gets_a_prefix_of_its_own() -> None:
    made = service(
        message("Request"),
        message("Response", member("inner", 1, F.TYPE_MESSAGE, type_name="Inner")),
        message("Inner", member("deep", 1, F.TYPE_MESSAGE, type_name="Deep"), clr_namespace="Two"),
        message("Deep", member("x", 1), clr_namespace="Three"),
    )
    assert (
        f'<a:Inner xmlns:b="{DATA_CONTRACT}Two"><b:Deep xmlns:c="{DATA_CONTRACT}Three"><c:X>1</c:X></b:Deep></a:Inner>'
    ) in encode(made, inner={"deep": {"x": "1"}})


def test_base_classes_reach_over_generations() -> None:
    messages = (
        message("Request", member("base", 1, F.TYPE_MESSAGE, type_name="Middle", role=BASE), member("own", 2)),
        message(
            "Middle",
            member("base", 1, F.TYPE_MESSAGE, type_name="Root", role=BASE),
            member("mid", 2),
            clr_namespace="M",
        ),
        message("Root", member("top", 1), member("token", 2, role=HIDDEN), clr_namespace="R"),
    )
    made = service(*messages, RESPONSE, parameter="request")
    body = f'<Ask xmlns="{TEMPURI}"><request><Top>t</Top><Mid>m</Mid><Own>o</Own><Token>x</Token></request></Ask>'
    assert decode(made, body) == {"own": "o", "base": {"mid": "m", "base": {"top": "t"}}}
    extensions = [
        e.get("base").partition(":")[2] for n in range(5) for e in schema_of(made, n).iter(f"{{{XSD}}}extension")
    ]
    assert sorted(extensions) == ["Middle", "Root"]


def enum(*values: tuple[str, dict[str, Any]]) -> descriptor_pb2.EnumDescriptorProto:
    made = descriptor_pb2.EnumDescriptorProto(name="StateKind")
    for number, (name, options) in enumerate(values):
        value = made.value.add(name=f"STATE_KIND_{name}", number=number)
        if options:
            value.options.Extensions[soap.enum_member].CopyFrom(soap.EnumMember(**options))
    return made


def test_enum_values_may_share_a_spelling_and_an_unspecified_one_is_absent() -> None:
    values = enum(("UNSPECIFIED", {}), ("IN_QUEUE", {}), ("RUNNING", {"name": "InQueue"}), ("DONE", {"value": 9}))
    fields = [member("state", 1, F.TYPE_ENUM, type_name="StateKind")]
    made = service(message("Request", *fields), message("Response", *fields), enums=[values], parameter="r")
    assert "<a:State>InQueue</a:State>" in encode(made, state=2)
    assert "State>" not in encode(made, state=0)
    assert decode(made, f'<Ask xmlns="{TEMPURI}"><r><State>INQUEUE</State></r></Ask>') == {
        "state": "STATE_KIND_IN_QUEUE"
    }
    schema = next(
        s for s in (schema_of(made, n) for n in range(3)) if s.get("targetNamespace") == f"{DATA_CONTRACT}Acme"
    )
    values_found = [v.get("value") for v in schema.iter(f"{{{XSD}}}enumeration")]
    assert values_found == ["InQueue", "Done"]
    assert [n.text for n in schema.iter("{*}EnumerationValue")] == ["9"]


def test_nillable_follows_dotnet_unless_it_is_said() -> None:
    request = message(
        "Request",
        member("text", 1),
        member("number", 2, F.TYPE_INT32),
        member("fixed", 3, nillable=False),
        member("loose", 4, F.TYPE_INT32, nillable=True),
        member("data", 5, F.TYPE_BYTES),
    )
    found = {m.name: m.nillable for m in service(request, RESPONSE).operations[0].children}
    assert found == {"Text": True, "Number": False, "Fixed": False, "Loose": True, "Data": True}


def test_xml_content_is_read_as_it_stands() -> None:
    made = service(message("Request", member("content", 1, role=XML)), RESPONSE)
    body = f'<Ask xmlns="{TEMPURI}"><Content><x xmlns="urn:x">1</x></Content></Ask>'
    found = etree.fromstring(decode(made, body)["content"])
    assert [child.tag for child in found] == ["{urn:x}x"]


def oneof_request() -> descriptor_pb2.DescriptorProto:
    made = message("Request", member("a", 1), member("b", 2))
    made.oneof_decl.add(name="choice")
    for field in made.field:
        field.oneof_index = 0
    return made


@pytest.mark.parametrize(
    ("messages", "options", "reason"),
    [
        ([oneof_request(), RESPONSE], {}, "use optional"),
        ([message("Request"), RESPONSE], {"path": "Test"}, "does not end in .svc"),
        ([message("Request"), RESPONSE], {"clr": ""}, "clr_namespace"),
        ([message("Request"), RESPONSE], {"server_streams": True}, "an answer that streams"),
        ([message("Request"), RESPONSE], {"streams": True}, "needs a ROLE_STREAM member"),
        ([message("Request", member("c", 1, F.TYPE_BYTES, role=STREAM)), RESPONSE], {}, "needs a ROLE_STREAM member"),
        ([message("Request", member("c", 1, F.TYPE_FIXED32)), RESPONSE], {}, "has no SOAP shape"),
        (
            [message("Request", member("base", 1, F.TYPE_MESSAGE, type_name="Response", role=BASE)), RESPONSE],
            {},
            "has no base class",
        ),
        (
            [message("Request", member("base", 1, F.TYPE_MESSAGE, type_name="Request", role=BASE)), RESPONSE],
            {"parameter": "r"},
            "its own base class",
        ),
        (
            [
                message(
                    "Request", member("base", 1, F.TYPE_MESSAGE, type_name="Response", role=BASE), member("answer", 2)
                ),
                RESPONSE,
            ],
            {"parameter": "r"},
            "Answer twice",
        ),
    ],
)
def test_what_has_no_soap_shape_stops_the_start(messages: Any, options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ContractError, match=reason):
        read_services([describe(*messages, **options)])


def test_a_service_without_the_option_is_not_offered() -> None:
    descriptor = describe(message("Request"), RESPONSE)
    assert read_services([descriptor])
    plain = descriptor_pool.Default().FindServiceByName("organisation.v1.AccessService")
    assert read_services([plain]) == ()
