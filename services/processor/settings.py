"""Settings of the processor service."""

from pathlib import Path

from pydantic import Field

from runtime.settings import StoreSettings


class ProcessorSettings(StoreSettings):
    """What the processor service is told."""

    ingest_address: str = Field("127.0.0.1:50051", description="host:port of the ingest service.")
    files_address: str = Field("127.0.0.1:50051", description="host:port of the files service.")
    catalogue_path: Path | None = Field(None, description="Folder of message types that this deployment adds.")
    catalogue_identifiers: Path | None = Field(
        None, description="TOML file that overrides the identifiers of message types."
    )
    processor_workers: int = Field(
        0, ge=0, le=64, description="Threads that apply messages, a lane each; 0: one on SQLite, two on PostgreSQL."
    )
    processor_batch_messages: int = Field(200, ge=1, le=1000, description="Most messages that share one commit.")
    processor_turn_milliseconds: int = Field(
        100,
        ge=1,
        description="Longest time that a turn spends on reading messages, again on fetching what they name, and again "
        "on applying, but for one message.",
    )
    processor_lease_seconds: int = Field(
        30, ge=2, description="Time for which a lane is claimed; prolonged while packages are read."
    )
    processor_wait_milliseconds: int = Field(
        1000, ge=0, le=30_000, description="Time that a claim waits for work; a stop may take as long."
    )
    processor_retries: int = Field(
        20,
        ge=1,
        description="Failures of a passing kind (a deadlock, a deadline) after which a message ends in Errors.",
    )
