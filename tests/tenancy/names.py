"""What a request names: things that are there, or, in a copy of it, things that never were."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from catalogue.example_world import ExampleWorld

BEYOND = 1_000_000_000
"""Numbers of what is not there: this and the number of what is."""
TERM_ID, TERM_KEY = 600, "term-1"
"""The world's term, in which the courses of the site are."""
PROJECT_ID, PROJECT_KEY = 700, "project-1"
"""The world's project, of the school of site 3."""
SUFFIX = "-void"
GUID_PART, OTHER_PART = "-4000-8000-", "-4000-9000-"
# Sites, extensions and columns have numbers that are no secret, and may be the same as those of things.
NUMBER = re.compile(r"(<(?!Site|Extension|Column)\w*(?:Id|Assessment|AssessmentScale)>\s*)(\d+)(\s*</)")


@dataclass(frozen=True)
class Names:
    """Keys and numbers of things of the world, as requests have them."""

    keys: frozenset[str]
    numbers: frozenset[int]

    def absent(self, document: str) -> str:
        """Returns a copy of a document that names nothing which is there."""
        for key in self.keys:
            document = re.sub(rf"(?<![\w-]){re.escape(key)}(?![\w-])", key + SUFFIX, document)
        return NUMBER.sub(self._moved, document.replace(GUID_PART, OTHER_PART))

    def _moved(self, found: re.Match[str]) -> str:
        number = int(found[2])
        moved = number + BEYOND if number in self.numbers else number
        return f"{found[1]}{moved}{found[3]}"

    def absent_value(self, value: object) -> object:
        """Returns what stands in a field of a gRPC request in the place of a thing's name."""
        if isinstance(value, list):
            return [self.absent_value(one) for one in value]
        if isinstance(value, int):
            return value + BEYOND if value in self.numbers else value
        if str(value).isdigit():
            return str(int(str(value)) + BEYOND)
        return self.absent(str(value))

    def present(self, answer: str) -> str:
        """Returns an answer to the copy as it would be, were the things there: names are all that may differ."""
        back = answer.replace(SUFFIX, "").replace(OTHER_PART, GUID_PART)
        return re.sub(r"\b1\d{9}\b", lambda found: str(int(found[0]) - BEYOND), back)


def names_in(world: ExampleWorld, *, of_other_site: bool) -> Names:
    """Returns the names that mean nothing to a stranger: of another site all, in the site what organisations have."""
    belongs: list[Iterable[tuple[int, str]]] = [
        [(one.id, one.sync_key) for one in group]
        for group in (world.people, world.organisations, world.courses, world.content)
    ]
    belongs.append([(one.id, str(one.id)) for one in world.warning_letters])
    if of_other_site:
        belongs.append([(one.id, one.sync_key) for one in world.assessment_scales])
    belongs.append([(TERM_ID, TERM_KEY), (PROJECT_ID, PROJECT_KEY)])
    pairs = [pair for group in belongs for pair in group]
    keys = {key for _, key in pairs if not key.isdigit()}
    if of_other_site:
        keys |= {one.id for one in world.learning_objectives}
    return Names(frozenset(keys), frozenset(number for number, _ in pairs))
