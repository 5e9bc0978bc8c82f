"""The one server interceptor: who calls and may, what goes wrong, what is logged.

One, because each further one costs every call 10 to 17 us.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, TypeAlias

import grpc
import structlog
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from organisation.v1 import audience_pb2, error_reason_pb2
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from runtime.caller import (
    AUTHORIZATION,
    CALLER,
    CURRENT_PUBLIC_URL,
    CURRENT_REQUEST_ID,
    PUBLIC_URL,
    REQUEST_ID,
    InternalCaller,
    new_request_id,
)
from runtime.errors import ServiceError, error_info, internal, unauthenticated, unavailable
from runtime.tokens import TokenVerifier

OPEN_PREFIXES = ("/grpc.health.", "/grpc.reflection.")
TRANSIENT = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.RESOURCE_EXHAUSTED}

log = structlog.get_logger()

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class CallInterceptor(grpc.aio.ServerInterceptor):
    """Authenticates each call by the audience in its descriptor, and turns exceptions into statuses with ErrorInfo."""

    def __init__(self, verifier: TokenVerifier, services: Iterable[ServiceDescriptor]) -> None:
        self._verifier = verifier
        self._audiences = {
            f"/{m.containing_service.full_name}/{m.name}": audience_of(m) for s in services for m in s.methods
        }
        self._wrapped: dict[str, Handler] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        method = handler_call_details.method
        wrapped = self._wrapped.get(method)
        if wrapped is not None:
            return wrapped
        handler = await continuation(handler_call_details)
        if handler is None or method.startswith(OPEN_PREFIXES):
            return handler
        wrapped = self._wrap(handler, method)
        self._wrapped[method] = wrapped
        return wrapped

    def _wrap(self, handler: Handler, method: str) -> Handler:
        audience = self._audiences.get(method, audience_pb2.AUDIENCE_UNSPECIFIED)
        if handler.response_streaming:
            behaviour = handler.stream_stream if handler.request_streaming else handler.unary_stream
            wrapper: Any = self._streaming(behaviour, method, audience)
            make = (
                grpc.stream_stream_rpc_method_handler
                if handler.request_streaming
                else grpc.unary_stream_rpc_method_handler
            )
        else:
            behaviour = handler.stream_unary if handler.request_streaming else handler.unary_unary
            wrapper = self._single(behaviour, method, audience)
            make = (
                grpc.stream_unary_rpc_method_handler
                if handler.request_streaming
                else grpc.unary_unary_rpc_method_handler
            )
        return make(wrapper, handler.request_deserializer, handler.response_serializer)

    def _single(self, behaviour: Any, method: str, audience: int) -> Callable[[Any, Context], Awaitable[Any]]:
        async def call(request: Any, context: Context) -> Any:
            started = time.monotonic()
            try:
                await self._admit(context, audience)
                return await behaviour(request, context)
            except Exception as error:
                await refuse(context, method, started, error)

        return call

    def _streaming(self, behaviour: Any, method: str, audience: int) -> Callable[[Any, Context], AsyncIterator[Any]]:
        async def call(request: Any, context: Context) -> AsyncIterator[Any]:
            started = time.monotonic()
            try:
                await self._admit(context, audience)
                async for answer in behaviour(request, context):
                    yield answer
            except Exception as error:
                await refuse(context, method, started, error)

        return call

    async def _admit(self, context: Context, audience: int) -> None:
        """Sets caller and request id for the call's task, or raises."""
        authorization, request_id, public_url = "", "", ""
        for key, value in context.invocation_metadata() or ():
            if key == AUTHORIZATION:
                authorization = str(value)
            elif key == REQUEST_ID:
                request_id = str(value)[:64]
            elif key == PUBLIC_URL:
                public_url = str(value)
        CURRENT_REQUEST_ID.set(request_id or new_request_id())
        CURRENT_PUBLIC_URL.set(public_url)
        if audience == audience_pb2.AUDIENCE_PUBLIC:
            CALLER.set(None)
            return
        if not authorization:
            raise unauthenticated()
        caller = await self._verifier.verify(authorization)
        wanted = audience_pb2.AUDIENCE_INTERNAL if isinstance(caller, InternalCaller) else audience_pb2.AUDIENCE_PARTNER
        if audience != wanted:
            raise ServiceError(
                grpc.StatusCode.PERMISSION_DENIED,
                error_reason_pb2.ERROR_REASON_WRONG_AUDIENCE,
                "This rpc is not for this kind of caller.",
            )
        CALLER.set(caller)


async def refuse(context: Context, method: str, started: float, error: Exception) -> None:
    """Ends the call with the status that the exception stands for; logs our faults as errors, the caller's as info."""
    if isinstance(error, grpc.aio.AbortError):
        raise error
    shown = as_service_error(error)
    bound = log.bind(
        method=method,
        code=shown.code.name,
        request_id=CURRENT_REQUEST_ID.get(),
        milliseconds=round((time.monotonic() - started) * 1000, 1),
    )
    if shown.code == grpc.StatusCode.INTERNAL:
        bound.error("rpc failed", exc_info=error)
    else:
        bound.info("rpc refused", text=shown.text, cause=None if shown is error else repr(error))
    await context.abort(shown.code, shown.text, shown.trailing_metadata())


def as_service_error(error: Exception) -> ServiceError:
    """Returns what the caller is told: our own errors as they are, a peer's or database's failure as UNAVAILABLE."""
    if isinstance(error, ServiceError):
        return error
    if isinstance(error, grpc.aio.AioRpcError) and error.code() in TRANSIENT and error_info(error) is None:
        return unavailable()
    if isinstance(error, OperationalError | InterfaceError | PoolTimeoutError):
        return unavailable()
    return internal()


def audience_of(method: MethodDescriptor) -> int:
    """Returns who may call a method: its own option, or its service's (audience.proto)."""
    if method.GetOptions().HasExtension(audience_pb2.method_audience):
        return int(method.GetOptions().Extensions[audience_pb2.method_audience])
    return int(method.containing_service.GetOptions().Extensions[audience_pb2.audience])
