"""The tenancy matrix: four partners, three sites, every message type, every read, every file operation.

Each request is made twice: naming things that are there, and in a copy that names what never was. Whoever may not see
the things must get the same answer to both, byte for byte. Grants are drawn by a seed (conftest.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import grpc
import pytest
from google.protobuf.message import Message
from lxml import etree
from organisation.v1 import data_service_pb2 as data_pb
from organisation.v1 import file_service_pb2 as file_pb
from organisation.v1 import read_data_service_pb2
from organisation.v1.data_service_pb2_grpc import DataServiceStub
from organisation.v1.file_service_pb2_grpc import FileServiceStub
from organisation.v1.read_data_service_pb2_grpc import ReadDataServiceStub

from catalogue.examples import examples_of
from catalogue.loader import load_catalogue
from catalogue.model import MessageType
from runtime.downloads import Download, DownloadKey
from services.read.server import message_type_of
from tests.tenancy.names import Names, names_in
from tests.tenancy.reads import absent, make, requests_of
from tests.tenancy.soap import TEMPURI, SoapAnswer, SoapCaller, read_request, without_site
from tests.tenancy.world import HOME, NAMED, TenancyWorld, Tenant

CATALOGUE = load_catalogue().types
WRITES = [kind for kind in CATALOGUE if not kind.is_read]
READS = list(read_data_service_pb2.DESCRIPTOR.services_by_name["ReadDataService"].methods)
NAMESPACE = "urn:message-schema"
KEY_IS_TAKEN = "Message contains duplicates for syncKeys: "
MOST_MESSAGES = 1000
UNKNOWN_MESSAGE = 2_000_000_000

Answer = tuple[Any, ...]


def names_for(tenancy: TenancyWorld, tenant: Tenant) -> Names:
    return names_in(tenancy.world, of_other_site=tenant.bound != HOME)


def variants(tenancy: TenancyWorld, tenant: Tenant, named: int | None, document: str) -> tuple[str, str]:
    """Returns the document and its copy; whoever sees the things sends the copy twice, and changes nothing."""
    copy = names_for(tenancy, tenant).absent(document)
    return (copy if tenant.sees_all(named) else document), copy


def document_of(example: str, site_id: int | None) -> str:
    """Returns an example with another SiteId or none."""
    root = without_site(example)
    if site_id is not None:
        site = etree.Element(f"{{{NAMESPACE}}}SiteId")
        site.text = str(site_id)
        root.insert(0, site)
    return etree.tostring(root, encoding="unicode")


def written_examples(most: int) -> list[tuple[MessageType, str]]:
    """Returns each type with its valid examples: minimal, full, then the others."""
    found = [(kind, [one for one in examples_of(kind.folder) if one.is_valid][:most]) for kind in WRITES]
    return [(kind, example.data) for kind, examples in found for example in examples]


def send(tenancy: TenancyWorld, tenant: Tenant, documents: Sequence[tuple[int, str]]) -> list[Answer]:
    """Adds messages and waits; returns what became of each, without its number."""
    stub, call = DataServiceStub(tenancy.channel), tenancy.call(tenant)
    messages = [data_pb.DataMessage(type=identifier, data=document) for identifier, document in documents]
    batches = [messages[start : start + MOST_MESSAGES] for start in range(0, len(messages), MOST_MESSAGES)]
    outcomes = [
        outcome
        for batch in batches
        for outcome in stub.AddMessages(data_pb.AddMessagesRequest(data_messages=batch), **call).outcomes
    ]
    return [told(stub, call, one) for one in outcomes]


def told(stub: Any, call: dict[str, Any], outcome: data_pb.AddMessageOutcome) -> Answer:
    if outcome.WhichOneof("outcome") == "refusal":
        return "refused", outcome.refusal.reason, outcome.refusal.text
    request = data_pb.WaitForMessageRequest(message_id=outcome.result.message_id, timeout_seconds=30)
    result = stub.WaitForMessage(request, **call).result
    details = [(one.entity, one.message, one.sync_key, one.type) for one in result.status_details]
    return data_pb.DataMessageStatus.Name(result.status), details


def shown(tenant: Tenant, answer: Answer) -> str:
    """Returns an answer to be compared.

    Content keys are unique on a site, so that one which is taken can be told from one which is free, on the own site
    (docs/access.md); which thing has it is not told.
    """
    if tenant.bound != HOME or answer[0] == "refused":
        return repr(answer)
    status, details = answer
    return repr((status, [one for one in details if not one[1].startswith(KEY_IS_TAKEN)]))


def test_no_message_tells_a_stranger_of_what_is_there(tenancy: TenancyWorld) -> None:
    before = tenancy.content()
    for tenant in tenancy.tenants:
        names, sent, cases = names_for(tenancy, tenant), [], []
        for named in NAMED:
            for kind, example in written_examples(2):
                pair = variants(tenancy, tenant, named, document_of(example, named))
                sent += [(kind.identifier, document) for document in pair]
                cases.append((tenant.name, named, kind.name, tenant.denial(kind.name, named)))
        answers = [
            one for start in range(0, len(sent), 1000) for one in send(tenancy, tenant, sent[start : start + 1000])
        ]
        for case, there, gone in zip(cases, answers[::2], answers[1::2], strict=True):
            assert names.present(shown(tenant, there)) == names.present(shown(tenant, gone)), case
            assert (there[2] if there[0] == "refused" else None) == case[3], (case, there)
            assert there[0] != "DATA_MESSAGE_STATUS_FINISHED", (case, there)
    assert tenancy.content() == before


def test_the_copies_of_messages_name_nothing_that_is_there(tenancy: TenancyWorld) -> None:
    """Were it not so, the matrix would compare a thing with itself."""
    names = names_in(tenancy.world, of_other_site=True)
    examples = written_examples(10)
    sent = [(kind.identifier, names.absent(document_of(example, None))) for kind, example in examples]
    answers = send(tenancy, tenancy.owner, sent)
    finished = [
        kind.name
        for (kind, _), answer in zip(examples, answers, strict=True)
        if answer[0] == "DATA_MESSAGE_STATUS_FINISHED"
    ]
    assert finished == []


def called(method: Any, request: Message, call: dict[str, Any]) -> Answer:
    return answer_of(lambda: method(request, **call).SerializeToString(deterministic=True))


def answer_of(ask: Callable[[], object]) -> Answer:
    """Returns the answer of an rpc, or everything that a refused caller sees."""
    try:
        return "answered", ask()
    except grpc.RpcError as error:
        call = cast("grpc.Call", error)
        trailing = sorted((key, value) for key, value in call.trailing_metadata() or () if key != "date")
        return call.code().name, call.details(), trailing


def test_no_read_tells_a_stranger_of_what_is_there(tenancy: TenancyWorld) -> None:
    stub = ReadDataServiceStub(tenancy.channel)
    secrets = [one.encode() for one in tenancy.secrets()]
    for tenant in tenancy.tenants:
        call, names = tenancy.call(tenant), names_for(tenancy, tenant)
        for method in READS:
            ask = getattr(stub, method.name)
            for named in NAMED:
                denial = tenant.denial(message_type_of(method), named)
                for fields in requests_of(method):
                    if tenant.sees_all(named) and denial is None:
                        continue
                    nothing = absent(method, fields, names)
                    case = (tenant.name, named, method.name, fields)
                    there = called(ask, make(method, fields, named), call)
                    assert there == called(ask, make(method, nothing, named), call), case
                    assert (there[1] if there[0] == "PERMISSION_DENIED" else None) == denial, case
                    if there[0] == "answered":
                        assert [one for one in secrets if one in there[1]] == [], case


def test_the_copies_of_reads_name_nothing_that_is_there(tenancy: TenancyWorld) -> None:
    """Were it not so, the matrix would compare a thing with itself; the owner must see the difference."""
    stub, call = ReadDataServiceStub(tenancy.channel), tenancy.call(tenancy.owner)
    names = names_in(tenancy.world, of_other_site=True)
    for method in READS:
        ask = getattr(stub, method.name)
        pairs = [(fields, absent(method, fields, names)) for fields in requests_of(method)]
        differ = [
            called(ask, make(method, fields, None), call) != called(ask, make(method, nothing, None), call)
            for fields, nothing in pairs
        ]
        assert any(differ) or pairs == [({}, {})], (
            f"{method.name} answers its owner the same, whether what it names is there or not: give it a line in "
            "REQUESTS of tests/tenancy/reads.py that names something which makes a difference."
        )


def test_soap_faults_are_the_same_bytes(tenancy: TenancyWorld, soap: SoapCaller) -> None:
    """Every read by the examples of its page, and a message, through the edge."""
    for tenant in tenancy.tenants:
        for named in NAMED:
            for kind, service, there, gone in soap_requests(tenancy, tenant, named):
                denial = tenant.denial(kind, named)
                if tenant.sees_all(named) and denial is None:
                    continue
                case = (tenant.name, named, kind)
                first, second = soap.post(tenant, service, there), soap.post(tenant, service, gone)
                assert comparable(first) == comparable(second), (case, there, gone)
                assert denial is None or (first.status, first.fault) == (500, denial), case


def comparable(answer: SoapAnswer) -> tuple[int, str]:
    """An accepted message has a number of its own."""
    return answer.status, re.sub(r"<(\w+:)?MessageId>\d+<", "<MessageId>0<", answer.body)


def soap_requests(tenancy: TenancyWorld, tenant: Tenant, named: int | None) -> Iterator[tuple[str, str, str, str]]:
    """Yields type, service, and the two bodies."""
    names = names_for(tenancy, tenant)
    for kind in CATALOGUE:
        if kind.is_read:
            for example in [one for one in examples_of(kind.folder) if one.is_valid]:
                body = read_request(kind.name.replace(".", ""), example.data, named)
                yield kind.name, "ReadDataService", body, names.absent(body)
    folder = next(kind for kind in WRITES if kind.name == "Create.Course.Element.Folder")
    document = document_of(examples_of(folder.folder)[0].data, named)
    for pair in [variants(tenancy, tenant, named, document)]:
        yield folder.name, "DataService", *(added(folder.identifier, one) for one in pair)  # type: ignore[misc]


def added(identifier: int, document: str) -> str:
    message = f"<dataMessage><Data><![CDATA[{document}]]></Data><Type>{identifier}</Type></dataMessage>"
    return f'<AddMessage xmlns="{TEMPURI}">{message}</AddMessage>'


def test_messages_of_others_are_as_if_they_were_not_there(tenancy: TenancyWorld, soap: SoapCaller) -> None:
    """Numbers count by credential, so a newcomer asks for the numbers that the owner has."""
    stub = DataServiceStub(tenancy.channel)
    last = stub.ListMessages(data_pb.ListMessagesRequest(page_size=1), **tenancy.call(tenancy.owner)).messages[0]
    assert last.message_id > 0
    newcomer = tenancy.newcomer()
    call = tenancy.call(newcomer)
    assert list(stub.ListMessages(data_pb.ListMessagesRequest(), **call).messages) == []
    assert list(stub.GetMessageTypes(data_pb.GetMessageTypesRequest(), **call).message_types) == []
    for ask, request in (
        (stub.GetMessageResult, data_pb.GetMessageResultRequest),
        (stub.WaitForMessage, data_pb.WaitForMessageRequest),
        (stub.GetMessage, data_pb.GetMessageRequest),
    ):
        seen = {repr(called(ask, request(message_id=number), call)) for number in (last.message_id, 1, UNKNOWN_MESSAGE)}
        assert len(seen) == 1
        assert "MESSAGE_NOT_FOUND" in seen.pop()
    bodies = [
        f'<GetMessageResult xmlns="{TEMPURI}"><messageId>{number}</messageId></GetMessageResult>'
        for number in (last.message_id, UNKNOWN_MESSAGE)
    ]
    first, second = (soap.post(newcomer, "DataService", body) for body in bodies)
    assert first == second
    assert first.fault == "Message with specified MessageId does not exist."


def test_types_are_listed_to_whom_they_are_granted(tenancy: TenancyWorld) -> None:
    stub = DataServiceStub(tenancy.channel)
    for tenant in tenancy.tenants:
        answer = stub.GetMessageTypes(data_pb.GetMessageTypesRequest(), **tenancy.call(tenant))
        assert {one.name for one in answer.message_types} == {name for name in tenant.grants if tenant.grants[name]}


def downloaded(stub: Any, call: dict[str, Any], file_id: str) -> Answer:
    request = file_pb.DownloadFileRequest(file_id=file_id)
    return answer_of(lambda: b"".join(one.content for one in stub.DownloadFile(request, **call)))


def upload(stub: Any, call: dict[str, Any], named: int | None) -> Answer:
    request = file_pb.UploadFileRequest(content=b"x", name="a.txt", site_id=named, complete=True)
    return status_of(lambda: stub.UploadFile(iter([request]), **call))


def upload_for_extension(stub: Any, call: dict[str, Any], named: int | None) -> Answer:
    request = file_pb.UploadExtensionFileRequest(
        content=b"x", name="a.txt", site_id=named, extension_id=5009, complete=True
    )
    return status_of(lambda: stub.UploadExtensionFile(iter([request]), **call))


def status_of(ask: Callable[[], object]) -> Answer:
    """An upload that is taken has an id of its own."""
    answer = answer_of(ask)
    return answer[:1] if answer[0] == "answered" else answer[:2]


def by_address(stub: Any, call: dict[str, Any], file_id: str) -> set[str]:
    """Asks for a file of the site by an address that read has not signed."""
    token = DownloadKey("somebody else's key").sign(Download(file_id, HOME, "a.txt"), 2**31)
    described = file_pb.DescribeDownloadRequest(token=token)
    request = file_pb.ReadDownloadRequest(token=token)
    answers = (
        answer_of(lambda: stub.DescribeDownload(described, **call)),
        answer_of(lambda: b"".join(one.content for one in stub.ReadDownload(request, **call))),
    )
    return {repr(one) for one in answers}


BY_ADDRESS = {"DescribeDownload", "ReadDownload"}
UPLOADS = {"UploadFile": upload, "UploadExtensionFile": upload_for_extension}


def test_files_are_given_and_taken_where_a_partner_may_act(tenancy: TenancyWorld) -> None:
    rpcs = {method.name for method in file_pb.DESCRIPTOR.services_by_name["FileService"].methods}
    assert rpcs == {*UPLOADS, *BY_ADDRESS, "DownloadFile"}, "tests/tenancy/test_matrix.py: add the new rpc to this test"
    stub = FileServiceStub(tenancy.channel)
    files = [file.id for file in tenancy.world.files]
    assert downloaded(stub, tenancy.call(tenancy.owner), files[0])[0] == "answered"
    for tenant in tenancy.tenants:
        call = tenancy.call(tenant)
        missing = downloaded(stub, call, "6f1c2b6e-0000-4000-9000-000000000001")
        assert missing[0] == "NOT_FOUND"
        assert {repr(downloaded(stub, call, file_id)) for file_id in files} == {repr(missing)}, tenant.name
        assert by_address(stub, call, files[0]) == {repr(missing)}, tenant.name
        for named in NAMED:
            denial = tenant.denial("", named)
            wanted: Answer = ("answered",) if denial is None else ("PERMISSION_DENIED", denial)
            for name, ask in UPLOADS.items():
                assert ask(stub, call, named) == wanted, (tenant.name, named, name)


@pytest.mark.parametrize("method", READS, ids=[method.name for method in READS])
def test_every_read_is_in_the_matrix(method: Any) -> None:
    assert requests_of(method)
