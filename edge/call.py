"""One request on its way through the edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.contract import Operation, Service
from edge.credentials import VerifiedCaller
from edge.documents import Envelope
from edge.faults import action_fault
from edge.wsse import UsernameToken
from runtime.caller import PUBLIC_URL, REQUEST_ID

if TYPE_CHECKING:
    from edge.uploads import UploadStream


@dataclass(slots=True)
class Call:
    """What is known of a request so far; it fills up as the request is understood."""

    service: Service
    request_id: str
    """Ours, fresh: it is logged everywhere under this id."""
    soap_action: str = ""
    charset: str | None = None
    base_url: str = ""
    """Under which the partner reached us, so that a service can name addresses of ours; "" where it is not known."""
    envelope: Envelope | None = None
    token: UsernameToken | None = None
    caller: VerifiedCaller | None = None
    client_key: str = ""
    """The partner's own key of the request, from the header RequestId."""
    operation: Operation | None = None
    upload: UploadStream | None = None

    def enter(self, tag: str) -> Operation:
        """Sets and returns the operation whose wrapper has that tag; raises the fault for one that is not there."""
        self.operation = self.service.by_tag.get(tag)
        if self.operation is None:
            raise action_fault(self.soap_action or self.service.soap_action(tag[tag.rfind("}") + 1 :]))
        return self.operation

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """Returns the gRPC metadata of a call to a service on the partner's behalf."""
        entries = [(REQUEST_ID, self.request_id)]
        if self.base_url:
            entries.append((PUBLIC_URL, self.base_url))
        if self.caller is not None:
            entries.append(("authorization", f"Bearer {self.caller.token}"))
        return tuple(entries)
