"""`orgapi up`: everything on one machine."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Annotated

import structlog
import typer
import uvloop
from pydantic import ValidationError

from cli.data_folder import DataFolder, write_json
from cli.edge_process import EdgeDiedError, EdgeProcess
from cli.embedded import edge_settings, embedded_host
from cli.output import explain, fail
from cli.provision import provision_demo
from runtime.logs import configure_logs
from runtime.ports import free_port
from runtime.scheduling import settle_scheduling
from runtime.server import Host

log = structlog.get_logger()


def up(
    data: Annotated[Path, typer.Option("--data", help="Folder for databases, files and keys; made if absent.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the SOAP edge; 0 picks a free one.")] = 8080,
    grpc_port: Annotated[int, typer.Option(min=0, max=65535, help="Port of gRPC; 0 picks a free one.")] = 0,
    demo: Annotated[bool, typer.Option("--demo", help="Provision a demo site; writes DIR/demo.json.")] = False,
) -> None:
    """Start everything on one machine, print one JSON line when all is healthy, and run until SIGTERM."""
    folder = DataFolder(data)
    try:
        folder.prepare()
    except BlockingIOError:
        fail(f"{folder.path} is in use by another `orgapi up`; stop that one or choose another --data.")
    address = f"127.0.0.1:{grpc_port or free_port()}"
    edge_port = port or free_port()
    edge = EdgeProcess(edge_port, edge_settings(address, edge_port))
    try:
        host = embedded_host(folder, address, edge.url)
    except ValidationError as error:
        fail(explain(error))
    settle_scheduling(host.settings.cpu_scheduling)
    configure_logs(host.settings, "orgapi")
    uvloop.run(serve(folder, host, edge, address, demo=demo))


async def serve(folder: DataFolder, host: Host, edge: EdgeProcess, address: str, *, demo: bool) -> None:
    """Starts services, then the edge, says so, and ends both when told to, the edge first."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await host.start()
    try:
        edge.start()
        await asyncio.to_thread(edge.wait_until_ready)
        if demo:
            await asyncio.to_thread(provision_demo, folder, address)
        places = {"edge": edge.url, "grpc": address}
        write_json(folder.running, places)
        sys.stdout.write(json.dumps({"ready": True, **places, "data": str(folder.path)}) + "\n")
        sys.stdout.flush()
        await until_told(stopping, edge)
    except (EdgeDiedError, TimeoutError) as error:
        fail(str(error))
    finally:
        folder.running.unlink(missing_ok=True)
        await asyncio.to_thread(edge.stop)
        await host.stop()


async def until_told(stopping: asyncio.Event, edge: EdgeProcess) -> None:
    """Returns when a signal came; raises EdgeDiedError when the edge ended by itself."""
    while not stopping.is_set():
        if edge.ended():
            raise EdgeDiedError("The edge ended by itself; see its log above.")
        try:
            await asyncio.wait_for(stopping.wait(), 0.5)
        except TimeoutError:
            continue
