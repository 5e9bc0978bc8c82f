"""WS-Security (contract section 6): what is accepted, what is refused, and that no refusal tells why."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from organisation.v1 import access_service_pb2, error_reason_pb2

from edge.namespaces import SOAP11, WSSE
from runtime.errors import ServiceError, busy
from runtime.volatile import InProcessState, VolatileStateLostError
from tests.edge.attacks.attack import ENDPOINTS, Endpoint
from tests.edge.client import ADD_MESSAGE, EdgeClient, Reply, envelope, security
from tests.edge.conftest import MakeEdge
from tests.edge.fakes import World

TEXT = "An error occurred when verifying security for the message."
PASSWORD_TEXT = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText"
DIGEST = PASSWORD_TEXT.replace("PasswordText", "PasswordDigest")


Header = str | Callable[[], str]
"""A header; made when it is sent where it has a time in it, since a run of all tests takes minutes."""


def at(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def nonce(value: str = "abc", created: float = 0.0) -> str:
    return f"<wsse:Nonce>{value}</wsse:Nonce><wsu:Created>{at(created)}</wsu:Created>"


def timestamp(created: float = 0.0, expires: float = 300.0) -> str:
    times = f"<wsu:Created>{at(created)}</wsu:Created><wsu:Expires>{at(expires)}</wsu:Expires>"
    return f"<wsu:Timestamp>{times}</wsu:Timestamp>"


def send(edge: EdgeClient, header: str) -> Reply:
    return edge.post("/DataService.svc", envelope(ADD_MESSAGE, header))


def assert_refused(reply: Reply, world: World) -> None:
    assert (reply.status, reply.fault_text) == (500, TEXT)
    assert reply.fault_code == f"{{{WSSE}}}InvalidSecurity"
    assert b">o:InvalidSecurity<" in reply.body
    assert b"<o:Security" not in reply.body
    assert not world.asked


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(security(), id="bare"),
        pytest.param(
            security().replace("<wsse:Password>", f'<wsse:Password Type="{PASSWORD_TEXT}">'), id="typed as text"
        ),
        pytest.param(lambda: security(extra=nonce(), more=timestamp()), id="nonce, created and timestamp"),
        pytest.param(lambda: security(extra=nonce(created=-500)), id="a clock that is behind"),
        pytest.param(lambda: security(extra=nonce(created=200), more=timestamp(200, 500)), id="a clock that is ahead"),
        pytest.param(security(extra="<wsse:Nonce>abc</wsse:Nonce>"), id="nonce alone"),
        pytest.param(security(extra="<wsu:Created>2001-01-01T00:00:00Z</wsu:Created>"), id="created alone"),
        pytest.param(
            security().replace("<wsse:Security ", '<wsse:Security soap:mustUnderstand="1" '), id="must be understood"
        ),
        pytest.param(
            security().replace("<wsse:Security ", '<wsse:Security mustUnderstand="1" '), id="unqualified mustUnderstand"
        ),
        pytest.param(security().replace("<wsse:UsernameToken", '<wsse:UsernameToken wsu:Id="x"'), id="with an id"),
        pytest.param(
            security(more='<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>'), id="signature passed over"
        ),
        pytest.param(security("  ana  ".strip()).replace("ana", "<![CDATA[ana]]>"), id="cdata"),
    ],
)
def test_every_form_that_partners_send_is_accepted(edge: EdgeClient, world: World, header: Header) -> None:
    reply = send(edge, header if isinstance(header, str) else header())
    assert reply.status == 200, reply.body
    assert len(world.of("AddMessage")) == 1


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("", id="no header"),
        pytest.param(security(password="wrong"), id="wrong password"),
        pytest.param(security(password="other"), id="another partner's password"),
        pytest.param(security("nobody"), id="unknown user"),
        pytest.param(security("Ana"), id="user name in other case"),
        pytest.param(security("an&#x61;&#x301;"), id="user name that looks alike"),
        pytest.param(security().replace("<wsse:Password>", f'<wsse:Password Type="{DIGEST}">'), id="digest"),
        pytest.param(security("").replace("<wsse:Username></wsse:Username>", ""), id="no user name"),
        pytest.param(security(password=""), id="empty password"),
        pytest.param(security(password="x" * 2000), id="long password"),
        pytest.param(security(password="<b>right password</b>"), id="password in an element"),
        pytest.param(security() + security(), id="two headers"),
        pytest.param(
            security(more=security().partition("wsu:Created")[0].partition(">")[2].removesuffix("</wsse:Security>")),
            id="two tokens",
        ),
        pytest.param(security().replace("wsse:Security", "wsse:Other"), id="token outside the header"),
        pytest.param(
            security().replace("<wsse:Security ", '<wsse:Security soap:actor="urn:else" '), id="for another actor"
        ),
        pytest.param(security().replace(WSSE, "urn:wrong"), id="wrong namespace"),
        pytest.param(lambda: security(extra=nonce(created=-3600)), id="stale created"),
        pytest.param(lambda: security(extra=nonce(created=3600)), id="future created"),
        pytest.param(lambda: security(extra=nonce() + nonce()), id="two nonces"),
        pytest.param(
            security(extra="<wsse:Nonce>a</wsse:Nonce><wsu:Created>yesterday</wsu:Created>"), id="created is no time"
        ),
        pytest.param(lambda: security(more=timestamp(-3600, -3000)), id="stale timestamp"),
        pytest.param(lambda: security(more=timestamp(-10, -400)), id="expired timestamp"),
        pytest.param(lambda: security(more=timestamp(3600, 4000)), id="future timestamp"),
        pytest.param(lambda: security(more=timestamp() * 2), id="two timestamps"),
        pytest.param(
            f'<wsse:Security xmlns:wsse="{WSSE}"><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"/>'
            "</wsse:Security>",
            id="encrypted",
        ),
    ],
)
def test_every_refusal_is_the_same(edge: EdgeClient, world: World, header: Header) -> None:
    assert_refused(send(edge, header if isinstance(header, str) else header()), world)


def test_security_comes_before_the_operation(edge: EdgeClient, world: World) -> None:
    assert_refused(edge.post("/DataService.svc", envelope("<Nope/>", "")), world)
    assert_refused(edge.post("/DataService.svc", envelope("", "")), world)


@pytest.mark.parametrize(
    "path", ["/DataService.svc", "/ReadDataService.svc", "/FileService.svc", "/FileStreamService.svc"]
)
def test_no_operation_of_any_service_is_open(edge: EdgeClient, world: World, path: str, services: object) -> None:
    for service in edge.router._sites.values():
        if service.service.path in path:
            for operation in service.service.operations:
                body = f'<{operation.name} xmlns="http://tempuri.org/"/>'
                assert_refused(edge.post(path, envelope(body, security(password="wrong"))), world)


def test_a_nonce_is_good_once(edge: EdgeClient, world: World) -> None:
    header = security(extra=nonce("n-1"))
    assert send(edge, header).status == 200
    world.asked.clear()
    assert_refused(send(edge, header), world)
    assert send(edge, security(extra=nonce("n-2"))).status == 200
    assert send(edge, security("bo", "other", nonce("n-1"))).status == 200


def test_guesses_do_not_fill_the_memory_of_nonces(make_edge: MakeEdge, world: World) -> None:
    class Counting(InProcessState):
        remembered = 0

        def remember(self, key: str, seconds: float, made_at: float | None = None) -> bool:
            self.remembered += 1
            return super().remember(key, seconds, made_at)

    nonces = Counting()
    edge = make_edge(nonces)
    assert_refused(send(edge, security(password="wrong", extra=nonce("n"))), world)
    assert nonces.remembered == 0
    assert send(edge, security(extra=nonce("n"))).status == 200
    assert nonces.remembered == 1


def test_without_its_memory_the_check_fails_closed(make_edge: MakeEdge, world: World) -> None:
    class Lost(InProcessState):
        def remember(self, key: str, seconds: float, made_at: float | None = None) -> bool:
            raise VolatileStateLostError

    edge = make_edge(Lost())
    assert_refused(send(edge, security(extra=nonce())), world)
    assert send(edge, security()).status == 200


def test_a_right_password_is_believed_for_a_moment_and_no_longer(make_edge: MakeEdge, world: World) -> None:
    edge = make_edge(credential_cache_seconds=0.3)
    assert [send(edge, security()).status for _ in range(3)] == [200] * 3
    assert world.authenticated == ["ana"]
    world.partners["ana"].password = "changed"
    time.sleep(0.35)
    world.asked.clear()
    assert_refused(send(edge, security()), world)


def test_a_wrong_password_is_never_remembered(edge: EdgeClient, world: World) -> None:
    assert send(edge, security(password="new one")).status == 500
    world.partners["ana"].password = "new one"
    assert send(edge, security(password="new one")).status == 200


def test_the_cache_tells_names_and_passwords_apart(edge: EdgeClient, world: World) -> None:
    assert send(edge, security()).status == 200
    world.asked.clear()
    assert_refused(send(edge, security("anar", "ight password")), world)
    assert_refused(send(edge, security("ana", "right passwor")), world)


def test_two_partners_never_share_a_token(edge: EdgeClient, world: World) -> None:
    for _ in range(2):
        assert send(edge, security()).status == 200
        assert send(edge, security("bo", "other")).status == 200
    tokens = [str(asked.metadata["authorization"]).split("-")[1] for asked in world.of("AddMessage")]
    assert tokens == ["11", "12", "11", "12"]


def test_requests_at_once_ask_auth_once(edge: EdgeClient, world: World) -> None:
    entered, release = threading.Event(), threading.Event()

    def hold() -> None:
        entered.set()
        assert release.wait(5)

    world.before_auth = hold
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(send(edge, security()).status)) for _ in range(6)]
    for thread in threads:
        thread.start()
    assert entered.wait(5)
    time.sleep(0.1)
    release.set()
    for thread in threads:
        thread.join(5)
    assert statuses == [200] * 6
    assert world.authenticated == ["ana"]


def test_a_token_that_a_service_refuses_is_renewed_once(edge: EdgeClient, world: World) -> None:
    world.refused_tokens = {"token-11-1"}
    assert send(edge, security()).status == 200
    assert world.authenticated == ["ana", "ana"]
    world.refused_tokens = {f"token-11-{n}" for n in range(10)}
    reply = send(edge, security())
    assert reply.fault_text == TEXT
    assert len(world.authenticated) == 3


def test_a_revoked_credential_gets_the_security_fault_on_renewal(edge: EdgeClient, world: World) -> None:
    assert send(edge, security()).status == 200
    world.refused_tokens = {"token-11-1"}
    world.partners.clear()
    assert send(edge, security()).fault_text == TEXT


@pytest.mark.parametrize(
    "error", [busy(5), ServiceError(grpc.StatusCode.UNAVAILABLE, error_reason_pb2.ERROR_REASON_UNAVAILABLE, "down")]
)
def test_an_auth_that_cannot_answer_is_no_wrong_password(edge: EdgeClient, world: World, error: ServiceError) -> None:
    world.auth_error = error
    reply = send(edge, security())
    assert (reply.fault_code, reply.fault_text) == (f"{{{SOAP11}}}Server", "The service is busy, try again later.")
    assert int(reply.headers["retry-after"]) >= 1


def header_of(reply: Reply) -> str:
    return reply.body.decode().partition("<s:Header>")[2].partition("</s:Header>")[0]


@pytest.mark.parametrize(
    ("deployment", "own", "expected"),
    [
        ("must-understand", access_service_pb2.SECURITY_HEADER_MODE_UNSPECIFIED, "must"),
        ("optional", access_service_pb2.SECURITY_HEADER_MODE_UNSPECIFIED, "may"),
        ("off", access_service_pb2.SECURITY_HEADER_MODE_UNSPECIFIED, ""),
        ("off", access_service_pb2.SECURITY_HEADER_MODE_MUST_UNDERSTAND, "must"),
        ("must-understand", access_service_pb2.SECURITY_HEADER_MODE_OPTIONAL, "may"),
        ("must-understand", access_service_pb2.SECURITY_HEADER_MODE_OFF, ""),
    ],
)
def test_the_header_of_answers_is_set_per_deployment_and_credential(
    make_edge: MakeEdge,
    world: World,
    deployment: str,
    own: access_service_pb2.SecurityHeaderMode.ValueType,
    expected: str,
) -> None:
    world.partners["ana"].mode = own
    header = header_of(send(make_edge(security_header=deployment), security()))
    assert bool(header) == (expected != "")
    assert ('s:mustUnderstand="1"' in header) == (expected == "must")


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (access_service_pb2.SECURITY_HEADER_MODE_MUST_UNDERSTAND, '<o:Security s:mustUnderstand="1" '),
        (access_service_pb2.SECURITY_HEADER_MODE_OPTIONAL, "<o:Security xmlns:o="),
        (access_service_pb2.SECURITY_HEADER_MODE_OFF, ""),
    ],
)
@pytest.mark.parametrize("endpoint", [pytest.param(e, id=e.path.strip("/")) for e in ENDPOINTS])
def test_every_service_answers_and_faults_with_the_header_of_the_credential(
    make_edge: MakeEdge,
    world: World,
    endpoint: Endpoint,
    own: access_service_pb2.SecurityHeaderMode.ValueType,
    expected: str,
) -> None:
    world.partners["ana"].mode = own
    edge = make_edge(upload_answer="text")
    answer = edge.post(endpoint.path, endpoint.envelope())
    fault = edge.post(endpoint.path, endpoint.envelope().replace(endpoint.element, "Nope"))
    assert (answer.status, fault.status) == (200, 500)
    for reply in (answer, fault):
        assert header_of(reply).startswith(expected)
        assert bool(header_of(reply)) == bool(expected)


def test_the_header_of_answers_is_good_for_five_minutes(edge: EdgeClient, world: World) -> None:
    header = header_of(send(edge, security()))
    match = re.search(r"<u:Created>(.*?)</u:Created><u:Expires>(.*?)</u:Expires>", header)
    assert match is not None
    created, expires = (datetime.fromisoformat(text) for text in match.groups())
    assert expires - created == timedelta(minutes=5)
    assert abs(datetime.now(UTC) - created) < timedelta(seconds=5)


def test_passwords_are_in_no_log(edge: EdgeClient, world: World, capfd: pytest.CaptureFixture[str]) -> None:
    send(edge, security(password="hunter2hunter2"))
    edge.post("/DataService.svc", envelope(ADD_MESSAGE, security(password="hunter2hunter2")) + "<broken")
    send(edge, security(password="hunter2hunter2", extra=nonce("n", -9000)))
    out, err = capfd.readouterr()
    assert "security refused" in out + err
    assert "hunter2" not in out + err
    assert "Message" not in (out + err).replace("AddMessage", "")
