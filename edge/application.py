"""A service of the contract as a Spyne application, and the transport that takes a call through it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc
import structlog
from google.protobuf.message import Message

import edge.spyne_compat  # noqa: F401 isort: skip (before spyne)
import spyne.const
from spyne.application import Application
from spyne.context import MethodContext
from spyne.decorator import rpc
from spyne.model.primitive import AnyXml
from spyne.server import ServerBase
from spyne.service import ServiceBase

from edge.backend import Backend
from edge.call import Call
from edge.contract import Operation, Service
from edge.faults import SoapFault, internal_fault
from edge.namespaces import SOAP_HTTP, TEMPURI
from edge.protocol import Codecs, WcfSoap11
from edge.security import Security
from edge.statuses import fault_of
from edge.uploads import finish_upload

Invoke = Callable[[Call, Message], Message]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answer:
    """A SOAP answer: the envelope, and the fault that it carries, if it does."""

    envelope: bytes
    fault: SoapFault | None = None


class CallContext(MethodContext):  # type: ignore[misc]  # Spyne has no types
    """Spyne's context without its guard on assignments, which takes longer than the assignments."""

    __setattr__ = object.__setattr__


class SoapEndpoint(ServerBase):  # type: ignore[misc]  # Spyne has no types
    """Takes calls through Spyne's life cycle; HTTP is the WSGI application's."""

    transport = SOAP_HTTP

    def __init__(self, service: Service, backend: Backend, security: Security, computing: threading.Semaphore) -> None:
        # Spyne collects garbage from within requests; Python's own collector does.
        spyne.const.MIN_GC_INTERVAL = float("inf")
        codecs = Codecs(service)
        self._protocol = WcfSoap11(codecs, security, computing)
        in_protocol = WcfSoap11(codecs, security, computing)  # Spyne wants one object a direction
        super().__init__(make_application(service, in_protocol, self._protocol, Invoker(backend, security)))

    def answer(self, call: Call) -> Answer:
        """Answers a call. Faults are answers; whatever else is raised is a defect of ours."""
        context = CallContext(self, MethodContext.SERVER)
        context.udc = call
        context = self.generate_contexts(context)[0]
        if context.in_error is None:
            self.get_in_object(context)
        if context.in_error is None:
            self.get_out_object(context)
        self.get_out_string(context)
        context.close()
        return Answer(b"".join(context.out_string), context.out_error)

    def fault(self, fault: SoapFault, call: Call) -> Answer:
        """Returns the answer for a fault that was raised outside Spyne."""
        return Answer(self._protocol.envelope(fault.to_xml(), call), fault)


def make_application(service: Service, in_protocol: WcfSoap11, out_protocol: WcfSoap11, invoke: Invoke) -> Application:
    """Registers the operations with Spyne, which dispatches by the element of the body."""
    handlers = {operation.name: make_handler(operation, invoke) for operation in service.operations}
    service_class = type(service.name, (ServiceBase,), handlers)
    return Application([service_class], TEMPURI, name=service.name, in_protocol=in_protocol, out_protocol=out_protocol)


def make_handler(operation: Operation, invoke: Invoke) -> Any:
    """Returns what Spyne calls for an operation: it passes the request message on, and takes the response back."""

    def handle(context: Any, request: Message) -> Message:
        try:
            return invoke(context.udc, request)
        except SoapFault:
            raise
        except Exception:
            log.exception("operation failed", request_id=context.udc.request_id, operation=operation.name)
            raise internal_fault() from None

    handle.__name__ = operation.name
    return rpc(AnyXml, _returns=AnyXml)(handle)


class Invoker:
    """Calls the service behind an operation on the partner's behalf."""

    def __init__(self, backend: Backend, security: Security) -> None:
        self._backend = backend
        self._security = security

    def __call__(self, call: Call, request: Message) -> Message:
        """Returns the response; raises the fault for a status. A refused token is renewed once."""
        operation = call.operation
        assert operation is not None  # noqa: S101 (the protocol has set it)
        try:
            if operation.streams:
                return finish_upload(call, request)
            try:
                return self._ask(operation, call, request)
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.UNAUTHENTICATED:
                    raise
            self._security.renew(call)
            return self._ask(operation, call, request)
        except grpc.RpcError as error:
            raise self._fault(call, error) from None

    def _ask(self, operation: Operation, call: Call, request: Message) -> Message:
        if call.caller is None:
            return self._backend.call(operation, request, call.metadata())
        return self._backend.gather(operation, request, call.metadata(), (call.caller.credential_id, call.client_key))

    def _fault(self, call: Call, error: grpc.RpcError) -> SoapFault:
        log.info("service refused", request_id=call.request_id, code=error.code().name, text=error.details())
        return fault_of(error)
