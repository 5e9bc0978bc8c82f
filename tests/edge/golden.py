"""The committed descriptions of the services; `python -m tests.edge.golden` writes them anew, on purpose."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lxml import etree

import edge
from edge.contract import Service
from edge.descriptors import load_services
from edge.metadata import build_documents

FOLDER = Path(edge.__file__).parent / "golden"
NAMES = {"wsdl": "wsdl.xml", "singlewsdl": "singleWsdl.xml"}


def current(service: Service) -> dict[str, str]:
    """Returns the service's documents by file name, indented so that a difference can be read."""
    address = f"http://localhost/{service.path}"
    documents = build_documents(service, address, with_policy=False)
    secure = build_documents(service, address.replace("http:", "https:"), with_policy=True)
    texts = {NAMES.get(query, query.removeprefix("xsd=") + ".xml"): text for query, text in documents.items()}
    return {name: pretty(text) for name, text in {**texts, "policy.wsdl.xml": secure["wsdl"]}.items()}


def pretty(document: bytes) -> str:
    root = etree.fromstring(document, etree.XMLParser(remove_blank_text=True))
    return etree.tostring(root, pretty_print=True, encoding="unicode")


def committed(service: Service) -> dict[str, str]:
    return {path.name: path.read_text() for path in (FOLDER / service.name).glob("*.xml")}


def write(services: Iterable[Service]) -> None:
    for service in services:
        folder = FOLDER / service.name
        folder.mkdir(parents=True, exist_ok=True)
        for stale in folder.glob("*.xml"):
            stale.unlink()
        for name, text in current(service).items():
            (folder / name).write_text(text)


if __name__ == "__main__":
    write(load_services())
