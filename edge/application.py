"""A service of the contract as a Spyne application, and the transport that takes a call through it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from time import time
from typing import Any, Final, NamedTuple

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

Invoke = Callable[[Call, Message], Awaitable[Message]]

log = structlog.get_logger()


class Answer(NamedTuple):
    """A SOAP answer: the envelope, and the fault that it carries, if it does."""

    envelope: bytes
    fault: SoapFault | None = None


class CallContext(MethodContext):  # type: ignore[misc]  # Spyne has no types
    """Spyne's context without what takes longer than the call: a guard on assignments, and events nobody listens to."""

    __setattr__ = object.__setattr__
    is_listened_to = False

    def fire_event(self, event: str, *args: Any, **kwargs: Any) -> None:
        if self.is_listened_to:
            super().fire_event(event, *args, **kwargs)


def has_listeners(application: Application) -> bool:
    """Whether anything listens to Spyne's events, of the application or of a method."""
    methods = application.interface.method_id_map.values()
    managers = [application.event_manager, *(manager for method in methods for manager in method.event_managers)]
    return any(manager.handlers for manager in managers)


class SoapEndpoint(ServerBase):  # type: ignore[misc]  # Spyne has no types
    """Takes calls through Spyne's life cycle; HTTP is the router's."""

    transport = SOAP_HTTP

    def __init__(self, service: Service, backend: Backend, security: Security, uploading: Executor) -> None:
        """uploading: threads where the end of an upload is waited for."""
        # Spyne collects garbage from within requests; Python's own collector does.
        spyne.const.MIN_GC_INTERVAL = float("inf")
        codecs = Codecs(service)
        self._protocol = WcfSoap11(codecs, security)
        in_protocol = WcfSoap11(codecs, security)  # Spyne wants one object a direction
        invoke = Invoker(backend, security, uploading)
        super().__init__(make_application(service, in_protocol, self._protocol, invoke))
        blank = CallContext(self, MethodContext.SERVER)
        blank.is_listened_to = has_listeners(self.app)
        self._blank: Final = vars(blank)

    async def answer(self, call: Call) -> Answer:
        """Answers a call whose sender is known. Faults are answers; whatever else is raised is a defect of ours."""
        context = self.generate_contexts(self._context(call))[0]
        if context.in_error is None:
            self.get_in_object(context)
        if context.in_error is None:
            self.get_out_object(context)
        if context.out_error is None:
            await wait_for_answer(context)
        self.get_out_string(context)
        context.close()
        return Answer(context.out_string[0], context.out_error)

    def _context(self, call: Call) -> CallContext:
        """Returns a new context: a copy of a blank one, since making it anew takes a quarter of the call."""
        context = CallContext.__new__(CallContext)
        context.__dict__.update(self._blank, udc=call, call_start=time())
        return context

    def fault(self, fault: SoapFault, call: Call) -> Answer:
        """Returns the answer for a fault that was raised outside Spyne."""
        return Answer(self._protocol.envelope(fault.to_xml(), call), fault)


def make_application(service: Service, in_protocol: WcfSoap11, out_protocol: WcfSoap11, invoke: Invoke) -> Application:
    """Registers the operations with Spyne, which dispatches by the element of the body."""
    handlers = {operation.name: make_handler(operation, invoke) for operation in service.operations}
    service_class = type(service.name, (ServiceBase,), handlers)
    return Application([service_class], TEMPURI, name=service.name, in_protocol=in_protocol, out_protocol=out_protocol)


def make_handler(operation: Operation, invoke: Invoke) -> Any:
    """Returns what Spyne calls for an operation: it passes the request message on, and gives what to wait for."""

    def handle(context: Any, request: Message) -> Awaitable[Message]:
        return invoke(context.udc, request)

    handle.__name__ = operation.name
    return rpc(AnyXml, _returns=AnyXml)(handle)


async def wait_for_answer(context: CallContext) -> None:
    """Puts the response in the place of what is waited for, as Spyne's transport for Twisted does with its Deferred."""
    call: Call = context.udc
    try:
        context.out_object = [await context.out_object[0]]
        return
    except SoapFault as fault:
        context.out_error = fault
    except Exception:
        log.exception("operation failed", request_id=call.request_id, operation=context.descriptor.name)
        context.out_error = internal_fault()
    context.out_object = None
    context.fire_event("method_exception_object")


class Invoker:
    """Calls the service behind an operation on the partner's behalf."""

    def __init__(self, backend: Backend, security: Security, uploading: Executor) -> None:
        self._backend = backend
        self._security = security
        self._uploading = uploading

    async def __call__(self, call: Call, request: Message) -> Message:
        """Returns the response; raises the fault for a status. A refused token is renewed once."""
        operation = call.operation
        assert operation is not None  # noqa: S101 (the protocol has set it)
        try:
            if operation.streams:
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._uploading, finish_upload, call, request)
            try:
                return await self._ask(operation, call, request)
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.UNAUTHENTICATED:
                    raise
            await self._security.renew(call)
            return await self._ask(operation, call, request)
        except grpc.RpcError as error:
            log.info("service refused", request_id=call.request_id, code=error.code().name, text=error.details())
            raise fault_of(error) from None

    def _ask(self, operation: Operation, call: Call, request: Message) -> Awaitable[Message]:
        if operation.batch is None or call.caller is None:
            return self._backend.call(operation, request, call.metadata())
        gatherer = self._backend.gatherer(operation, operation.batch)
        return gatherer.call(call.caller.credential_id, request, call.metadata, call.client_key)
