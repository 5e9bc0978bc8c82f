"""The message types as commands name them: by dotted name or number, from the catalogue of the deployment."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated

import typer

from catalogue.loader import load_catalogue
from catalogue.model import Catalogue, CatalogueError, MessageType

Added = Annotated[
    Path | None,
    typer.Option("--catalogue", envvar="ORGAPI_CATALOGUE_PATH", help="Folder of types that the deployment adds."),
]
Numbers = Annotated[
    Path | None,
    typer.Option(
        "--identifiers", envvar="ORGAPI_CATALOGUE_IDENTIFIERS", help="TOML file with the deployment's own numbers."
    ),
]


def open_catalogue(added: Path | None, numbers: Path | None) -> Catalogue:
    """Returns the catalogue as the services load it; raises ValueError."""
    try:
        return load_catalogue(added, numbers)
    except CatalogueError as error:
        raise ValueError(str(error)) from error


def find_type(catalogue: Catalogue, asked: str) -> MessageType:
    """Returns the type of a dotted name or number; raises BadParameter, with the names that are near."""
    found = catalogue.by_identifier(int(asked)) if asked.isdecimal() else catalogue.by_name(asked)
    if found is not None:
        return found
    names = {one.name.lower(): one.name for one in catalogue.types}
    near = [names[name] for name in difflib.get_close_matches(asked.lower(), names, cutoff=0.5)]
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise typer.BadParameter(f"There is no message type {asked!r}.{hint} `orgapi types list` shows all.")
