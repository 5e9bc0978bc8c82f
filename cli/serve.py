"""`orgapi serve`: one service alone, told everything by environment variables."""

import enum
import runpy
from typing import Annotated

import typer
from pydantic import ValidationError

from cli.output import explain, fail


class ServiceName(enum.StrEnum):
    """What can be served alone."""

    AUTH = "auth"
    INGEST = "ingest"
    READ = "read"
    FILES = "files"
    PROCESSOR = "processor"
    EDGE = "edge"


def serve(name: Annotated[ServiceName, typer.Argument(help="The service.")]) -> None:
    """Start one service, configured by ORGAPI_* variables alone (docs/configuration.md lists them)."""
    module = "edge" if name is ServiceName.EDGE else f"services.{name.value}"
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except ValidationError as error:
        fail(explain(error))
    except ValueError as error:
        fail(str(error))
