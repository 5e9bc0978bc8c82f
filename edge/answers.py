"""SOAP answers as HTTP responses: text/xml, or MTOM for a good upload (contract section 4)."""

from __future__ import annotations

import secrets

from edge.application import Answer
from edge.http import FAULT, OK, XML, Response

ROOT_ID = "<http://tempuri.org/0>"


def soap_response(answer: Answer, *, as_mtom: bool = False) -> Response:
    """Returns the response for an answer; a fault is HTTP 500 and always plain."""
    if answer.fault is not None:
        wait = answer.fault.retry_after
        headers = [("Retry-After", str(wait))] if wait is not None else []
        return Response(FAULT, XML, answer.envelope, headers)
    return mtom_response(answer.envelope) if as_mtom else Response(OK, XML, answer.envelope)


def mtom_response(envelope: bytes) -> Response:
    """Returns an envelope as the only part of a multipart/related, as WCF's MTOM encoder writes it."""
    boundary = f"uuid:{secrets.token_hex(16)}+id=1"
    head = (
        f"--{boundary}\r\nContent-ID: {ROOT_ID}\r\nContent-Transfer-Encoding: 8bit\r\n"
        'Content-Type: application/xop+xml;charset=utf-8;type="text/xml"\r\n\r\n'
    )
    content_type = (
        f'multipart/related; type="application/xop+xml";start="{ROOT_ID}";boundary="{boundary}";start-info="text/xml"'
    )
    body = head.encode() + envelope + f"\r\n--{boundary}--\r\n".encode()
    return Response(OK, content_type, body, [("MIME-Version", "1.0")])
