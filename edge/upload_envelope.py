"""Reads the envelope of an upload as it arrives: the content flows off to one side, the rest becomes a small tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol
from xml.parsers import expat

from lxml import etree

from edge.documents import BODY, HEADER, check_encoding, check_version
from edge.elements import Element
from edge.faults import SoapFault, client_fault, dtd_fault, malformed
from edge.limits import Limits
from edge.namespaces import XOP

INCLUDE = f"{{{XOP}}}Include"
BODY_DEPTH = 2
PIECE_BYTES = 32 * 1024
LONGEST_TOKEN = 64 * 1024
"""Of a tag, comment or processing instruction: expat keeps one that has no end, and reads it anew with each piece."""
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
    Raises faults, as the reader of whole documents does.
    """

    def __init__(
        self,
        enter: Callable[[Element | None, str], str],
        open_content: Callable[[], ContentSink],
        limits: Limits,
        charset: str | None = None,
    ) -> None:
        self._enter = enter
        self._open_content = open_content
        self._limits = limits
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
        left = memoryview(data)
        while left:
            piece = left[:PIECE_BYTES] if self._sink is None else left
            left = left[len(piece) :]
            self._parse(piece, final=False)
            self._fed += len(piece)
            if self._fed - self._parser.CurrentByteIndex > LONGEST_TOKEN + len(piece):
                raise client_fault(f"A tag or comment of the message is longer than {LONGEST_TOKEN} bytes.")

    def close(self) -> Element:
        """Returns the root; raises a fault where the document is not complete."""
        if not self._started:
            raise client_fault("The message is empty.")
        self._parse(b"", final=True)
        root: Element = self._tree.close()
        return root

    def _parse(self, data: bytes | memoryview, *, final: bool) -> None:
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
                self._limits.check_headers(self._header)
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
        limits = self._limits
        self._elements += 1
        if self._elements > limits.upload_elements:
            raise limits.too_many_upload_elements()
        if len(self._path) >= limits.depth:
            raise limits.too_deep()
        if len(attributes) > limits.element_attributes:
            raise limits.too_many_element_attributes()
        self._keep(len(tag) + sum(len(key) + len(value) for key, value in attributes.items()))

    def _keep(self, size: int) -> None:
        self._kept += size
        if self._kept > self._limits.upload_root_bytes:
            raise self._limits.upload_root_too_large()

    def _namespace(self, _prefix: str | None, uri: str | None) -> None:
        self._namespaces += 1
        if self._namespaces > self._limits.namespaces:
            raise self._limits.too_many_namespaces()
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
