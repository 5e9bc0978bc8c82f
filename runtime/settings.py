"""Settings that processes share. Every one is an environment variable that begins with ORGAPI_."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from runtime.scheduling import Scheduling
from runtime.tls import check_tls_files


class Settings(BaseSettings):
    """What every process of ours is told."""

    model_config = SettingsConfigDict(env_prefix="ORGAPI_", extra="ignore", frozen=True, validate_default=True)

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="json: one object a line; console: for people; auto: console in a terminal, json elsewhere."
    )
    volatile_url: str = Field(
        "memory://",
        description="Where shared volatile state lives: memory:// (one process of a kind) or redis://host:port/db.",
    )
    cpu_scheduling: Scheduling = Field(
        "batch",
        description="batch: threads of a process are not interrupted by others of it that wake (SCHED_BATCH), for more "
        "throughput; other: they are, as the system does by default.",
    )
    service_key: SecretStr = Field(
        min_length=32,
        description="Secret that all services share and sign their own tokens with; at least 32 characters.",
    )
    tls_certificate: Path | None = Field(
        None, description="PEM certificate of this process; with key and authority, mutual TLS."
    )
    tls_key: Path | None = Field(None, description="PEM private key of this process.")
    tls_authority: Path | None = Field(None, description="PEM certificates of the authority that signs our processes.")

    @model_validator(mode="after")
    def check_tls(self) -> Self:
        """Refuses half a configuration: a process without its key would talk in plain text."""
        check_tls_files(self.tls_certificate, self.tls_key, self.tls_authority)
        return self


class ServiceSettings(Settings):
    """What every gRPC service is told."""

    listen: str = Field("127.0.0.1:50051", description="host:port of the gRPC server; port 0 picks a free one.")
    auth_address: str = Field("127.0.0.1:50051", description="host:port of the auth service.")
    reflection: bool = Field(True, description="Offer gRPC reflection, so that grpcurl needs no protos.")
    drain_seconds: float = Field(10.0, gt=0, description="Longest time that calls in flight get to end at shutdown.")


class StoreSettings(ServiceSettings):
    """What a service with a database is told."""

    database_url: str = Field(description="sqlite:///PATH or postgresql://user:password@host/database.")
