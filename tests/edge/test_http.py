"""HTTP around the services: paths, methods, addresses, health."""

from __future__ import annotations

import pytest

from edge.backend import Backend
from edge.contract_error import ContractError
from edge.descriptors import load_services
from edge.settings import EdgeSettings
from runtime.ports import free_port
from tests.edge.client import ADD_MESSAGE, EdgeClient, envelope
from tests.edge.conftest import MakeEdge
from tests.edge.fakes import FakeBackend, World


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_not_allowed(edge: EdgeClient, method: str) -> None:
    reply = edge.request(method, "/DataService.svc", envelope(ADD_MESSAGE).encode())
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize(
    "path", ["/", "/DataService", "/DataService.svc/", "/x/DataService.svc", "/../etc/passwd", "/ContentImport"]
)
def test_nothing_else_is_there(edge: EdgeClient, path: str) -> None:
    reply = edge.get(path)
    assert (reply.status, reply.headers["content-type"]) == (404, "text/plain; charset=utf-8")
    assert b"DataService.svc, FileService.svc, FileStreamService.svc, ReadDataService.svc" in reply.body
    assert edge.post(path, envelope(ADD_MESSAGE)).status in {404, 405}


@pytest.mark.parametrize("name", ["DataService", "ReadDataService", "FileService"])
def test_a_plain_get_shows_a_help_page(edge: EdgeClient, name: str) -> None:
    reply = edge.get(f"/ContentImport/{name}.svc")
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<h1>{name} Service</h1>".encode() in reply.body
    assert f"http://edge.example/ContentImport/{name}.svc?singleWsdl".encode() in reply.body


def test_the_help_page_names_the_message_types_that_grant(edge: EdgeClient) -> None:
    assert b"<td>ReadCourses</td><td>Read.Courses</td>" in edge.get("/ReadDataService.svc").body


def test_head_has_the_head_of_get(edge: EdgeClient) -> None:
    got = edge.get("/DataService.svc?wsdl")
    head = edge.request("HEAD", "/DataService.svc?wsdl", content_type=None)
    assert (head.status, head.body, head.headers) == (200, b"", got.headers)


@pytest.mark.parametrize("query", ["WSDL", "wsdl&", "SingleWsdl", "XSD=XSD0"])
def test_queries_are_read_in_any_case(edge: EdgeClient, query: str) -> None:
    assert edge.get(f"/DataService.svc?{query}").status == 200


@pytest.mark.parametrize("query", ["xsd=xsd99", "xsd=../../etc/passwd", "wsdl=wsdl9", "disco", "xsd=xsd\u0660"])
def test_other_queries_are_not_there(edge: EdgeClient, query: str) -> None:
    assert edge.get(f"/DataService.svc?{query}").status == 404


def address(edge: EdgeClient, path: str = "/DataService.svc", remote: str = "192.0.2.7", **headers: str) -> str:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    reply = edge.get(f"{path}?wsdl", remote=remote, headers=sent)
    assert reply.status == 200
    location = reply.xml.find(".//{http://schemas.xmlsoap.org/wsdl/soap/}address")
    assert location is not None
    found = str(location.get("location"))
    assert f'schemaLocation="{found}?xsd=xsd0"'.encode() in reply.body
    return found


def test_the_address_is_the_one_that_was_asked(edge: EdgeClient) -> None:
    assert address(edge) == "http://edge.example/DataService.svc"
    assert address(edge, "/contentimport/dataservice.svc") == "http://edge.example/contentimport/DataService.svc"
    assert address(edge, Host="[::1]:8080") == "http://[::1]:8080/DataService.svc"


def test_the_address_is_the_configured_one(make_edge: MakeEdge) -> None:
    edge = make_edge(public_url="https://api.example/ContentImport/")
    assert address(edge) == "https://api.example/ContentImport/DataService.svc"
    assert address(edge, Host="evil.example") == "https://api.example/ContentImport/DataService.svc"


@pytest.mark.parametrize("host", ["", "a b", 'x"onload="', "h:port", "h/path", "<script>", "a" * 300, "h\r\nX: y"])
def test_a_host_that_cannot_be_one_is_refused(edge: EdgeClient, host: str) -> None:
    for query in ("", "?wsdl"):
        reply = edge.get(f"/DataService.svc{query}", headers={"Host": host})
        assert reply.status == 400
        assert b"script" not in reply.body


