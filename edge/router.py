"""Paths, methods, limits, and the outermost net, in which every exception becomes a fault.

Calls run on the event loop; uploads are read, and large documents parsed, on threads.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import structlog

from edge.answers import soap_response
from edge.application import Answer, SoapEndpoint
from edge.backend import Backend
from edge.body import HeadEndsError, UploadBody, read_body
from edge.call import Call
from edge.content_encoding import CODINGS
from edge.content_type import ContentType, parse_content_type
from edge.contract import Service
from edge.credentials import Credentials
from edge.deadline import Deadline
from edge.documents import DocumentReader, Envelope
from edge.downloads import Downloads, token_of
from edge.faults import SoapFault, busy_fault, client_fault, internal_fault
from edge.http import (
    BAD_REQUEST,
    FAULT,
    HTML,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    OK,
    UNAVAILABLE,
    UNSUPPORTED,
    XML,
    Addresses,
    Request,
    Response,
    service_path,
    text_response,
)
from edge.intake import Intake, SenderUnknownError
from edge.limits import Limits
from edge.metadata import Metadata
from edge.multipart import EARLY_BYTES
from edge.rates import Rates
from edge.security import Security
from edge.settings import EdgeSettings
from runtime.caller import new_request_id
from runtime.errors import BUSY_TEXT
from runtime.volatile import VolatileState

SOAP_TYPES = frozenset({"text/xml", "application/xml", ""})
UPLOAD_TYPES = SOAP_TYPES | {"multipart/related", "application/xop+xml"}
ALLOWED = ("Allow", "GET, HEAD, POST")
SMALL_BODY = 64 * 1024
"""A larger document is parsed on a thread: it would hold up the loop."""

log = structlog.get_logger()


class Site:
    """One .svc: its endpoint for calls and the documents that describe it."""

    def __init__(self, service: Service, endpoint: SoapEndpoint) -> None:
        self.service = service
        self.endpoint = endpoint
        self.takes_uploads = service.takes_uploads
        self.metadata = Metadata(service)


class Router:
    """Serves every service of the contract. For one event loop."""

    def __init__(
        self,
        settings: EdgeSettings,
        services: Iterable[Service],
        backend: Backend,
        volatile: VolatileState,
        pipes: Path,
    ) -> None:
        """pipes: a folder of ours for named pipes."""
        self._settings = settings
        self._backend = backend
        self._addresses = Addresses(settings.public_url, settings.trusted_proxies)
        credentials = Credentials(backend.authenticate, settings.credential_cache_seconds)
        skew = timedelta(seconds=settings.clock_skew_seconds)
        rates = Rates(settings.rate_per_second, settings.rate_burst, time.monotonic)
        self._security = Security(credentials, volatile, skew, settings.security_header, rates)
        limits = Limits.of(settings)
        self._documents = DocumentReader(limits)
        self._intake = Intake(backend, limits)
        self._downloads = Downloads(settings, backend, pipes)
        self._body_deadline = Deadline(settings.request_body_seconds)
        self._in_flight = 0
        self._logs_each_call = bool(log.is_enabled_for(logging.DEBUG))
        self._uploads = 0
        self._uploading = ThreadPoolExecutor(settings.waiting_threads, "edge-upload")
        self._computing = ThreadPoolExecutor(settings.computing_threads, "edge-computing")
        self._sites = {
            service.path.lower(): Site(service, SoapEndpoint(service, backend, self._security, self._uploading))
            for service in services
        }

    async def close(self) -> None:
        """Lets go of threads and channels."""
        self._uploading.shutdown(cancel_futures=True)
        self._computing.shutdown(cancel_futures=True)
        await self._backend.close()

    async def respond(self, request: Request) -> Response:
        """Answers a request, whatever it is."""
        try:
            return await self._respond(request)
        except Exception:
            log.exception("request failed", path=request.path)
            response = text_response(FAULT, "The service failed; see its log.\n")
            response.closes = True
            return response

    async def _respond(self, request: Request) -> Response:
        path = service_path(request.path)
        site = self._sites.get(path)
        if request.method == "POST" and site is not None:
            return await self._post(site, request)
        if request.method not in {"GET", "HEAD"}:
            response = text_response(METHOD_NOT_ALLOWED, "Use GET or POST.\n", ALLOWED)
            response.closes = True
            return response
        if site is not None:
            return self._describe(site, request)
        token = token_of(request.path)
        if token is not None:
            return await self._downloads.respond(request, token)
        return await self._beside_services(path)

    async def _beside_services(self, path: str) -> Response:
        if path == "healthz":
            return text_response(OK, "ok\n")
        if path == "readyz":
            return await self._ready()
        names = ", ".join(found.service.path for found in self._sites.values())
        return text_response(NOT_FOUND, f"There is nothing here. The services are {names}.\n")

    async def _ready(self) -> Response:
        unready = await self._backend.unready()
        if unready:
            return text_response(UNAVAILABLE, f"not ready: {', '.join(unready)}\n")
        return text_response(OK, "ready\n")

    def _describe(self, site: Site, request: Request) -> Response:
        base = self._addresses.base(request)
        if base is None:
            return text_response(BAD_REQUEST, "The Host of the request is missing or cannot be one.\n")
        address = f"{base}/{site.service.path}"
        if not request.query:
            return Response(OK, HTML, site.metadata.help_page(address))
        policy = self._settings.policy
        with_policy = policy == "on" or (policy == "auto" and base.startswith("https:"))
        document = site.metadata.document(request.query, address, with_policy=with_policy)
        if document is None:
            return text_response(NOT_FOUND, "There is no such document. Try ?wsdl.\n")
        return Response(OK, XML, document)

    async def _post(self, site: Site, request: Request) -> Response:
        content_type = parse_content_type(request.header("content-type"))
        accepted = UPLOAD_TYPES if site.takes_uploads else SOAP_TYPES
        if content_type.media_type not in accepted or request.content_encoding not in CODINGS:
            text = "Cannot process the message: its content type must be 'text/xml; charset=utf-8' (SOAP 1.1).\n"
            response = text_response(UNSUPPORTED, text)
            response.closes = True
            return response
        call = Call(
            site.service,
            new_request_id(),
            soap_action=request.header("soapaction").strip("\"' "),
            charset=content_type.charset,
            base_url=self._addresses.base(request) or "",
        )
        started = time.perf_counter()
        if self._in_flight < self._settings.max_concurrent_requests:
            answer, ended = await self._answer(site, call, request, content_type)
        else:
            answer, ended = site.endpoint.fault(busy_fault(BUSY_TEXT), call), False
        response = self._response(answer, call)
        response.closes = not ended
        if answer.fault is not None or self._logs_each_call:
            log_call(call, answer.fault, time.perf_counter() - started)
        return response

    async def _answer(self, site: Site, call: Call, request: Request, content_type: ContentType) -> tuple[Answer, bool]:
        """Returns the answer, and whether all of the request's body was read."""
        body: UploadBody | None = None
        ended = False
        self._in_flight += 1
        try:
            if request.header_count > self._settings.max_http_headers:
                raise client_fault(f"The request has more than {self._settings.max_http_headers} HTTP headers.")
            if site.takes_uploads:
                body = self._upload_body(site, request)
                answer = await self._answer_upload(site, call, body, content_type)
            else:
                settings = self._settings
                document = await read_body(request, settings.max_request_bytes, self._body_deadline)
                ended = True
                call.envelope = await self._read(document, call.charset)
                await self._security.verify(call, call.envelope.header)
                answer = await site.endpoint.answer(call)
        except SoapFault as fault:
            answer = site.endpoint.fault(fault, call)
        except Exception:
            log.exception("call failed", request_id=call.request_id, service=site.service.name)
            answer = site.endpoint.fault(internal_fault(), call)
        finally:
            self._in_flight -= 1
            if call.upload is not None:
                call.upload.abort()
        return answer, ended if body is None else body.ended

    async def _read(self, document: bytes, charset: str | None) -> Envelope:
        if len(document) <= SMALL_BODY:
            return self._documents.read(document, charset)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._computing, self._documents.read, document, charset)

    async def _answer_upload(self, site: Site, call: Call, body: UploadBody, content_type: ContentType) -> Answer:
        """Takes an upload on a thread, once its sender is known: nobody else can hold one."""
        await self._verify_sender(call, body, content_type)
        if self._uploads >= self._settings.waiting_threads:
            raise busy_fault(BUSY_TEXT)
        self._uploads += 1
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._uploading, self._intake.receive, call, body, content_type)
            return await site.endpoint.answer(call)
        finally:
            self._uploads -= 1

    async def _verify_sender(self, call: Call, body: UploadBody, content_type: ContentType) -> None:
        """Reads the head of an upload until it tells who sends it; raises the fault for a head that does not."""
        until = time.monotonic() + self._settings.upload_head_seconds
        most = self._settings.max_upload_root_bytes + EARLY_BYTES
        looked_at = -1
        while call.caller is None:
            if body.head_size >= 2 * looked_at or body.ended:  # so that a head in drops is not read over and over
                looked_at = body.head_size
                try:
                    self._intake.receive(call, body.head(), content_type)
                except HeadEndsError:
                    pass
                except SenderUnknownError as unknown:
                    await self._security.verify(call, unknown.header)
                    return
            if body.head_size > most:
                raise client_fault(f"The message does not tell who sends it within its first {most} bytes.")
            await body.more_head(until - time.monotonic())

    def _response(self, answer: Answer, call: Call) -> Response:
        is_upload = call.operation is not None and call.operation.streams
        return soap_response(answer, as_mtom=is_upload and self._settings.upload_answer == "mtom")

    def _upload_body(self, site: Site, request: Request) -> UploadBody:
        settings = self._settings
        for_extension = site.service.is_message_contract
        limit = settings.max_extension_upload_bytes if for_extension else settings.max_upload_bytes
        return UploadBody(request, limit, settings.upload_timeout_seconds, settings.upload_idle_seconds)


def log_call(call: Call, fault: SoapFault | None, seconds: float) -> None:
    """Logs what became of a call: a fault for operators, a good one for who looks closer."""
    (log.debug if fault is None else log.info)(
        "call",
        request_id=call.request_id,
        service=call.service.name,
        operation=call.operation.name if call.operation is not None else None,
        credential=call.caller.credential_id if call.caller is not None else None,
        fault=fault.faultcode if fault is not None else None,
        ms=round(seconds * 1000, 1),
    )
