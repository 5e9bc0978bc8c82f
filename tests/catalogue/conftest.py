from __future__ import annotations

import pytest

from catalogue.gate import Gate
from catalogue.loader import load_catalogue
from catalogue.model import Catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def gate(catalogue: Catalogue) -> Gate:
    return Gate(catalogue)
