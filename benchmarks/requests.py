"""The request that every AddMessage measurement sends: a folder with a description, 2 KB, and WS-Security around it."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

FOLDER = 2
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
ENTITIES = "http://schemas.datacontract.org/2004/07/Itslearning.Integration.ContentImport.Services.Entities"
DESCRIPTION = "What the class does in this week, and where it is found. " * 28


def folder_message(demo: dict[str, Any]) -> str:
    """Returns a valid Create.Course.Element.Folder message of about 2 KB for the demo site."""
    course, user = demo["courses"][0]["sync_key"], demo["users"][0]["sync_key"]
    return (
        '<Message xmlns="urn:message-schema"><CreateCourseElementFolder>'
        f"<CourseSyncKey>{course}</CourseSyncKey><UserSyncKey>{user}</UserSyncKey>"
        f"<Title>Week 1</Title><Description>{DESCRIPTION}</Description><Active>true</Active>"
        "<Security>Inherit</Security></CreateCourseElementFolder></Message>"
    )


def add_message_envelope(demo: dict[str, Any]) -> bytes:
    """Returns the SOAP request that carries the message, as a WCF client writes it."""
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>'
        f'<o:Security s:mustUnderstand="1" xmlns:o="{WSSE}"><o:UsernameToken>'
        f"<o:Username>{demo['username']}</o:Username>"
        f"<o:Password>{demo['password']}</o:Password></o:UsernameToken></o:Security></s:Header><s:Body>"
        f'<AddMessage xmlns="http://tempuri.org/"><dataMessage xmlns:e="{ENTITIES}">'
        f"<e:Data>{escape(folder_message(demo))}</e:Data><e:Type>{FOLDER}</e:Type>"
        "</dataMessage></AddMessage></s:Body></s:Envelope>"
    ).encode()


def http_request(url: str, body: bytes) -> bytes:
    """Returns the whole HTTP request for a keep-alive connection."""
    host = url.removeprefix("http://")
    return (
        f"POST /DataService.svc HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/xml; charset=utf-8\r\n"
        f'SOAPAction: "http://tempuri.org/IDataService/AddMessage"\r\nContent-Length: {len(body)}\r\n\r\n'
    ).encode() + body
