"""Settings of the read service."""

from pydantic import Field

from runtime.settings import StoreSettings


class ReadSettings(StoreSettings):
    """What the read service is told. Its database is the processor's: the content, or a replica of it."""

    processor_address: str = Field("127.0.0.1:50051", description="host:port of the processor service.")
    read_connections: int = Field(8, ge=1, description="Connections to the content database that are kept open.")
