"""What commands print: tables in a terminal, tab-separated text in a pipe, JSON on demand; errors in one line."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn, ParamSpec, TypeVar, cast

import grpc
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

P = ParamSpec("P")
R = TypeVar("R")


def print_rows(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, as_json: bool = False, styles: Sequence[str] = ()
) -> None:
    """Prints rows of text under their columns; styles are those of rich for each column in a terminal."""
    if as_json:
        for row in rows:
            typer.echo(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False))
    elif sys.stdout.isatty():
        table = Table(header_style="bold")
        for place, column in enumerate(columns):
            table.add_column(column, style=styles[place] if styles else None)
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))  # plain text: a name may look like markup
        Console().print(table)
    else:
        typer.echo("\t".join(columns))
        for row in rows:
            typer.echo("\t".join(row))


def reported(command: Callable[P, R]) -> Callable[P, R]:
    """Turns a failed call into one line on standard error and exit status 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except grpc.RpcError as error:
            fail(describe(error))
        except ValidationError as error:
            fail(explain(error))
        except BrokenPipeError:
            raise  # whoever reads has read enough, as with `| head`: the command ends without a word
        except (OSError, ValueError) as error:
            fail(str(error))

    return run


def describe(error: grpc.RpcError) -> str:
    """Returns a failed call in a sentence that says what to do."""
    call = cast("grpc.Call", error)  # every error of a stub is both
    if call.code() == grpc.StatusCode.UNAVAILABLE:
        return "The service does not answer. Is it running? Start it with `orgapi up --data DIR`, or see --help."
    if call.code() == grpc.StatusCode.UNAUTHENTICATED:
        return "The service refuses the service key. Give --data DIR of the running system, or its ORGAPI_SERVICE_KEY."
    return call.details() or call.code().name


def explain(error: ValidationError) -> str:
    """Returns which variables are missing or wrong, a line each."""
    lines = []
    for problem in error.errors():
        names = [f"ORGAPI_{'_'.join(map(str, problem['loc'])).upper()}"] if problem["loc"] else []
        lines.append(": ".join([*names, problem["msg"].removeprefix("Value error, ")]))
    return "\n  ".join(["The settings are not complete (docs/configuration.md lists them):", *lines])


def fail(text: str) -> NoReturn:
    """Ends the command with one line on standard error and exit status 1."""
    typer.secho(f"error: {text}", fg="red", err=True)
    raise typer.Exit(1)
