"""Reads example_world.toml: the site, and all on it that the examples speak of."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from catalogue.flatten import LIBRARY


@dataclass(frozen=True)
class ExamplePerson:
    """A person of the site."""

    id: int
    sync_key: str
    name: str
    role: str


@dataclass(frozen=True)
class ExampleOrganisation:
    """An organisation of the site; kind as in a roster."""

    id: int
    sync_key: str
    title: str
    kind: str


@dataclass(frozen=True)
class ExampleCourse:
    """A course of the site."""

    id: int
    sync_key: str
    title: str


@dataclass(frozen=True)
class ExampleLetter:
    """A warning letter about the first of the people, in no course."""

    id: int
    title: str
    status: str


@dataclass(frozen=True)
class ExampleScale:
    """An assessment scale of the site, with the titles of its grades."""

    id: int
    sync_key: str
    title: str
    grades: list[str]


@dataclass(frozen=True)
class ExampleObjective:
    """A learning objective of the site's repository."""

    id: str
    title: str


@dataclass(frozen=True)
class ExampleFile:
    """An uploaded file; sample is a path below samples/ of the source tree."""

    id: str
    name: str
    sample: str


@dataclass(frozen=True)
class ExampleContent:
    """What a message of `type` makes: row `id` of a table of the content store."""

    table: str
    id: int
    sync_key: str
    what: str
    type: str
    message: str


@dataclass(frozen=True)
class ExampleWorld:
    """All of it."""

    site_id: int
    vendor_id: str
    people: tuple[ExamplePerson, ...]
    organisations: tuple[ExampleOrganisation, ...]
    courses: tuple[ExampleCourse, ...]
    warning_letters: tuple[ExampleLetter, ...]
    assessment_scales: tuple[ExampleScale, ...]
    learning_objectives: tuple[ExampleObjective, ...]
    files: tuple[ExampleFile, ...]
    content: tuple[ExampleContent, ...]


def read_example_world() -> ExampleWorld:
    """Returns the world of the examples."""
    table = tomllib.loads((LIBRARY / "example_world.toml").read_text(encoding="utf-8"))
    return ExampleWorld(
        site_id=table["site_id"],
        vendor_id=table["vendor_id"],
        people=tuple(ExamplePerson(**one) for one in table["people"]),
        organisations=tuple(ExampleOrganisation(**one) for one in table["organisations"]),
        courses=tuple(ExampleCourse(**one) for one in table["courses"]),
        warning_letters=tuple(ExampleLetter(**one) for one in table["warning_letters"]),
        assessment_scales=tuple(ExampleScale(**one) for one in table["assessment_scales"]),
        learning_objectives=tuple(ExampleObjective(**one) for one in table["learning_objectives"]),
        files=tuple(ExampleFile(**one) for one in table["files"]),
        content=tuple(ExampleContent(**one) for one in table["content"]),
    )
