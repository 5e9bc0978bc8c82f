"""A client of the edge's RSGI application, and envelopes as partners write them."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from lxml import etree

from edge.elements import Element
from edge.namespaces import SOAP11, TEMPURI, WSSE, WSU
from edge.router import Router
from edge.rsgi import EdgeRsgi
from tests.support.loop_thread import LoopThread

E = "http://schemas.datacontract.org/2004/07/Itslearning.Integration.ContentImport.Services.Entities"
M = "http://schemas.datacontract.org/2004/07/Itslearning.Integration.ContentImport.Model.ServiceEntities"
XML = "text/xml; charset=utf-8"
PIECE = 64 * 1024
T = TypeVar("T")
ADD_MESSAGE = (
    f'<AddMessage xmlns="{TEMPURI}"><dataMessage><Data xmlns="{E}">&lt;Message/&gt;</Data>'
    f'<Type xmlns="{E}">2</Type></dataMessage></AddMessage>'
)


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def xml(self) -> Element:
        return etree.fromstring(self.body)

    @property
    def fault_text(self) -> str:
        return str(self.xml.findtext(".//faultstring"))

    @property
    def fault_code(self) -> str:
        """The fault's code as {namespace}name."""
        code = self.xml.find(".//faultcode")
        assert code is not None, self.body
        prefix, _, name = str(code.text).partition(":")
        return f"{{{code.nsmap[prefix]}}}{name}"

    def text(self, name: str) -> str | None:
        """Text of the first element of that local name."""
        found = self.xml.xpath(f"//*[local-name()='{name}']")
        assert isinstance(found, list)
        assert found, f"no {name} in {self.body!r}"
        element: Any = found[0]
        text: str | None = element.text
        return text


class Stream:
    """A request body without length that remembers how much of it was read; waits: reading may take time."""

    waits = True

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        data = self._data.read(size)
        self.taken += len(data)
        return data


@dataclass
class Scope:
    """The head of a request as RSGI has it."""

    method: str
    path: str
    query_string: str
    scheme: str
    client: str
    headers: Headers


class Headers:
    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs = [(name.lower(), value) for name, value in pairs]

    def items(self) -> list[tuple[str, str]]:
        return self._pairs


class Exchange:
    """The body of a request and its answer as RSGI has them, in pieces of 64 KiB."""

    def __init__(self, body: bytes | Stream) -> None:
        self._source = io.BytesIO(body) if isinstance(body, bytes) else body
        self.answered: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        if isinstance(self._source, io.BytesIO) or not self._source.waits:
            await asyncio.sleep(0)
            piece = self._source.read(PIECE)
        else:
            piece = await asyncio.to_thread(self._source.read, PIECE)
        if not piece:
            raise StopAsyncIteration
        return piece

    async def client_disconnect(self) -> None:
        await asyncio.Event().wait()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answered.set_result(Reply(status, {name.lower(): value for name, value in headers}, body))

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.response_bytes(status, headers, b"")

    def response_file(self, status: int, headers: list[tuple[str, str]], file: str) -> None:
        def read() -> None:
            content = Path(file).read_bytes()
            loop.call_soon_threadsafe(self.response_bytes, status, headers, content)

        loop = asyncio.get_running_loop()
        loop.run_in_executor(None, read)


class EdgeClient:
    """Asks the edge as its HTTP server does."""

    def __init__(self, router: Router, loop: LoopThread) -> None:
        self.router = router
        self._loop = loop
        self._application = EdgeRsgi(router)

    def request(
        self,
        method: str,
        path: str,
        body: bytes | Stream = b"",
        content_type: str | None = XML,
        headers: Mapping[str, str] | None = None,
        *,
        scheme: str = "http",
        remote: str = "192.0.2.7",
    ) -> Reply:
        path, _, query = path.partition("?")
        sent = {"Host": "edge.example"}
        if isinstance(body, bytes) and method == "POST":
            sent["Content-Length"] = str(len(body))
        if content_type is not None:
            sent["Content-Type"] = content_type
        pairs = {**sent, **(headers or {})}.items()
        scope = Scope(method, path, query, scheme, f"{remote}:50000", Headers(pairs))
        return self._loop.wait(self._answer(scope, body))

    async def _answer(self, scope: Scope, body: bytes | Stream) -> Reply:
        """Returns the answer; the client goes as soon as it has it, whatever it has not sent."""
        exchange = Exchange(body)
        answer: Any = self._application.__rsgi__
        call = asyncio.ensure_future(answer(scope, exchange))
        await asyncio.wait((call, exchange.answered), return_when=asyncio.FIRST_COMPLETED)
        if call.done():
            call.result()
        reply = await exchange.answered
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        return reply

    def get(self, path: str, **options: Any) -> Reply:
        return self.request("GET", path, content_type=None, **options)

    def post(self, path: str, body: str | bytes | Stream, content_type: str | None = XML, **options: Any) -> Reply:
        data = body.encode() if isinstance(body, str) else body
        return self.request("POST", path, data, content_type, **options)

    def call(self, path: str, operation: str, **options: Any) -> Reply:
        """Posts an operation with ana's credentials."""
        return self.post(path, envelope(operation), **options)


def security(username: str = "ana", password: str = "right password", extra: str = "", more: str = "") -> str:
    """A Security header; extra stands in the UsernameToken, more beside it."""
    return (
        f'<wsse:Security xmlns:wsse="{WSSE}" xmlns:wsu="{WSU}">{more}<wsse:UsernameToken><wsse:Username>{username}'
        f"</wsse:Username><wsse:Password>{password}</wsse:Password>{extra}</wsse:UsernameToken></wsse:Security>"
    )


def envelope(body: str, header: str | None = None) -> str:
    """An envelope; without a header it has ana's credentials."""
    inner = security() if header is None else header
    return (
        f'<soap:Envelope xmlns:soap="{SOAP11}"><soap:Header>{inner}</soap:Header><soap:Body>{body}</soap:Body>'
        "</soap:Envelope>"
    )
