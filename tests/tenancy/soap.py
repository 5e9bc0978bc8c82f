"""SOAP as bytes: what a partner's client sees, whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

import requests
from lxml import etree

from edge.elements import Element
from tests.edge.client import envelope, security
from tests.tenancy.world import Tenant

TEMPURI = "http://tempuri.org/"
# The moments of the answer's security header; all else of an answer counts.
TIMESTAMP = re.compile(r"<u:Timestamp.*?</u:Timestamp>", re.DOTALL)


@dataclass(frozen=True)
class SoapAnswer:
    status: int
    body: str

    @property
    def fault(self) -> str | None:
        found = re.search(r"<faultstring[^>]*>(.*?)</faultstring>", self.body, re.DOTALL)
        return None if found is None else found[1].replace("&apos;", "'").replace("&#39;", "'")


class SoapCaller:
    """Posts to one edge over one connection."""

    def __init__(self, edge: str) -> None:
        self._edge = edge
        self._session = requests.Session()

    def post(self, tenant: Tenant, service: str, body: str) -> SoapAnswer:
        sent = envelope(body, security(tenant.username, tenant.password))
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        answer = self._session.post(f"{self._edge}/{service}.svc", sent.encode(), headers=headers, timeout=60)
        return SoapAnswer(answer.status_code, TIMESTAMP.sub("", answer.text))

    def close(self) -> None:
        self._session.close()


def without_site(example: str) -> Element:
    """Returns an example's root without any SiteId in it."""
    root = etree.fromstring(example.encode())
    for old in list(root.iter("{*}SiteId")):
        parent = old.getparent()
        if parent is not None:
            parent.remove(old)
    return root


def read_request(operation: str, example: str, site_id: int | None) -> str:
    """Returns the body for a read's example, with another SiteId or none."""
    root = without_site(example)
    site = "" if site_id is None else f"<SiteId>{site_id}</SiteId>"
    members = "".join(etree.tostring(child, encoding="unicode") for child in root)
    return f'<{operation} xmlns="{TEMPURI}"><request>{site}{members}</request></{operation}>'
