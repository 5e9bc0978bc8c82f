"""What a stranger can learn from refusals: nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from runtime.volatile import InProcessState
from tests.edge.attacks.attack import ENDPOINTS, Endpoint, Target, Verdict
from tests.edge.attacks.mtom import MTOM_ATTACKS
from tests.edge.attacks.soap import SOAP_ATTACKS
from tests.edge.attacks.trap import Trap
from tests.edge.attacks.ws_security import WS_SECURITY_ATTACKS, at, nonce
from tests.edge.attacks.xml import XML_ATTACKS, Endless
from tests.edge.client import EdgeClient, Stream, envelope, security
from tests.edge.conftest import MakeEdge
from tests.edge.fakes import World

EACH_ENDPOINT = pytest.mark.parametrize("endpoint", [pytest.param(e, id=e.path.strip("/")) for e in ENDPOINTS])


@EACH_ENDPOINT
def test_all_security_failures_are_one_answer_to_the_byte(
    attacked: EdgeClient, world: World, trap: Trap, endpoint: Endpoint
) -> None:
    target = Target(endpoint, trap.url)
    answers = set()
    for table in (WS_SECURITY_ATTACKS, SOAP_ATTACKS, XML_ATTACKS, MTOM_ATTACKS):
        for attack in table.values():
            if attack.verdict_at(endpoint) is Verdict.SECURITY:
                sent = attack.make(target)
                assert isinstance(sent.body, bytes)
                for body in (*sent.before, sent.body):
                    reply = attacked.post(endpoint.path, body, sent.content_type)
                answers.add((reply.status, reply.body))
    assert len(answers) == 1


@EACH_ENDPOINT
@pytest.mark.parametrize("user", ["ana", "nobody"])
def test_an_unknown_user_takes_the_same_way_as_a_wrong_password(
    attacked: EdgeClient, world: World, endpoint: Endpoint, user: str
) -> None:
    for _ in range(2):
        attacked.post(endpoint.path, endpoint.envelope(security(user, "wrong")))
    assert world.authenticated == [user, user]


@EACH_ENDPOINT
def test_what_exists_is_told_to_nobody_without_a_password(
    attacked: EdgeClient, world: World, endpoint: Endpoint
) -> None:
    header = security(password="wrong")
    bodies = (endpoint.body(), '<Nope xmlns="urn:x"/>', "", "<soap:Fault/>")
    answers = {attacked.post(endpoint.path, envelope(body, header)).body for body in bodies}
    unknown = header + '<x:h xmlns:x="urn:x" soap:mustUnderstand="1"/>'
    answers.add(attacked.post(endpoint.path, endpoint.envelope(unknown)).body)
    assert len(answers) == 1


def test_a_flood_of_nonces_by_guesses_is_not_remembered(make_edge: MakeEdge, world: World) -> None:
    nonces = InProcessState()
    edge = make_edge(nonces)
    path, body = ENDPOINTS[0].path, ENDPOINTS[0].body()
    for number in range(100):
        guess = security(password="wrong", extra=nonce(at(0), f"flood-{number}"))
        assert edge.post(path, envelope(body, guess)).status == 500
    assert not nonces._seen
    assert edge.post(path, envelope(body, security(extra=nonce(at(0), "flood-1")))).status == 200


def test_a_flood_of_nonces_by_a_partner_forgets_none(make_edge: MakeEdge, world: World) -> None:
    edge = make_edge()
    path, body = ENDPOINTS[0].path, ENDPOINTS[0].body()
    first = envelope(body, security(extra=nonce(at(0), "first")))
    assert edge.post(path, first).status == 200
    for number in range(100):
        header = security("bo", "other", nonce(at(0), f"flood-{number}"))
        assert edge.post(path, envelope(body, header)).status == 200
    assert edge.post(path, first).status == 500


class Trickle(Endless):
    """So slow that it never tells who it is."""

    waits = True

    def read(self, size: int = -1) -> bytes:
        return super().read(1)


@EACH_ENDPOINT
@pytest.mark.parametrize("form", [Trickle, Endless], ids=["in single bytes", "in large pieces"])
def test_an_endless_body_ends_in_a_fault_in_time(
    make_edge: MakeEdge, world: World, endpoint: Endpoint, form: Callable[[bytes, bytes], Stream]
) -> None:
    edge = make_edge(request_body_seconds=0.2, upload_head_seconds=0.2)
    reply = edge.post(endpoint.path, form(b"<!-- ", b"x" * 65_536))
    assert (reply.status, reply.headers["connection"]) == (500, "close")
    assert b"<faultcode" in reply.body
    assert not world.authenticated
    assert edge.post(endpoint.path, endpoint.envelope()).status == 200


@EACH_ENDPOINT
@pytest.mark.parametrize(
    "name",
    ["../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "xsd0/../../x", "/etc/passwd", "file:///etc/passwd", "x%00", ""],
)
def test_a_schema_s_name_is_no_path(attacked: EdgeClient, endpoint: Endpoint, name: str) -> None:
    reply = attacked.get(f"{endpoint.path}?xsd={name}")
    assert (reply.status, reply.body) == (404, b"There is no such document. Try ?wsdl.\n")


@EACH_ENDPOINT
@pytest.mark.parametrize("path", ["{}/../../etc/passwd", "/..{}", "/%2e%2e{}", "{}/x", "{}%00", "\\..{}"])
def test_a_path_around_a_service_leads_nowhere(
    attacked: EdgeClient, world: World, endpoint: Endpoint, path: str
) -> None:
    reply = attacked.post(path.format(endpoint.path), endpoint.envelope())
    assert reply.status in {404, 405}
    assert not world.asked
