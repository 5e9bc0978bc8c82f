"""A partner's program: zeep and nothing else, as the field has it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import requests
from lxml import etree
from zeep import Client, Settings
from zeep.transports import Transport
from zeep.wsse.username import UsernameToken

NAMESPACE = "urn:message-schema"


class Partner:
    """Calls the three services with one credential."""

    def __init__(self, edge: str, username: str, password: str, prefix: str = "") -> None:
        self.edge = edge + prefix
        self.username, self.password = username, password
        self._token = UsernameToken(username, password)
        self._session = requests.Session()
        self.data = self._client("DataService").service
        self._reads = self._client("ReadDataService")
        self.reads = self._reads.service
        self.files = self._client("FileService").service
        self.types: dict[str, int] = {}

    def _client(self, name: str) -> Client:
        transport = Transport(session=self._session, timeout=30, operation_timeout=60)
        settings = Settings(strict=True, xml_huge_tree=True)
        return Client(f"{self.edge}/{name}.svc?singleWsdl", wsse=self._token, transport=transport, settings=settings)

    def read(self, name: str, request: Mapping[str, Any]) -> Any:
        """Calls a read by the name of its type; returns the result, or the Fault, as it came, without namespaces.

        What is nil is left out, so that XPath finds what is there.
        """
        with self._reads.settings(raw_response=True):
            answer = getattr(self.reads, name.replace(".", ""))(request)
        root = without_namespaces(etree.fromstring(answer.content))
        for element in root.xpath("//*[@nil = 'true']"):
            element.getparent().remove(element)
        [result] = root.xpath("/Envelope/Body/*[1]/*|/Envelope/Body/Fault")[:1]
        return result

    def type_id(self, name: str) -> int:
        if not self.types:
            self.types = {entry.Name: entry.Identifier for entry in self.data.GetMessageTypes()}
        return self.types[name]

    def add(self, name: str, document: str) -> Any:
        """AddMessage; returns its result."""
        return self.data.AddMessage({"Data": document, "Type": self.type_id(name)})

    def result(self, message_id: int, seconds: float = 30) -> Any:
        """Polls GetMessageResult while the message is in the queue; returns the final result."""
        deadline = time.monotonic() + seconds
        while (answer := self.data.GetMessageResult(message_id)).Status == "InQueue":
            if time.monotonic() > deadline:
                raise TimeoutError(f"message {message_id} is still in the queue")
            time.sleep(0.02)
        return answer

    def apply(self, name: str, document: str) -> Any:
        """AddMessage and its final result."""
        return self.result(self.add(name, document).MessageId)

    def upload(self, name: str, content: bytes, site_id: int | None = None) -> str:
        message: dict[str, Any] = {"Content": content, "Name": name}
        if site_id is not None:
            message["SiteId"] = site_id
        answer = self.files.UploadFile(message)
        return str(answer)

    def close(self) -> None:
        self._session.close()


def message(
    body: str, members: Mapping[str, str], *, files: str = "", sync_key: str = "", site_id: int | None = None
) -> str:
    """Builds a Message: `body` names the element below it, members are its children in the order given."""
    root = etree.fromstring(f'<Message xmlns="{NAMESPACE}"/>')
    if sync_key:
        add(add(root, "SyncKeys"), "SyncKey", sync_key)
    if site_id is not None:
        add(root, "SiteId", str(site_id))
    entity = add(root, body)
    for name, value in members.items():
        add(entity, name, value)
    if files:
        holder = add(root, "Files")
        for file_id in files.split():
            add(holder, "File", file_id)
    return etree.tostring(root, encoding="unicode")


def add(parent: Any, name: str, text: str | None = None) -> Any:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = text
    return child


def details(result: Any) -> list[Any]:
    """Returns the details of a result; none where they are nil."""
    return list(result.StatusDetails.DataMessageStatusDetail) if result.StatusDetails else []


def without_namespaces(root: Any) -> Any:
    """Takes the namespaces from a tree, so that XPath needs none; xsi:nil becomes nil."""
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
        for name, value in element.attrib.items():
            del element.attrib[name]
            element.set(etree.QName(name).localname, value)
    return root
