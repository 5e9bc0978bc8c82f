"""The part of the matrix that needs nothing but wheels."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.compat.sent import losses, message_for
from tests.compat.suds.client import run as suds
from tests.compat.toolkits import CELLS
from tests.compat.zeep.client import run as zeep
from tests.support.embedded import EmbeddedSystem

Program = Callable[[str, str, str, str], dict[str, str]]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedSystem]:
    running = EmbeddedSystem(tmp_path_factory.mktemp("system"), "--demo", env={"ORGAPI_UPLOAD_ANSWER": "text"})
    running.start()
    yield running
    assert running.stop() == 0


@pytest.mark.parametrize("program", [zeep, suds], ids=["zeep", "suds-community"])
def test_a_program_written_for_the_toolkit_passes_in_every_cell(
    program: Program, system: EmbeddedSystem, request: pytest.FixtureRequest
) -> None:
    name = request.node.name
    document = message_for(name, system)
    cells = program(system.ready["edge"], system.demo["username"], system.demo["password"], document)
    assert cells == dict.fromkeys(CELLS, "pass")
    assert losses(name, document, system) == {}
