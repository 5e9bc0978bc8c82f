"""The numbers of message types: one table, with lines that a deployment replaces (decision 7)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from catalogue.model import CatalogueError

LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Identifiers:
    """The number of each type by name, and further numbers with the name that each stands for."""

    numbers: dict[str, int]
    aliases: dict[int, str]

    def aliases_of(self, name: str) -> tuple[int, ...]:
        """Further numbers of a type, ascending, without its own."""
        own = self.numbers.get(name)
        return tuple(sorted(number for number, of in self.aliases.items() if of == name and number != own))


def read_identifiers(default: Path, override: Path | None) -> Identifiers:
    """Reads the default table and lays the deployment's over it, line by line; raises CatalogueError."""
    tables = [read_table(path) for path in (default, override) if path is not None]
    numbers = {name: number for table in tables for name, number in table.numbers.items()}
    aliases = {number: name for table in tables for number, name in table.aliases.items()}
    return Identifiers(numbers, aliases)


def read_table(path: Path) -> Identifiers:
    """Reads one table: [identifiers] name = number, [aliases] number = name."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        numbers = {name: checked(number) for name, number in table.get("identifiers", {}).items()}
        aliases = {checked(int(number)): str(name) for number, name in table.get("aliases", {}).items()}
    except (OSError, ValueError, AttributeError) as error:
        raise CatalogueError(f"{path}: {error}") from error
    return Identifiers(numbers, aliases)


def checked(number: object) -> int:
    """An identifier is an xs:int above 0."""
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= LARGEST:
        raise ValueError(f"{number!r} is no identifier: a whole number from 1 to {LARGEST} is needed")
    return number
