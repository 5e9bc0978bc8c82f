"""The way into a process of ours: settings from the environment, logs, one host, until it is told to stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import uvloop

from runtime.logs import configure_logs
from runtime.scheduling import settle_scheduling
from runtime.server import Host, Service
from runtime.settings import ServiceSettings

S = TypeVar("S", bound=ServiceSettings)


def run_service(settings_class: type[S], build: Callable[[S], Service]) -> None:
    """Runs one service alone, configured by environment variables."""
    settings = settings_class()
    settle_scheduling(settings.cpu_scheduling)
    service = build(settings)
    configure_logs(settings, service.name)
    uvloop.run(Host(settings, [service]).run())
