"""SOAP faults as WCF words and writes them."""

from __future__ import annotations

from dataclasses import dataclass

import edge.spyne_compat  # noqa: F401 isort: skip (before spyne)
from spyne.model.fault import Fault

from edge.namespaces import ADDRESSING_NONE, DISPATCHER, SOAP11, WSSE
from edge.text import write_text

SECURITY_TEXT = "An error occurred when verifying security for the message."
INTERNAL_TEXT = (
    "The server was unable to process the request due to an internal error.  For more information about the error, "
    "either turn on IncludeExceptionDetailInFaults (either from ServiceBehaviorAttribute or from the <serviceDebug> "
    "configuration behavior) on the server in order to send the exception information back to the client, or turn on "
    "tracing as per the Microsoft .NET Framework SDK documentation and inspect the server trace logs."
)
ACTION_TEXT = (
    "The message with Action '{}' cannot be processed at the receiver, due to a ContractFilter mismatch at the "
    "EndpointDispatcher. This may be because of either a contract mismatch (mismatched Actions between sender and "
    "receiver) or a binding/security mismatch between the sender and the receiver.  Check that sender and receiver "
    "have the same contract and the same binding (including security requirements, e.g. Message, Transport, None)."
)
HEADER_TEXT = (
    "The header '{}' from the namespace '{}' was not understood by the recipient of this message, causing the message "
    "to not be processed.  This error typically indicates that the sender of this message has enabled a communication "
    "protocol that the receiver cannot process.  Please ensure that the configuration of the client's binding is "
    "consistent with the service's binding. "
)
LONGEST_ECHO = 200


@dataclass(frozen=True)
class FaultCode:
    """A qualified fault code and the prefix that it is written with."""

    prefix: str
    namespace: str
    name: str


CLIENT = FaultCode("s", SOAP11, "Client")
SERVER = FaultCode("s", SOAP11, "Server")
MUST_UNDERSTAND = FaultCode("s", SOAP11, "MustUnderstand")
INVALID_SECURITY = FaultCode("o", WSSE, "InvalidSecurity")
ACTION_NOT_SUPPORTED = FaultCode("a", ADDRESSING_NONE, "ActionNotSupported")
INTERNAL_SERVICE_FAULT = FaultCode("a", DISPATCHER, "InternalServiceFault")


class SoapFault(Fault):  # type: ignore[misc]  # Spyne has no types
    """A fault on its way to the partner; Spyne carries it from wherever it is raised to the protocol.

    retry_after: seconds for the Retry-After header.
    """

    def __init__(self, code: FaultCode, text: str, retry_after: int | None = None) -> None:
        super().__init__(faultcode=f"{code.prefix}:{code.name}", faultstring=text)
        self.code = code
        self.text = text
        self.retry_after = retry_after

    def to_xml(self) -> str:
        """Returns the s:Fault element; the prefix s is the envelope's."""
        code = self.code
        declaration = "" if code.namespace == SOAP11 else f' xmlns:{code.prefix}="{code.namespace}"'
        return (
            f"<s:Fault><faultcode{declaration}>{code.prefix}:{code.name}</faultcode>"
            f'<faultstring xml:lang="en-US">{write_text(self.text)}</faultstring></s:Fault>'
        )


def client_fault(text: str) -> SoapFault:
    """Returns the fault for a request that is wrong in itself."""
    return SoapFault(CLIENT, text)


def malformed(reason: str) -> SoapFault:
    """Returns the fault for what is no XML."""
    return client_fault(f"The message is not well-formed XML: {reason[:LONGEST_ECHO]}")


def dtd_fault() -> SoapFault:
    """Returns the fault for a document type, whatever it declares."""
    return client_fault("A DTD is not allowed in a message.")


def busy_fault(text: str, retry_after: int = 1) -> SoapFault:
    """Returns the fault for an overload: the partner may try again after so many seconds."""
    return SoapFault(SERVER, text, retry_after)


def security_fault() -> SoapFault:
    """Returns the one fault of WS-Security, which tells nothing."""
    return SoapFault(INVALID_SECURITY, SECURITY_TEXT)


def internal_fault() -> SoapFault:
    """Returns the fault for what is wrong with us; what it was stays in the log."""
    return SoapFault(INTERNAL_SERVICE_FAULT, INTERNAL_TEXT)


def action_fault(action: str) -> SoapFault:
    """Returns the fault for an operation that the service does not have."""
    return SoapFault(ACTION_NOT_SUPPORTED, ACTION_TEXT.format(action[:LONGEST_ECHO]))


def header_fault(name: str, namespace: str) -> SoapFault:
    """Returns the fault for a header that must be understood and is not."""
    return SoapFault(MUST_UNDERSTAND, HEADER_TEXT.format(name[:LONGEST_ECHO], namespace[:LONGEST_ECHO]))
