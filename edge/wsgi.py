"""The WSGI application: paths, methods, limits, and the outermost net, in which every exception becomes a fault."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from datetime import timedelta

import structlog

from edge.answers import soap_response
from edge.application import Answer, SoapEndpoint
from edge.backend import Backend
from edge.body import RequestBody
from edge.call import Call
from edge.content_type import ContentType, parse_content_type
from edge.contract import Service
from edge.credentials import Credentials
from edge.faults import SoapFault, internal_fault
from edge.http import (
    BAD_REQUEST,
    HTML,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    OK,
    UNAVAILABLE,
    UNSUPPORTED,
    XML,
    Addresses,
    Environ,
    Response,
    StartResponse,
    service_path,
    text_response,
)
from edge.intake import Intake
from edge.metadata import Metadata
from edge.security import Security
from edge.settings import EdgeSettings
from runtime.caller import new_request_id
from runtime.volatile import VolatileState

SOAP_TYPES = frozenset({"text/xml", "application/xml", ""})
UPLOAD_TYPES = SOAP_TYPES | {"multipart/related", "application/xop+xml"}
ALLOWED = ("Allow", "GET, HEAD, POST")

log = structlog.get_logger()


class Site:
    """One .svc: its endpoint for calls and the documents that describe it."""

    def __init__(self, service: Service, endpoint: SoapEndpoint) -> None:
        self.service = service
        self.endpoint = endpoint
        self.takes_uploads = service.takes_uploads
        self.metadata = Metadata(service)


class EdgeApplication:
    """Serves every service of the contract."""

    def __init__(
        self, settings: EdgeSettings, services: Iterable[Service], backend: Backend, volatile: VolatileState
    ) -> None:
        self._settings = settings
        self._backend = backend
        self._addresses = Addresses(settings.public_url, settings.trusted_proxies)
        credentials = Credentials(backend.authenticate, settings.credential_cache_seconds)
        skew = timedelta(seconds=settings.clock_skew_seconds)
        security = Security(credentials, volatile, skew, settings.security_header)
        computing = threading.Semaphore(settings.computing_threads)
        self._intake = Intake(backend, security, settings.max_upload_root_bytes)
        self._sites = {
            service.path.lower(): Site(service, SoapEndpoint(service, backend, security, computing))
            for service in services
        }

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return self.respond(environ).start(environ, start_response)

    def is_call(self, environ: Environ) -> bool:
        """Whether a request is a call whose body is read whole: neither an upload nor a question."""
        site = self._sites.get(service_path(environ["PATH_INFO"]))
        return environ["REQUEST_METHOD"] == "POST" and site is not None and not site.takes_uploads

    def respond(self, environ: Environ) -> Response:
        """Answers a request, whatever it is."""
        try:
            return self._respond(environ)
        except Exception:
            log.exception("request failed", path=environ.get("PATH_INFO"))
            response = text_response("500 Internal Server Error", "The service failed; see its log.\n")
            response.closes = True
            return response

    def _respond(self, environ: Environ) -> Response:
        method: str = environ["REQUEST_METHOD"]
        path = service_path(environ["PATH_INFO"])
        site = self._sites.get(path)
        if method == "POST" and site is not None:
            return self._post(site, environ)
        if method not in {"GET", "HEAD"}:
            response = text_response(METHOD_NOT_ALLOWED, "Use GET or POST.\n", ALLOWED)
            response.closes = True
            return response
        if site is not None:
            return self._describe(site, environ)
        if path == "healthz":
            return text_response(OK, "ok\n")
        if path == "readyz":
            return self._ready()
        names = ", ".join(found.service.path for found in self._sites.values())
        return text_response(NOT_FOUND, f"There is nothing here. The services are {names}.\n")

    def _ready(self) -> Response:
        unready = self._backend.unready()
        if unready:
            return text_response(UNAVAILABLE, f"not ready: {', '.join(unready)}\n")
        return text_response(OK, "ready\n")

    def _describe(self, site: Site, environ: Environ) -> Response:
        base = self._addresses.base(environ)
        if base is None:
            return text_response(BAD_REQUEST, "The Host of the request is missing or cannot be one.\n")
        address = f"{base}/{site.service.path}"
        query: str = environ.get("QUERY_STRING", "")
        if not query:
            return Response(OK, HTML, site.metadata.help_page(address))
        policy = self._settings.policy
        with_policy = policy == "on" or (policy == "auto" and base.startswith("https:"))
        document = site.metadata.document(query, address, with_policy=with_policy)
        if document is None:
            return text_response(NOT_FOUND, "There is no such document. Try ?wsdl.\n")
        return Response(OK, XML, document)

    def _post(self, site: Site, environ: Environ) -> Response:
        content_type = parse_content_type(environ.get("CONTENT_TYPE", ""))
        accepted = UPLOAD_TYPES if site.takes_uploads else SOAP_TYPES
        if content_type.media_type not in accepted or environ.get("HTTP_CONTENT_ENCODING", "identity") != "identity":
            text = "Cannot process the message: its content type must be 'text/xml; charset=utf-8' (SOAP 1.1).\n"
            response = text_response(UNSUPPORTED, text)
            response.closes = True
            return response
        call = Call(
            site.service,
            new_request_id(),
            soap_action=environ.get("HTTP_SOAPACTION", "").strip("\"' "),
            charset=content_type.charset,
        )
        started = time.perf_counter()
        response, fault = self._answer(site, call, environ, content_type)
        (log.debug if fault is None else log.info)(
            "call",
            request_id=call.request_id,
            service=site.service.name,
            operation=call.operation.name if call.operation is not None else None,
            credential=call.caller.credential_id if call.caller is not None else None,
            fault=fault.faultcode if fault is not None else None,
            ms=round((time.perf_counter() - started) * 1000, 1),
        )
        return response

    def _answer(
        self, site: Site, call: Call, environ: Environ, content_type: ContentType
    ) -> tuple[Response, SoapFault | None]:
        uploads = site.takes_uploads
        body: RequestBody | None = None
        try:
            body = self._body(environ, uploads=uploads)
            if uploads:
                self._intake.receive(call, body, content_type)
            else:
                call.body = body.read_all()
            answer = site.endpoint.answer(call)
        except SoapFault as fault:
            answer = site.endpoint.fault(fault, call)
        except Exception:
            log.exception("call failed", request_id=call.request_id, service=site.service.name)
            answer = site.endpoint.fault(internal_fault(), call)
        finally:
            if call.upload is not None:
                call.upload.abort()
        return self._response(answer, call, body), answer.fault

    def _response(self, answer: Answer, call: Call, body: RequestBody | None) -> Response:
        is_upload = call.operation is not None and call.operation.streams
        response = soap_response(answer, as_mtom=is_upload and self._settings.upload_answer == "mtom")
        response.closes = body is None or not body.ended
        return response

    def _body(self, environ: Environ, *, uploads: bool) -> RequestBody:
        settings = self._settings
        if uploads:
            return RequestBody(environ, settings.max_upload_bytes, settings.upload_timeout_seconds)
        return RequestBody(environ, settings.max_request_bytes, settings.call_timeout_seconds)
