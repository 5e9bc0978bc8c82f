"""Settings of the ingest service."""

from pathlib import Path

from pydantic import Field

from runtime.settings import StoreSettings


class IngestSettings(StoreSettings):
    """What the ingest service is told."""

    processor_address: str = Field("127.0.0.1:50051", description="host:port of the processor service.")
    catalogue_path: Path | None = Field(None, description="Folder of message types that this deployment adds.")
    catalogue_identifiers: Path | None = Field(
        None, description="TOML file that overrides the identifiers of message types."
    )
    ingest_queue_messages: int = Field(
        10_000, ge=1, description="Most messages that wait to be written; one more is refused as busy."
    )
    ingest_queue_bytes: int = Field(
        128 * 1024 * 1024, ge=4 * 1024 * 1024, description="Most bytes of messages that wait to be written."
    )
    ingest_batch_messages: int = Field(512, ge=1, le=10_000, description="Most messages that share one commit.")
    ingest_batch_bytes: int = Field(
        4 * 1024 * 1024, ge=64 * 1024, description="Most bytes of messages that share one commit."
    )
    ingest_waiters: int = Field(500, ge=1, description="Most calls of WaitForMessage at once; one more is refused.")
