"""Settings of the read service."""

from pydantic import Field

from runtime.downloads import BASE_URL_OR_NONE
from runtime.settings import StoreSettings


class ReadSettings(StoreSettings):
    """What the read service is told. Its database is the processor's: the content, or a replica of it."""

    processor_address: str = Field("127.0.0.1:50051", description="host:port of the processor service.")
    public_url: str = Field(
        "",
        pattern=BASE_URL_OR_NONE,
        description="Base URL of the edge, for download addresses in answers to callers of gRPC; unset: they get none. "
        "Callers over SOAP get the one that they called.",
    )
    download_seconds: int = Field(
        3600, ge=60, le=7 * 24 * 3600, description="How long a download address that a read gives can be used."
    )
    course_files_seconds: float = Field(
        1800.0, ge=0, le=1800, description="How long a list that Read.Course.Files has made is given again; 0: never."
    )
    read_connections: int = Field(8, ge=1, description="Connections to the content database that are kept open.")
