"""Settings of the auth service."""

from pathlib import Path

from pydantic import Field, SecretStr

from runtime.settings import StoreSettings


class AuthSettings(StoreSettings):
    """What the auth service is told."""

    auth_key: SecretStr = Field(
        min_length=32,
        description="Secret of auth alone: partners' secrets are stored under it and tokens are signed with a key made "
        "from it; at least 32 characters, the same for every replica. A new one voids every partner secret.",
    )
    auth_token_seconds: int = Field(
        120, ge=10, le=3600, description="Lifetime of a partner's token; a revoked credential is refused regardless."
    )
    auth_threads: int = Field(4, ge=1, le=64, description="Threads that ask auth's database.")
    auth_denial_queue: int = Field(
        2000, ge=1, description="Most distinct denials that wait to be written; more are counted in the log."
    )
    processor_address: str = Field("127.0.0.1:50051", description="host:port of the processor service.")
    catalogue_path: Path | None = Field(None, description="Folder of message types that this deployment adds.")
    catalogue_identifiers: Path | None = Field(
        None, description="TOML file that overrides the identifiers of message types."
    )
