"""A client of the edge's WSGI application, and envelopes as partners write them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from edge.elements import Element
from edge.namespaces import SOAP11, TEMPURI, WSSE, WSU
from edge.wsgi import EdgeApplication

E = "http://schemas.datacontract.org/2004/07/Itslearning.Integration.ContentImport.Services.Entities"
M = "http://schemas.datacontract.org/2004/07/Itslearning.Integration.ContentImport.Model.ServiceEntities"
XML = "text/xml; charset=utf-8"
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
    """A request body without length that remembers how much of it was read."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        data = self._data.read(size)
        self.taken += len(data)
        return data


class EdgeClient:
    def __init__(self, application: EdgeApplication) -> None:
        self.application = application

    def request(
        self,
        method: str,
        path: str,
        body: bytes | Stream = b"",
        content_type: str | None = XML,
        headers: Mapping[str, str] | None = None,
        **environ: Any,
    ) -> Reply:
        path, _, query = path.partition("?")
        env: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "edge.example",
            "REMOTE_ADDR": "192.0.2.7",
            "wsgi.url_scheme": "http",
            "wsgi.input": body if isinstance(body, Stream) else io.BytesIO(body),
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()},
            **environ,
        }
        if isinstance(body, bytes) and method == "POST":
            env.setdefault("CONTENT_LENGTH", str(len(body)))
        if content_type is not None:
            env["CONTENT_TYPE"] = content_type
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, response_headers: list[tuple[str, str]]) -> None:
            started.append((status, response_headers))

        answer = b"".join(self.application(env, start_response))
        [(status, response_headers)] = started
        return Reply(int(status.split()[0]), {name.lower(): value for name, value in response_headers}, answer)

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
