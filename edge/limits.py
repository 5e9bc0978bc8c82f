"""How much markup a request may hold, and the faults for more of it."""

from __future__ import annotations

from dataclasses import dataclass

from edge.elements import Element
from edge.faults import SoapFault, client_fault
from edge.settings import EdgeSettings


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a request's document, as the settings of like names say."""

    depth: int
    elements: int
    upload_elements: int
    """Of an upload's envelope, which is read beside its content."""
    element_attributes: int
    attributes: int
    namespaces: int
    """Declarations in a whole message; libxml2 keeps every one of them."""
    headers: int
    upload_root_bytes: int

    @classmethod
    def of(cls, settings: EdgeSettings) -> Limits:
        return cls(
            settings.max_depth,
            settings.max_elements,
            settings.max_upload_elements,
            settings.max_element_attributes,
            settings.max_attributes,
            settings.max_namespaces,
            settings.max_soap_headers,
            settings.max_upload_root_bytes,
        )

    def check_headers(self, header: Element | None) -> None:
        """Raises the fault for a Header of too many blocks."""
        if header is not None and len(header) > self.headers:
            raise client_fault(f"The Header of the message has more than {self.headers} blocks.")

    def too_deep(self) -> SoapFault:
        return client_fault(f"The message is nested deeper than {self.depth} elements.")

    def too_many_elements(self) -> SoapFault:
        return elements_fault(self.elements)

    def too_many_upload_elements(self) -> SoapFault:
        return elements_fault(self.upload_elements)

    def too_many_element_attributes(self) -> SoapFault:
        return client_fault(f"An element of the message has more than {self.element_attributes} attributes.")

    def too_many_attributes(self) -> SoapFault:
        return client_fault(f"The message has more than {self.attributes} attributes.")

    def too_many_namespaces(self) -> SoapFault:
        return client_fault(f"The message declares more than {self.namespaces} namespaces.")

    def upload_root_too_large(self) -> SoapFault:
        return client_fault(
            f"The message is larger than {self.upload_root_bytes} bytes without the content of its file."
        )


def elements_fault(most: int) -> SoapFault:
    return client_fault(f"The message has more than {most} elements.")
