"""Reads the envelope of an upload as it arrives: the content flows off to one side, the rest becomes a small tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol
from xml.parsers import expat

from lxml import etree

from edge.body import PIECE_BYTES
from edge.documents import (
    BODY,
    HEADER,
    MAX_ATTRIBUTES,
    MAX_DEPTH,
    MAX_NAMESPACES,
    attributes_fault,
    check_encoding,
    check_version,
    dtd_fault,
    malformed,
    namespaces_fault,
)
from edge.elements import Element
from edge.faults import SoapFault, client_fault
from edge.namespaces import XOP

INCLUDE = f"{{{XOP}}}Include"
BODY_DEPTH = 2
MAX_ELEMENTS = 1000
COMMENT_SIZE = 16
"""What a comment or processing instruction counts at least: a handler is called for an empty one, too."""


class ContentSink(Protocol):
    """Where inline content goes: base64 text in pieces."""

    def write(self, data: bytes) -> None: ...

    def close(self) -> None: ...


class EnvelopeReader:
    """Builds the tree of an envelope from pieces of its text.

    enter(header, tag): called at the first element of the body, before anything of it is kept; returns the local name
    of the member that streams, "" for none. open_content(): called at that member; returns where its text goes.
    Raises faults, as the parser for whole documents does. limit: bytes of everything but the content.
    """

    def __init__(
        self,
        enter: Callable[[Element | None, str], str],
        open_content: Callable[[], ContentSink],
        limit: int,
        charset: str | None = None,
    ) -> None:
        self._enter = enter
        self._open_content = open_content
        self._limit = limit
        self._tree: Any = etree.TreeBuilder()
        self._header: Element | None = None
        self._path: list[str] = []
        self._stream_name = ""
        self._sink: ContentSink | None = None
        self._sink_depth = 0
        self._sink_used = False
        self._content_seen = False
        self._kept = 0
        self._elements = 0
        self._namespaces = 0
        self._fed = 0
        self._started = False
        self._parser = expat.ParserCreate(check_encoding(charset), "}")
        self._parser.buffer_text = True
        self._parser.buffer_size = 64 * 1024
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartNamespaceDeclHandler = self._namespace
        self._parser.CommentHandler = self._comment
        self._parser.ProcessingInstructionHandler = self._comment
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.XmlDeclHandler = self._declaration
        self.href = ""
        """Of the xop:Include that stands for the content; "" where the content is inline."""

    def feed(self, data: bytes) -> None:
        """Takes the next piece of the document; white space may stand before it."""
        if not self._started:
            data = data.lstrip()
            self._started = bool(data)
        self._parse(data, final=False)
        self._fed += len(data)
        # A token without an end stays in expat's buffer, where no handler sees it grow.
        if self._fed - self._parser.CurrentByteIndex > self._limit + PIECE_BYTES:
            raise self._too_large()

    def close(self) -> Element:
        """Returns the root; raises a fault where the document is not complete."""
        if not self._started:
            raise client_fault("The message is empty.")
        self._parse(b"", final=True)
        root: Element = self._tree.close()
        return root

    def _parse(self, data: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(data, final)
        except (expat.ExpatError, ValueError) as error:
            raise malformed(str(error)) from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = qualified(name)
        self._check(tag, attributes)
        if self._sink is not None:
            self._include(tag, attributes)
        else:
            if len(self._path) == BODY_DEPTH and self._path[-1] == BODY and not self._stream_name:
                self._stream_name = self._enter(self._header, tag)
            element = self._tree.start(tag, {qualified(key): value for key, value in attributes.items()})
            if tag == HEADER and len(self._path) == 1 and self._header is None:
                self._header = element
        self._path.append(tag)
        if self._begins_content(tag):
            self._content_seen = True
            self._sink, self._sink_depth = self._open_content(), len(self._path)

    def _begins_content(self, tag: str) -> bool:
        """Whether the element is the member that streams: in the body, below the operation's wrapper."""
        is_member = self._stream_name != "" and tag[tag.rfind("}") + 1 :] == self._stream_name
        return (
            is_member
            and self._sink is None
            and not self._content_seen
            and len(self._path) > BODY_DEPTH + 1
            and self._path[1] == BODY
        )

    def _include(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != INCLUDE or self.href or self._sink_used or not attributes.get("href"):
            raise content_fault()
        self.href = attributes["href"]

    def _end(self, name: str) -> None:
        self._path.pop()
        if self._sink is not None:
            if len(self._path) >= self._sink_depth:
                return
            self._sink.close()
            self._sink = None
        self._tree.end(qualified(name))

    def _text(self, text: str) -> None:
        if self._sink is None:
            self._keep(len(text))
            self._tree.data(text)
        elif self.href:
            if not text.isspace():
                raise content_fault()
        else:
            self._sink_used = self._sink_used or not text.isspace()
            try:
                self._sink.write(text.encode("ascii"))
            except UnicodeEncodeError:
                raise client_fault("The content of the file is not base64.") from None

    def _check(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise client_fault(f"The message has more than {MAX_ELEMENTS} elements.")
        if len(self._path) >= MAX_DEPTH:
            raise client_fault(f"The message is nested deeper than {MAX_DEPTH} elements.")
        if len(attributes) > MAX_ATTRIBUTES:
            raise attributes_fault()
        self._keep(len(tag) + sum(len(key) + len(value) for key, value in attributes.items()))

    def _keep(self, size: int) -> None:
        self._kept += size
        if self._kept > self._limit:
            raise self._too_large()

    def _too_large(self) -> SoapFault:
        return client_fault(f"The message is larger than {self._limit} bytes without the content of its file.")

    def _namespace(self, _prefix: str | None, uri: str | None) -> None:
        self._namespaces += 1
        if self._namespaces > MAX_NAMESPACES:
            raise namespaces_fault()
        self._keep(len(uri or ""))

    def _comment(self, *text: str) -> None:
        self._keep(COMMENT_SIZE + sum(map(len, text)))

    def _doctype(self, *_: object) -> None:
        raise dtd_fault()

    def _declaration(self, version: str, encoding: str | None, _standalone: int) -> None:
        check_version(version)
        check_encoding(encoding)


def content_fault() -> SoapFault:
    return client_fault("The content of the file must be base64 text or one xop:Include.")


def qualified(name: str) -> str:
    return "{" + name if "}" in name else name
