"""Executes statements of SQLAlchemy Core on the driver itself: each is compiled once, and that is all it costs after.

SQLAlchemy's own way from a statement to the driver costs several times what SQLite needs to execute it. What it does
for correctness is done here as well: values and columns go through the processors of their types, lists are expanded,
errors of the driver are SQLAlchemy's. The transaction is that of SQLAlchemy's connection.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Final, Protocol

from sqlalchemy import (
    Boolean,
    CompoundSelect,
    Connection,
    DateTime,
    Delete,
    Insert,
    Select,
    TextClause,
    TypeDecorator,
    Update,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler

MOST_PREPARED: Final = 2000
"""Statements that a connection keeps; they are made once, so there are fewer."""
MOST_LENGTHS: Final = 200
"""Lengths of lists for which a statement keeps its text."""

MOST_ROWS: Final = 64
"""Rows of an insert. Each number of rows is a statement of its own to the driver, so that they are powers of two."""
VALUES: Final = " VALUES "
ROW: Final = re.compile(r"\((\?, )*\?\)")

PREPARED: Final = "prepared"
"""Where a connection of the pool keeps them."""

Statement = Select[*tuple[Any, ...]] | CompoundSelect[Any] | Insert | Update | Delete | TextClause
Parameters = Mapping[str, Any]
Process = Callable[[Any], Any]

NO_PARAMETERS: Final[Parameters] = MappingProxyType({})


class Rows(list[Any]):
    """The rows of a result, all fetched; columns have names, as in SQLAlchemy's."""

    def one_or_none(self) -> Any:
        """Returns the only row, None where there is none; raises MultipleResultsFound."""
        if len(self) > 1:
            raise MultipleResultsFound("Multiple rows were found when one or none was required")
        return self[0] if self else None

    def one(self) -> Any:
        """Returns the only row; raises NoResultFound, MultipleResultsFound."""
        row = self.one_or_none()
        if row is None:
            raise NoResultFound("No row was found when one was required")
        return row


class Binder:
    """Makes what the driver takes of the parameters of one statement, with lists of certain lengths."""

    def __init__(
        self, names: Sequence[str], sources: Mapping[str, tuple[str, int]], compiled: SQLCompiler, dialect: Dialect
    ) -> None:
        """names: of the values, as the text has them; sources: list and place of those that were in one."""
        self._keys = None if dialect.positional else list(names)
        self._sources = [sources.get(name) for name in names]
        self._names = [source[0] if source else name for name, source in zip(names, self._sources, strict=True)]
        self._given = {name: bound.value for name, bound in compiled.binds.items() if not bound.required}
        processors = ((at, processor_of(compiled, name, dialect)) for at, name in enumerate(self._names))
        self._processors = [(at, process) for at, process in processors if process is not None]
        self._get = itemgetter(*self._names) if len(names) > 1 and not self._given and not sources else None
        self._is_plain = self._get is not None and self._keys is None and not self._processors

    def bind(self, parameters: Parameters) -> Any:
        """Returns a tuple, or a dictionary where the driver wants one."""
        if self._is_plain:
            return self._get(parameters)  # type: ignore[misc] # (is_plain says that it is there)
        values = list(self._get(parameters)) if self._get else self._values(parameters)
        for at, process in self._processors:
            values[at] = process(values[at])
        return values if self._keys is None else dict(zip(self._keys, values, strict=True))

    def _values(self, parameters: Parameters) -> list[Any]:
        given = self._given
        return [
            (parameters[name] if name in parameters else given[name]) if source is None else parameters[name][source[1]]
            for name, source in zip(self._names, self._sources, strict=True)
        ]


