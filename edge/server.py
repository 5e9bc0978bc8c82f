"""Runs the edge on granian: worker processes, threads, and a graceful end."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from granian.constants import HTTPModes, Interfaces, Loops, SSLProtocols
from granian.http import HTTP1Settings
from granian.server import Server

from edge.backend import Backend
from edge.descriptors import load_services
from edge.router import Router
from edge.rsgi import EdgeRsgi
from edge.settings import EdgeSettings
from runtime.logs import configure_logs
from runtime.memory import settle_memory
from runtime.ports import free_port
from runtime.scheduling import settle_scheduling
from runtime.volatile import VolatileState, VolatileStateLostError, open_volatile_state

log = structlog.get_logger()


def build_router(settings: EdgeSettings, pipes: Path) -> Router:
    """Makes what answers requests; it opens connections when it needs them, so that a fork before is harmless."""
    services = load_services()
    nonces = open_volatile_state(settings.volatile_url)
    begin_memory(nonces)
    return Router(settings, services, Backend(settings, services), nonces, pipes)


def begin_memory(nonces: VolatileState) -> None:
    """Lets a new memory of nonces begin now: the first nonce would else be older than it, and refused."""
    with contextlib.suppress(VolatileStateLostError):
        nonces.remember("edge", 1)


def serve(settings: EdgeSettings) -> None:
    """Serves until SIGTERM or SIGINT, then lets calls in flight end.

    Raises ValueError for several workers without a shared volatile state: each would have its own memory of nonces.
    """
    if settings.workers > 1 and settings.volatile_url.startswith("memory:"):
        raise ValueError("More than one worker needs ORGAPI_VOLATILE_URL to be redis://…")
    settle_scheduling(settings.cpu_scheduling)
    port = settings.listen_port or free_port(settings.listen_host)
    configure_logs(settings, "edge")
    scheme = "http" if settings.https_certificate is None else "https"
    log.info("listening", scheme=scheme, host=settings.listen_host, port=port, workers=settings.workers)

    with TemporaryDirectory(prefix="orgapi-edge-") as pipes:
        run_server(settings, port, Path(pipes))


def run_server(settings: EdgeSettings, port: int, pipes: Path) -> None:
    """Runs worker processes until they are told to stop. pipes: a folder for all of them."""

    def load(_target: str) -> Callable[..., object]:
        configure_logs(settings, "edge")
        application = EdgeRsgi(build_router(settings, pipes))
        settle_memory()
        return application.__rsgi__

    Server(
        "edge",
        address=settings.listen_host,
        port=port,
        interface=Interfaces.RSGI,
        workers=settings.workers,
        loop=Loops.uvloop,
        backlog=1024,
        log_enabled=False,
        websockets=False,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=round(settings.http_head_seconds * 1000)),
        ssl_cert=settings.https_certificate,
        ssl_key=settings.https_key,
        ssl_protocol_min=SSLProtocols.tls12,  # partners' programs are older than 1.3
        workers_kill_timeout=max(1, round(settings.drain_seconds)),
        respawn_failed_workers=True,
    ).serve(target_loader=load)