def test_only_trusted_proxies_are_believed(make_edge: MakeEdge, edge: EdgeClient) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "api.example, inner"}
    assert address(edge, **headers) == "http://edge.example/DataService.svc"
    behind = make_edge(trusted_proxies="10.0.0.0/8, 192.0.2.7")
    assert address(behind, **headers) == "https://api.example/DataService.svc"
    assert b"TransportBinding" in behind.get("/DataService.svc?wsdl", headers=headers).body
    assert address(behind, remote="203.0.113.1", **headers) == "http://edge.example/DataService.svc"
    assert address(behind, remote="", **headers) == "http://edge.example/DataService.svc"


@pytest.mark.parametrize(
    ("policy", "scheme", "expected"),
    [("auto", "http", False), ("auto", "https", True), ("on", "http", True), ("off", "https", False)],
)
def test_the_policy_follows_the_setting(make_edge: MakeEdge, policy: str, scheme: str, expected: bool) -> None:
    reply = make_edge(policy=policy).get("/DataService.svc?wsdl", scheme=scheme)
    assert (b"PolicyReference" in reply.body) == expected


def test_connection_close_is_echoed(edge: EdgeClient, world: World) -> None:
    assert edge.call("/DataService.svc", ADD_MESSAGE, headers={"Connection": "close"}).headers["connection"] == "close"
    assert "connection" not in edge.call("/DataService.svc", ADD_MESSAGE).headers


def test_health_tells_the_truth(make_edge: MakeEdge, edge: EdgeClient, backend: FakeBackend, world: World) -> None:
    assert edge.get("/healthz").body == b"ok\n"
    assert edge.get("/readyz").status == 200
    backend.ready(False)
    reply = edge.get("/readyz")
    assert (reply.status, reply.body) == (503, f"not ready: {backend.address}\n".encode())
    assert edge.get("/healthz").status == 200
    lost = make_edge(files_address="127.0.0.1:1")
    assert b"127.0.0.1:1" in lost.get("/readyz").body


def test_a_service_that_was_asked_for_its_health_is_called_as_soon_as_it_is_there(make_edge: MakeEdge) -> None:
    port = free_port()
    address = f"127.0.0.1:{port}"
    edge = make_edge(**dict.fromkeys(("auth_address", "ingest_address", "read_address", "files_address"), address))
    for _ in range(5):
        assert edge.get("/readyz").status == 503
    late = FakeBackend(port)
    late.reset()
    assert edge.call("/DataService.svc", ADD_MESSAGE).status == 200
    late.stop()


def test_an_unreachable_service_is_an_overload(make_edge: MakeEdge, world: World) -> None:
    edge = make_edge(ingest_address="127.0.0.1:1")
    reply = edge.call("/DataService.svc", ADD_MESSAGE)
    assert reply.fault_text == "The service is busy, try again later."
    assert edge.call("/ReadDataService.svc", '<ReadCourses xmlns="http://tempuri.org/"/>').status == 200


def test_a_defect_of_ours_is_a_fault_and_no_stack_trace(
    edge: EdgeClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.router.read_body", lambda *_: 1 / 0)
    reply = edge.call("/DataService.svc", ADD_MESSAGE)
    assert (reply.status, reply.headers["content-type"]) == (500, "text/xml; charset=utf-8")
    assert reply.fault_text.startswith("The server was unable to process the request due to an internal error.")
    assert b"ZeroDivision" not in reply.body


def test_what_fails_outside_a_call_is_a_plain_500(edge: EdgeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.metadata.Metadata.help_page", lambda *_: 1 / 0)
    reply = edge.get("/DataService.svc")
    assert (reply.status, reply.headers["connection"]) == (500, "close")
    assert b"ZeroDivision" not in reply.body


def test_a_service_without_an_address_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EdgeSettings, "backend_addresses", lambda _: {})
    with pytest.raises(ContractError, match=r"No address is configured for organisation\.v1\.DataService"):
        Backend(EdgeSettings(), load_services())


@pytest.mark.parametrize(
    "wrong",
    [
        {"trusted_proxies": "everybody"},
        {"public_url": "ftp://x"},
        {"credential_cache_seconds": 5},
        {"policy": "maybe"},
        {"listen_port": 70_000},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        EdgeSettings.model_validate(wrong)


def test_the_edge_needs_no_service_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORGAPI_SERVICE_KEY", raising=False)
    monkeypatch.setenv("ORGAPI_TRUSTED_PROXIES", "10.0.0.1,10.1.0.0/16")
    settings = EdgeSettings()
    assert settings.service_key.get_secret_value() == ""
    assert settings.trusted_proxies == ("10.0.0.1", "10.1.0.0/16")
