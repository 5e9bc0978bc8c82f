"""Makes Spyne 2.14.0 fit today's Python; import it before spyne.

Its copy of six registers an importer without find_spec, which Python 3.11 warns of at every import that fails and
Python 3.12 no longer accepts.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import logging
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

SIX = "spyne.util.six"


class SixMovesFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds and loads what Spyne's copy of six pretends to be modules."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 (the importer's signature)
        target: ModuleType | None = None,  # noqa: ARG002 (the importer's signature)
    ) -> importlib.machinery.ModuleSpec | None:
        six = sys.modules.get(SIX)
        importer: Any = getattr(six, "_importer", None)
        if importer is not None and importer in sys.meta_path:
            sys.meta_path.remove(importer)
        if importer is not None and fullname in importer.known_modules:
            return importlib.util.spec_from_loader(fullname, self)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        module: ModuleType = sys.modules[SIX]._importer.load_module(spec.name)  # noqa: SLF001 (six has no other door)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing: load_module has run it."""


def prepare() -> None:
    """Installs the finder, once, and silences Spyne's loggers, which write bodies and passwords."""
    if not any(isinstance(finder, SixMovesFinder) for finder in sys.meta_path):
        sys.meta_path.append(SixMovesFinder())
    logging.getLogger("spyne").setLevel(logging.CRITICAL + 1)


prepare()