class Prepared:
    """A statement in a dialect's words."""

    def __init__(self, statement: Statement, dialect: Dialect, columns: Iterable[str] | None) -> None:
        """columns: those that an insert gives values."""
        bare = statement.inline() if isinstance(statement, Insert) else statement
        compiled = bare.compile(dialect=dialect, column_keys=columns)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("no statement with parameters")
        self.statement = statement
        self.remembered: Any = None
        """What its user has found out about it."""
        self._compiled = compiled
        self._dialect = dialect
        self._lists = sorted(name for name, bound in compiled.binds.items() if bound.expanding)
        self._texts: dict[tuple[int, ...], tuple[str, Binder]] = {}
        self._inserts: dict[int, str] = {}
        self._types = [one.type for one in getattr(statement, "exported_columns", ())]
        self._read: Callable[[list[Any]], Rows] | None = None

    def text(self, parameters: Parameters) -> tuple[str, Binder]:
        """Returns the statement for these parameters; only the lengths of lists count."""
        lengths = tuple([len(self._of_list(parameters, name)) for name in self._lists])
        found = self._texts.get(lengths)
        if found is None:
            if len(self._texts) >= MOST_LENGTHS:
                self._texts.clear()
            found = self._texts[lengths] = self._render(parameters)
        return found

    def _of_list(self, parameters: Parameters, name: str) -> Sequence[Any]:
        values: Any = parameters[name] if name in parameters else self._compiled.binds[name].value
        return values  # type: ignore[no-any-return]

    def _render(self, parameters: Parameters) -> tuple[str, Binder]:
        state = self._compiled.construct_expanded_state(dict(parameters), escape_names=False)
        sources = {one: (name, at) for name, many in state.parameter_expansion.items() for at, one in enumerate(many)}
        single = [name for name in self._compiled.binds if name not in state.parameter_expansion]
        names = state.positiontup if self._dialect.positional else [*single, *sources]
        return state.statement, Binder(list(names or ()), sources, self._compiled, self._dialect)

    @cached_property
    def is_of_rows(self) -> bool:
        """Whether it is an insert with nothing but a row of parameters behind VALUES."""
        row = self._compiled.string.rpartition(VALUES)[2]
        return isinstance(self.statement, Insert) and ROW.fullmatch(row) is not None

    def text_of(self, many: int) -> str:
        """Returns the insert with so many rows; it is one of rows."""
        text = self._inserts.get(many)
        if text is None:
            head, values, row = self._compiled.string.rpartition(VALUES)
            text = self._inserts[many] = head + values + ", ".join([row] * many)
        return text

    def rows(self, cursor: Any) -> Rows:
        """Fetches all rows."""
        if self._read is None:
            self._read = reader_of(cursor.description, self._types, self._dialect)
        return self._read(cursor.fetchall())


def processor_of(compiled: SQLCompiler, name: str, dialect: Dialect) -> Process | None:
    """Returns what makes the driver's value of one that is bound under a name."""
    kind = compiled.binds[name].type
    if isinstance(kind, Boolean):  # the drivers know it; SQLAlchemy would only look whether it is one
        return None
    process: Process | None = kind.dialect_impl(dialect).bind_processor(dialect)
    is_moment = isinstance(kind.impl if isinstance(kind, TypeDecorator) else kind, DateTime)
    return remembering(process) if process is not None and is_moment else process


def remembering(process: Process) -> Process:
    """Returns what does the same, but not again for the very same value: many rows are made at one moment."""
    value = made = None

    def process_anew(new: Any) -> Any:
        nonlocal value, made
        if new is not value:
            value, made = new, process(new)
        return made

    return process_anew


def reader_of(description: Sequence[Any], types: Sequence[Any], dialect: Dialect) -> Callable[[list[Any]], Rows]:
    """Returns what makes rows with names of the driver's; types: of the columns, none for a text."""
    named: Any = namedtuple("Row", [one[0] for one in description], rename=True)  # type: ignore[misc]
    make = named._make
    found = enumerate(zip(types, description, strict=True) if types else ())
    processors = [(at, kind.dialect_impl(dialect).result_processor(dialect, one[1])) for at, (kind, one) in found]
    needed = [(at, process) for at, process in processors if process is not None]

    def plain(rows: list[Any]) -> Rows:
        return Rows(map(make, rows))

    def processed(rows: list[Any]) -> Rows:
        result = Rows()
        for row in rows:
            values = list(row)
            for at, process in needed:
                values[at] = process(values[at])
            result.append(make(values))
        return result

    return processed if needed else plain


class Executor(Protocol):
    """What executes statements, be it SQLAlchemy's connection."""

    def execute(self, statement: Any, parameters: Any, /) -> Any:
        """Returns rows with names."""
        ...


