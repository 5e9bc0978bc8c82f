"""What the pages of the manual say."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cached_property

from catalogue.examples import Example, examples_of
from catalogue.loader import paragraphs_of
from catalogue.model import MessageType
from catalogue.outline import Part, outline_of
from catalogue.read_back import ReadBack, read_back_of
from catalogue.violation import REJECTED
from manual.texts import Said
from manual.values import CLOSE, OPEN


@dataclass(frozen=True)
class TypePage:
    """The page of a message type. said: what messages of it are answered with; none for a read."""

    kind: MessageType
    said: tuple[Said, ...]

    @property
    def title(self) -> str:
        return self.kind.name

    @property
    def url(self) -> str:
        return f"types/{self.kind.name}.html"

    @property
    def summary(self) -> str:
        return self.kind.summary

    @property
    def paragraphs(self) -> list[str]:
        """What the type is for, the summary first."""
        return paragraphs_of(self.kind.schema)

    @cached_property
    def parts(self) -> list[tuple[int, Part]]:
        """Elements and attributes of a message, each with its depth."""
        return list(outline_of(self.kind.schema).walk())

    @cached_property
    def examples(self) -> list[Example]:
        return examples_of(self.kind.folder)

    @property
    def errors(self) -> list[tuple[str, list[str]]]:
        """Texts of errors by what they are about, in the order in which they are said."""
        errors = (one for one in self.said if one.kind == "Error")
        groups = itertools.groupby(errors, key=lambda one: one.step)
        return [(step.name.capitalize(), [one.text for one in group]) for step, group in groups]

    @property
    def read_back(self) -> ReadBack | None:
        """What reads show of a message; None for a read, and for a type that a deployment adds."""
        return read_back_of(self.kind.name)

    def texts(self, kind: str) -> list[str]:
        """Texts of one kind, each once."""
        return list(dict.fromkeys(one.text for one in self.said if one.kind == kind))

    @property
    def searched(self) -> str:
        """What the search looks at."""
        words = self.paragraphs
        for _, part in self.parts:
            words += [part.name, part.documentation]
            words += part.value.values if part.value is not None else ()
        words += [plain(one.text) for one in self.said]
        if self.said:
            words.append(REJECTED)
        return " ".join(dict.fromkeys(words))


@dataclass(frozen=True)
class GuidePage:
    """A page of docs/. body is HTML."""

    title: str
    url: str
    body: str

    @property
    def summary(self) -> str:
        return ""

    @property
    def searched(self) -> str:
        return " ".join(re.sub(r"<[^>]*>", " ", self.body).split())


def plain(text: str) -> str:
    """A text without the marks around what comes with a message."""
    return text.replace(OPEN, "").replace(CLOSE, "")
