"""What the processor applies messages with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from services.processor.handler import Route
from services.processor.kept_files import KeptFiles
from services.processor.peers import Files, Lanes, Vendors
from services.processor.settings import ProcessorSettings


@dataclass(frozen=True)
class Tools:
    """What every turn needs."""

    settings: ProcessorSettings
    engine: Engine
    routes: Mapping[str, Route]
    extensions: Mapping[int, str]
    lanes: Lanes
    files: Files
    vendors: Vendors
    kept: KeptFiles
