"""One running system for the whole matrix."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from catalogue.loader import load_catalogue
from tests.tenancy.soap import SoapCaller
from tests.tenancy.world import TenancyWorld

SEED = int(os.environ.get("ORGAPI_TENANCY_SEED", "20261126"))


@pytest.fixture(scope="module")
def tenancy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TenancyWorld]:
    print(f"tenancy seed: {SEED}")
    started = TenancyWorld(tmp_path_factory.mktemp("tenancy"), SEED, [kind.name for kind in load_catalogue().types])
    yield started
    started.stop()


@pytest.fixture(scope="module")
def soap(tenancy: TenancyWorld) -> Iterator[SoapCaller]:
    caller = SoapCaller(tenancy.edge)
    yield caller
    caller.close()
