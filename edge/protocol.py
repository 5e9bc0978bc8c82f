"""The SOAP 1.1 protocol for Spyne, with its parsing, security and writing replaced by ours.

Stock Spyne accepts DTDs, resolves hrefs, needs quadratic time for attributes, lets an empty body escape as an
exception and logs passwords; none of that code runs here. The document is parsed and its sender verified before Spyne
hears of it (router.py, intake.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import edge.spyne_compat  # noqa: F401 isort: skip (before spyne)
from spyne.protocol.soap import Soap11

from edge.call import Call
from edge.contract import Operation, Service
from edge.decode import DecodeError, Decoder, compile_decoder
from edge.documents import Envelope, read_header
from edge.encode import Encoder, compile_encoder
from edge.faults import SoapFault, client_fault, internal_fault
from edge.namespaces import SOAP11, TEMPURI, WSU
from edge.security import Security

ENVELOPE = f'<s:Envelope xmlns:s="{SOAP11}"><s:Body>'
SECURE_ENVELOPE = f'<s:Envelope xmlns:s="{SOAP11}" xmlns:u="{WSU}">'
END = "</s:Body></s:Envelope>"


class Codecs:
    """The compiled codecs of a service, by operation."""

    def __init__(self, service: Service) -> None:
        self.decoders: Mapping[str, Decoder] = {o.name: compile_decoder(o) for o in service.operations}
        self.encoders: Mapping[str, Encoder] = {o.name: compile_encoder(o) for o in service.operations}
        self.header_tags = frozenset(tag for o in service.operations for tag in o.header_tags)


class WcfSoap11(Soap11):  # type: ignore[misc]  # Spyne has no types
    """Reads and writes one service's envelopes; ctx.udc is the Call, whose envelope and sender are known."""

    def __init__(self, codecs: Codecs, security: Security) -> None:
        super().__init__()
        self._codecs = codecs
        self._security = security

    def create_in_document(self, ctx: Any, charset: str | None = None) -> None:  # noqa: ARG002 (Spyne's signature)
        ctx.in_document = ctx.udc.envelope

    def decompose_incoming_envelope(self, ctx: Any, message: Any = None) -> None:  # noqa: ARG002 (Spyne's signature)
        """Finds the operation, by the element of the body."""
        call: Call = ctx.udc
        envelope: Envelope = ctx.in_document
        call.client_key = read_header(envelope, self._codecs.header_tags)
        if envelope.operation is None:
            raise client_fault("The Body is empty: it must hold the element of an operation.")
        operation = call.enter(str(envelope.operation.tag))
        ctx.in_body_doc = envelope.operation
        ctx.method_request_string = f"{{{TEMPURI}}}{operation.name}"

    def generate_method_contexts(self, ctx: Any) -> list[Any]:
        """Returns the context itself: Spyne would copy it for each of several methods, and there is one."""
        (ctx.descriptor,) = self.get_call_handles(ctx)
        return [ctx]

    def deserialize(self, ctx: Any, message: Any) -> None:  # noqa: ARG002 (Spyne's signature)
        operation: Operation = ctx.udc.operation
        try:
            ctx.in_object = [self._codecs.decoders[operation.name](ctx.in_body_doc)]
        except DecodeError as error:
            raise client_fault(str(error)) from None

    def serialize(self, ctx: Any, message: Any) -> None:  # noqa: ARG002 (Spyne's signature)
        call: Call = ctx.udc
        if ctx.out_error is not None:
            fault = ctx.out_error if isinstance(ctx.out_error, SoapFault) else internal_fault()
            ctx.out_document = self.envelope(fault.to_xml(), call)
            return
        ctx.out_document = self.envelope(self._codecs.encoders[ctx.descriptor.name](ctx.out_object[0]), call)

    def create_out_string(self, ctx: Any, charset: str | None = None) -> None:  # noqa: ARG002 (Spyne's signature)
        ctx.out_string = [ctx.out_document]

    def envelope(self, body: str, call: Call) -> bytes:
        """Returns an answer around the content of its body, with the Security header for known callers."""
        header = self._security.answer_header(call.caller)
        start = f"{SECURE_ENVELOPE}{header}<s:Body>" if header else ENVELOPE
        return f"{start}{body}{END}".encode()
