"""Settings of the files service."""

from pydantic import Field

from runtime.settings import StoreSettings


class FilesSettings(StoreSettings):
    """What the files service is told."""

    processor_address: str = Field("127.0.0.1:50051", description="host:port of the processor service.")
    files_store_url: str = Field(
        description="Where the bytes lie: file:///FOLDER, on a file system with hard links and locks."
    )
    files_max_bytes: int = Field(50 * 1024 * 1024, gt=0, description="Largest file that a partner may upload.")
    files_extension_max_bytes: int = Field(
        500 * 1024 * 1024, gt=0, description="Largest file that a partner may upload for an extension."
    )
    files_keep_days: float = Field(
        14.0, gt=0, description="Days that a file is kept from its last byte while no content uses it."
    )
    files_sweep_seconds: float = Field(60.0, gt=0, description="Pause between two looks for what has expired.")
    files_settle_seconds: float = Field(
        3600.0, gt=0, description="Age at which an unconfirmed reservation is asked about at the processor."
    )
    files_threads: int = Field(8, ge=1, description="Threads that read, write and hash files.")
