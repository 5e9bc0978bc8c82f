"""Defects that stock Spyne is known for: each is shown in stock Spyne, and absent from the edge."""

from __future__ import annotations

import io
import logging
import re
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable
from threading import Thread
from typing import Any

import edge.spyne_compat  # noqa: F401 isort: skip (before spyne)
import pytest
from spyne.application import Application
from spyne.decorator import rpc
from spyne.model.binary import ByteArray
from spyne.model.primitive import Integer, Unicode
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication
from spyne.service import ServiceBase

from edge.namespaces import TEMPURI
from tests.edge.client import ADD_MESSAGE, EdgeClient, envelope, security
from tests.edge.fakes import World
from tests.edge.uploads import MTOM, PATH, attachment, part, related, root

BAREBONES = {
    "REQUEST_METHOD": "POST",
    "PATH_INFO": "/",
    "SERVER_NAME": "x",
    "SERVER_PORT": "80",
    "wsgi.url_scheme": "http",
}
XOP_ROOT = {"Content-ID": "<root@example>", "Content-Type": "application/xop+xml"}


def echo(context: Any, text: str) -> str:
    return text


def size(context: Any, content: Any) -> int:
    return sum(map(len, content))


def take(context: Any, number: int) -> str:
    return "taken"


class Stock:
    """A service as Spyne's manual has it."""

    def __init__(self, validator: str | None = None) -> None:
        methods = {
            "echo": rpc(Unicode, _returns=Unicode)(echo),
            "size": rpc(ByteArray, _returns=Integer)(size),
            "take": rpc(Integer, _returns=Unicode)(take),
        }
        service = type("Stock", (ServiceBase,), methods)
        protocol = Soap11(validator=validator)
        self._application = WsgiApplication(
            Application([service], TEMPURI, in_protocol=protocol, out_protocol=Soap11())
        )

    def post(self, body: bytes, content_type: str = "text/xml; charset=utf-8") -> bytes:
        environment = {
            **BAREBONES,
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        answer: Iterable[bytes] = self._application(environment, lambda *_: None)
        return b"".join(answer)


@pytest.fixture(scope="module")
def stock() -> Stock:
    return Stock()


def seconds_for(ask: Callable[[], object]) -> float:
    """CPU time of this thread, the best of three."""
    best = float("inf")
    for _ in range(3):
        started = time.thread_time()
        ask()
        best = min(best, time.thread_time() - started)
    return best


def with_prolog(prolog: str, body: str) -> bytes:
    return (prolog + envelope(body)).encode()


def attributes(count: int) -> str:
    return " ".join(f'a{n}="1"' for n in range(count))


def test_a_dtd_is_accepted_by_spyne_and_refused_here(stock: Stock, edge: EdgeClient, world: World) -> None:
    prolog = '<!DOCTYPE x [<!ENTITY e "expanded">]>'
    answer = stock.post(with_prolog(prolog, f'<echo xmlns="{TEMPURI}"><text>plain</text></echo>'))
    assert b">plain<" in answer
    reply = edge.post("/DataService.svc", with_prolog(prolog, ADD_MESSAGE))
    assert reply.fault_text == "A DTD is not allowed in a message."
    assert not world.asked


def test_an_empty_body_escapes_from_spyne_and_is_a_fault_here(stock: Stock, edge: EdgeClient) -> None:
    with pytest.raises(AttributeError):
        stock.post(envelope("").encode())
    assert edge.call("/DataService.svc", "").fault_text.startswith("The Body is empty")


def test_an_href_to_nowhere_escapes_from_spyne_and_is_passed_over_here(
    stock: Stock, edge: EdgeClient, world: World
) -> None:
    with pytest.raises(KeyError):
        stock.post(envelope(f'<echo xmlns="{TEMPURI}"><text id="a"/><x href="#nowhere"/></echo>').encode())
    assert edge.call("/DataService.svc", ADD_MESSAGE.replace("<Data ", '<x href="#nowhere"/><Data ')).status == 200


def test_attributes_take_spyne_quadratic_time_and_are_bounded_here(
    stock: Stock, edge: EdgeClient, world: World
) -> None:
    def ask(count: int) -> bytes:
        return envelope(f'<echo xmlns="{TEMPURI}"><text {attributes(count)}>a</text></echo>').encode()

    few, many = ask(1000), ask(8000)
    assert seconds_for(lambda: stock.post(many)) > 16 * seconds_for(lambda: stock.post(few))
    reply = edge.call("/DataService.svc", ADD_MESSAGE.replace("<Data ", f"<x {attributes(8000)}/><Data "))
    assert reply.fault_text == "An element of the message has more than 32 attributes."


def test_spyne_logs_passwords_and_the_edge_does_not(
    stock: Stock, edge: EdgeClient, world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = envelope(ADD_MESSAGE, security(password="hunter2hunter2")).encode() + b"<broken"
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("spyne.protocol.soap.soap11.invalid")
    level = logger.level
    logger.setLevel(logging.ERROR)
    logger.addHandler(handler)
    try:
        stock.post(broken)
        assert "hunter2hunter2" in "".join(lines)
        lines.clear()
        edge.post("/DataService.svc", broken)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    out, err = capfd.readouterr()
    assert "hunter2" not in "".join(lines) + out + err


def test_spyne_s_mtom_takes_many_times_the_file_and_ours_does_not(stock: Stock, edge: EdgeClient, world: World) -> None:
    content = b"y" * 2_000_000
    include = '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:file@example"/>'
    call = envelope(f'<size xmlns="{TEMPURI}"><content>{include}</content></size>').encode()
    theirs = related(part(XOP_ROOT, call), attachment(content))
    ours = related(root(), attachment(content))
    peak = peak_of(lambda: stock.post(theirs, MTOM))
    assert peak > 6 * len(content)
    # The fake service behind the edge keeps the content once, and copies it once.
    assert peak_of(lambda: edge.post(PATH, ours, MTOM)) < 4 * len(content)
    assert world.stored == {"rocket.jpg": content}


def peak_of(ask: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        ask()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_spyne_s_mtom_fails_on_a_part_without_an_id_and_ours_passes_it_over(
    stock: Stock, edge: EdgeClient, world: World
) -> None:
    parts = (part(XOP_ROOT, envelope(f'<echo xmlns="{TEMPURI}"/>').encode()), part({}, b"x"))
    with pytest.raises(AttributeError):
        stock.post(related(*parts), MTOM)
    assert edge.post(PATH, related(root(), part({"X": "y"}, b"x"), attachment(b"z")), MTOM).status == 200


def test_spyne_s_schema_validator_quotes_other_requests_and_the_edge_none(edge: EdgeClient, world: World) -> None:
    validating = Stock("lxml")

    def theirs(value: str) -> bytes:
        return validating.post(envelope(f'<take xmlns="{TEMPURI}"><number>{value}</number></take>').encode())

    def ours(value: str) -> bytes:
        return edge.call("/DataService.svc", ADD_MESSAGE.replace(">2<", f">{value}<")).body

    assert any(someone_sees_another(theirs) for _ in range(20))
    assert not someone_sees_another(ours)


def someone_sees_another(ask: Callable[[str], bytes]) -> bool:
    """Whether one of four threads is answered with what another has sent."""
    seen: list[bytes] = []

    def send(name: str) -> None:
        for number in range(20):
            value = f"bad-{name}{number}-"
            seen.extend(set(re.findall(rb"bad-\w+-", ask(value))) - {value.encode()})

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [Thread(target=send, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    return bool(seen)
