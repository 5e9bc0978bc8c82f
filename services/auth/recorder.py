"""Writes what may come a moment later than the answer that it is about: denials, and the last use of secrets."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Connection, Engine, bindparam, or_, update
from sqlalchemy.exc import SQLAlchemyError

from runtime.database import writing
from services.auth import audit
from services.auth.moments import now
from services.auth.tables import secret

GATHER_SECONDS = 0.1
RETRY_SECONDS = 1.0

USED = (
    update(secret)
    .where(
        secret.c.secret_id == bindparam("id"),
        or_(secret.c.last_used_at.is_(None), secret.c.last_used_at < bindparam("at")),
    )
    .values(last_used_at=bindparam("at"))
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Denial:
    """What was denied; equal ones that come together are one entry with a count."""

    credential_id: int
    message_type: str
    site_id: int | None
    reason: str


@dataclass(slots=True)
class Batch:
    """What waits to be written."""

    denials: dict[Denial, tuple[int, int]] = field(default_factory=dict)
    """Each with the moment of the first and the count."""
    uses: dict[int, int] = field(default_factory=dict)
    """Secret -> moment."""
    lost: int = 0

    def __bool__(self) -> bool:
        return bool(self.denials or self.uses or self.lost)


class Recorder:
    """A writer thread behind a bounded memory: a flood of denials holds nobody up."""

    def __init__(self, engine: Engine, capacity: int) -> None:
        self._engine = engine
        self._capacity = capacity
        self._lock = threading.Lock()
        self._waiting = Batch()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="auth-recorder", daemon=True)

    def denied(self, denial: Denial) -> None:
        """Notes a denial; beyond the capacity it is only counted."""
        with self._lock:
            known = self._waiting.denials.get(denial)
            if known is not None:
                self._waiting.denials[denial] = (known[0], known[1] + 1)
            elif len(self._waiting.denials) < self._capacity:
                self._waiting.denials[denial] = (now(), 1)
            else:
                self._waiting.lost += 1
        self._wake.set()

    def used(self, secret_id: int, at: int) -> None:
        """Notes the use of a secret."""
        with self._lock:
            if len(self._waiting.uses) < self._capacity:
                self._waiting.uses[secret_id] = at
        self._wake.set()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Writes what waits, and ends."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()

    def is_running(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait()
            self._stopping.wait(GATHER_SECONDS)
            self._wake.clear()
            self._flush()
        self._flush()

    def _flush(self) -> None:
        batch = self._take()
        while batch and not self._write(batch):
            if self._stopping.wait(RETRY_SECONDS):
                log.error("denials lost", count=len(batch.denials))
                return

    def _take(self) -> Batch:
        with self._lock:
            taken, self._waiting = self._waiting, Batch()
        return taken

    def _write(self, batch: Batch) -> bool:
        """Returns whether the batch is on disk."""
        if batch.lost:
            log.warning("denials not recorded one by one", count=batch.lost)
            batch.lost = 0
        try:
            with writing(self._engine) as connection:
                write(connection, batch)
        except SQLAlchemyError as error:
            log.warning("denials wait for the database", count=len(batch.denials), cause=repr(error))
            return False
        return True


def write(connection: Connection, batch: Batch) -> None:
    if batch.denials:
        audit.record_denials(connection, batch.denials)
    if batch.uses:
        connection.execute(USED, [{"id": secret_id, "at": at} for secret_id, at in sorted(batch.uses.items())])
