"""Every attack by its name, on every endpoint: met in the protocol's form, at little cost, and without trace."""

from __future__ import annotations

import itertools

import pytest

from edge.namespaces import ADDRESSING_NONE, SOAP11, SOAP12, WSSE
from tests.edge.attacks.attack import ENDPOINTS, REQUEST_ID, Attack, Endpoint, Sent, Table, Target, Verdict
from tests.edge.attacks.cost import TRIES, measured
from tests.edge.attacks.mtom import MTOM_ATTACKS
from tests.edge.attacks.names import NAME_ATTACKS
from tests.edge.attacks.soap import SOAP_ATTACKS
from tests.edge.attacks.trap import Trap
from tests.edge.attacks.ws_security import WS_SECURITY_ATTACKS
from tests.edge.attacks.xml import XML_ATTACKS
from tests.edge.client import EdgeClient, Reply, security
from tests.edge.fakes import FakeBackend, World

TABLES = {
    "xml": XML_ATTACKS,
    "soap": SOAP_ATTACKS,
    "ws-security": WS_SECURITY_ATTACKS,
    "mtom": MTOM_ATTACKS,
    "names": NAME_ATTACKS,
}
EVERY_ATTACK = [
    pytest.param(endpoint, attack, id=f"{heading}: {name}-{endpoint.path.strip('/')}")
    for heading, table in TABLES.items()
    for name, attack in table.items()
    for endpoint in ENDPOINTS
]
SECURITY_CODE = f"{{{WSSE}}}InvalidSecurity"
CODES = {
    f"{{{SOAP11}}}Client",
    f"{{{SOAP11}}}MustUnderstand",
    f"{{{ADDRESSING_NONE}}}ActionNotSupported",
    SECURITY_CODE,
}
SECURITY_TEXT = "An error occurred when verifying security for the message."
NEVER = (b"root:", b"Traceback", b'File "', b".py", b"right password", b"lxml", b"spyne", b"grpc", b"/usr/")
MARKS = itertools.count(1000)


def send(edge: EdgeClient, target: Target, sent: Sent) -> Reply:
    body = sent.body if isinstance(sent.body, bytes) else sent.body()
    return edge.post(target.endpoint.path, body, sent.content_type, headers=sent.headers)


def send_honest(edge: EdgeClient, endpoint: Endpoint, mark: str) -> Reply:
    """Another partner's request, with a mark that nobody else may see."""
    header = security("bo", "other") + REQUEST_ID.format(f"key-{mark}")
    return edge.post(endpoint.path, endpoint.envelope(header, f"text-{mark}"))


def attack_once(
    edge: EdgeClient, backend: FakeBackend, target: Target, sent: Sent
) -> tuple[World, Reply, float, int, bool]:
    world = backend.reset()
    for body in sent.before:
        edge.post(target.endpoint.path, body, sent.content_type)
    world.asked.clear()
    world.stored.clear()
    reply, cost = measured(lambda: send(edge, target, sent))
    return world, reply, cost.cpu, cost.memory, cost.is_fair


@pytest.mark.parametrize(("endpoint", "attack"), EVERY_ATTACK)
def test_an_attack_is_met(
    attacked: EdgeClient, backend: FakeBackend, trap: Trap, endpoint: Endpoint, attack: Attack
) -> None:
    target = Target(endpoint, trap.url)
    mark = f"mark{next(MARKS)}"
    backend.reset()
    assert send_honest(attacked, endpoint, mark).status == 200
    for _ in range(TRIES):
        world, reply, cpu, memory, is_fair = attack_once(attacked, backend, target, attack.make(target))
        check(reply, attack.verdict_at(endpoint), endpoint, world)
        assert mark.encode() not in reply.body
        if is_fair:
            break
    assert is_fair, f"{cpu * 1000:.0f} ms, {memory >> 20} MiB"
    assert not trap.is_sprung()
    after = send_honest(attacked, endpoint, mark)
    assert after.status == 200
    assert f"<{endpoint.answer_element} " in after.body.decode()


def check(reply: Reply, verdict: Verdict, endpoint: Endpoint, world: World) -> None:
    for secret in NEVER:
        assert secret not in reply.body
    assert len(reply.body) < 3000
    if verdict is Verdict.UNSUPPORTED and reply.status == 415:
        assert reply.headers["content-type"].startswith("text/plain")
    elif verdict is Verdict.ANSWER or (verdict is Verdict.HARMLESS and reply.status == 200):
        assert reply.status == 200, reply.body
        assert [asked.method for asked in world.asked] == [endpoint.rpc]
        return
    elif verdict is Verdict.HARMLESS and reply.status == 415:
        pass
    else:
        check_fault(reply, verdict)
    assert not world.asked
    assert not world.stored


def check_fault(reply: Reply, verdict: Verdict) -> None:
    assert (reply.status, reply.headers["content-type"]) == (500, "text/xml; charset=utf-8")
    assert reply.xml.find(".//detail") is None
    assert reply.fault_code in CODES
    is_security = reply.fault_code == SECURITY_CODE
    assert is_security == (reply.fault_text == SECURITY_TEXT)
    # The head of an upload is read no further than to its operation: a header that comes later is none.
    assert is_security or verdict is not Verdict.SECURITY


@pytest.mark.parametrize("endpoint", [pytest.param(e, id=e.path.strip("/")) for e in ENDPOINTS])
@pytest.mark.parametrize("table", [pytest.param(table, id=heading) for heading, table in TABLES.items()])
def test_the_same_over_soap_1_2_is_an_unsupported_media_type(
    attacked: EdgeClient, world: World, trap: Trap, endpoint: Endpoint, table: Table
) -> None:
    for name, attack in table.items():
        sent = attack.make(Target(endpoint, trap.url))
        body = sent.body if isinstance(sent.body, bytes) else sent.body()
        if isinstance(body, bytes):
            body = body.replace(SOAP11.encode(), SOAP12.encode())
        reply = attacked.post(
            endpoint.path, body, 'application/soap+xml; charset=utf-8; action="x"', headers=sent.headers
        )
        assert (reply.status, reply.headers["connection"]) == (415, "close"), name
        assert reply.headers["content-type"].startswith("text/plain")
    assert not world.asked
    assert not world.authenticated
    assert not world.stored
