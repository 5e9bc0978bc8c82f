"""How long the fuzzers run, and what they say about it."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.edge.attacks.conftest import attacked as attacked  # noqa: PLC0414 (a fixture that these tests take, too)
from tests.edge.fuzz.tally import TALLIES

EXAMPLES = int(os.environ.get("ORGAPI_FUZZ_EXAMPLES", "0"))
QUICK_EXAMPLES = 30

settings.register_profile(
    "fuzz",
    max_examples=EXAMPLES or QUICK_EXAMPLES,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    print_blob=True,
)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if EXAMPLES:
        terminalreporter.section("fuzzers")
        for tally in TALLIES.values():
            terminalreporter.write_line(tally.line())
