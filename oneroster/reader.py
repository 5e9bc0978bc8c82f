"""Turns the cells of one file into rows, by the order that its header gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from oneroster.cells import read_cells
from oneroster.problems import Problems, RowError
from oneroster.tables import ALIASES, Row, Table, parser_of


@dataclass(frozen=True, slots=True)
class Cell:
    """Where one field of a row comes from: a place in the cells (None where the file lacks the column)."""

    name: str
    place: int | None
    parse: Callable[[str], object]
    required: bool

    def value(self, cells: Sequence[str]) -> object:
        text = cells[self.place].strip() if self.place is not None and self.place < len(cells) else ""
        if not text and self.required:
            raise RowError(f"{self.name} is missing", self.name)
        try:
            return self.parse(text)
        except RowError as error:
            raise RowError(f"{self.name}: {error}", self.name) from None


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was refused, and the key that it has."""

    sourced_id: str


def read_rows(
    table: Table[Row], stream: TextIO, problems: Problems, *, delta: bool
) -> Iterator[tuple[int, Row | Refused]]:
    """Yields the rows of a file and their lines; why a row is refused goes to `problems`.

    A file whose header lacks a required column has no rows and one problem. A header that comes again is left out.
    """
    rows = read_cells(stream, problems)
    line, header = next(rows, (0, []))
    layout = lay_out(table, header, delta=delta)
    if missing := [cell.name for cell in layout if cell.required and cell.place is None]:
        problems.add_unread(line, f"the header lacks {', '.join(missing)}; the file is not read")
        return
    width = len(header)
    for line, cells in rows:
        if cells == header:
            continue
        try:
            yield line, read_row(table, layout, cells, width)
        except RowError as error:
            key = key_of(layout[0], cells)
            (problems.add if key else problems.add_lost)(line, str(error), error.column)
            if key:
                yield line, Refused(key)


def read_row(table: Table[Row], layout: Sequence[Cell], cells: Sequence[str], width: int) -> Row:
    """Raises RowError."""
    check_cells(cells, width)
    row = table.row(*[cell.value(cells) for cell in layout])
    if table.check is not None:
        table.check(row)
    return row


def key_of(cell: Cell, cells: Sequence[str]) -> str:
    """Returns the key of a row that is refused; "" when it has none that is sound."""
    key = cells[cell.place].strip() if cell.place is not None and cell.place < len(cells) else ""
    return key if key.isprintable() else ""


def lay_out(table: Table[Row], header: Sequence[str], *, delta: bool) -> list[Cell]:
    names = [name.strip().lower() for name in header]
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(name, place)
    for name, alias in ALIASES.items():
        if name in places:
            places.setdefault(alias, places[name])
    return [
        Cell(column.name, places.get(column.name.lower()), parser_of(column, delta=delta), column.required)
        for column in table.columns
    ]


def check_cells(cells: Sequence[str], width: int) -> None:
    if len(cells) > width and any(cells[width:]):
        raise RowError(f"the row has {len(cells)} fields where the header has {width}")
    joined = "".join(cells)
    if not joined.isprintable():
        refuse_unprintable(joined)


def refuse_unprintable(joined: str) -> None:
    for character in joined:
        if "\ud800" <= character <= "\udfff":
            raise RowError("the row is not UTF-8")
        if character < " " and character not in "\t\r\n":
            raise RowError("the row holds control characters")