class Direct:
    """Executes on the driver's own connection, within the transaction of SQLAlchemy's, which is begun if need be."""

    def __init__(self, connection: Connection) -> None:
        self.core = connection
        """For statements that are not made once."""
        self.dialect = connection.dialect
        if not connection.in_transaction():
            connection.begin()
        self._is_sqlite = self.dialect.name == "sqlite"
        driver: Any = connection.connection.driver_connection
        self._driver = driver
        self._cursor = self._driver.cursor()
        self._prepared: dict[Any, Prepared] = connection.info.setdefault(PREPARED, {})

    def execute(self, statement: Statement, parameters: Parameters | Sequence[Parameters] = NO_PARAMETERS) -> Rows:
        """Executes a statement that is made once (it is kept); for each of a list, without rows."""
        return self.run(self.prepare(statement, parameters), parameters)

    def run(self, prepared: Prepared, parameters: Parameters | Sequence[Parameters]) -> Rows:
        """Executes a statement that was prepared for such parameters."""
        if isinstance(parameters, list):
            self._run_each(prepared, parameters)
            return Rows()
        text, binder = prepared.text(parameters)  # type: ignore[arg-type]
        self._call(self._cursor.execute, text, binder.bind(parameters))  # type: ignore[arg-type]
        return Rows() if self._cursor.description is None else self._fetch(prepared)

    def _run_each(self, prepared: Prepared, parameters: Sequence[Parameters]) -> None:
        """Executes a statement for each of a list; SQLite's driver gives the interpreter away once a statement."""
        text, binder = prepared.text(parameters[0])
        rows = list(map(binder.bind, parameters))
        if not self._is_sqlite or not prepared.is_of_rows:
            self._call(self._cursor.executemany, text, rows)
            return
        at = 0
        while at < len(rows):
            many = min(MOST_ROWS, 1 << (len(rows) - at).bit_length() - 1)
            self._call(self._cursor.execute, prepared.text_of(many), list(chain.from_iterable(rows[at : at + many])))
            at += many

    def scalars(self, statement: Statement, parameters: Parameters = NO_PARAMETERS) -> list[Any]:
        """Returns the first column."""
        return [row[0] for row in self.execute(statement, parameters)]

    def scalar(self, statement: Statement, parameters: Parameters = NO_PARAMETERS) -> Any:
        """Returns the first column of the first row; None without rows."""
        rows = self.execute(statement, parameters)
        return rows[0][0] if rows else None

    def say(self, text: str) -> None:
        """Executes a text without parameters and rows."""
        self._call(self._cursor.execute, text)

    def prepare(self, statement: Statement, parameters: Parameters | Sequence[Parameters]) -> Prepared:
        """Returns the statement in the dialect's words; an insert is one for each set of columns."""
        columns = None
        if isinstance(statement, Insert):
            columns = tuple(parameters[0] if isinstance(parameters, list) else parameters)
        key = (statement, columns)
        found = self._prepared.get(key)
        if found is None:
            if len(self._prepared) >= MOST_PREPARED:
                self._prepared.clear()
            found = self._prepared[key] = Prepared(statement, self.dialect, columns)
        return found

    def _fetch(self, prepared: Prepared) -> Rows:
        try:
            return prepared.rows(self._cursor)
        except self.dialect.loaded_dbapi.Error as error:
            raise self._error(error, "fetch", None) from error

    def _call(self, execute: Callable[..., Any], text: str, *parameters: Any) -> None:
        try:
            execute(text, *parameters)
        except self.dialect.loaded_dbapi.Error as error:
            raise self._error(error, text, *parameters) from error

    def _error(self, error: Any, text: str, parameters: Any = None) -> BaseException:
        """Returns SQLAlchemy's error for the driver's; a connection that is lost does not go back to the pool."""
        lost = self.dialect.is_disconnect(error, self._driver, self._cursor)
        if lost:
            self.core.invalidate(error)
        base = self.dialect.loaded_dbapi.Error
        made: BaseException = DBAPIError.instance(
            text, parameters, error, base, connection_invalidated=lost, dialect=self.dialect
        )
        return made
