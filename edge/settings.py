"""What the edge is told, by environment variables that begin with ORGAPI_."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from runtime.downloads import BASE_URL_OR_NONE
from runtime.settings import Settings
from runtime.tls import check_https_files

MIB = 1024 * 1024


class EdgeSettings(Settings):
    """Settings of the SOAP edge."""

    service_key: SecretStr = Field(
        SecretStr(""),
        description="Not used: the edge acts with its partners' tokens alone, and should not be given it.",
    )
    listen_host: str = Field("127.0.0.1", description="Address that the HTTP server listens on.")
    listen_port: int = Field(8080, ge=0, le=65535, description="Port of the HTTP server; 0 picks a free one.")
    https_certificate: Path | None = Field(
        None, description="PEM certificate, with its chain, to serve HTTPS with; unset: HTTP, for a proxy before it."
    )
    https_key: Path | None = Field(None, description="PEM private key of that certificate.")
    public_url: str = Field(
        "",
        pattern=BASE_URL_OR_NONE,
        description="Base URL that the WSDL and download addresses name, path included; unset: that of each request.",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Addresses or networks, comma-separated, whose X-Forwarded-Proto and -Host are believed."
    )
    policy: Literal["auto", "on", "off"] = Field(
        "auto", description="Whether the WSDL carries WS-Policy; auto: only where it is fetched over https."
    )

    auth_address: str = Field("127.0.0.1:50051", description="host:port of the auth service.")
    ingest_address: str = Field("127.0.0.1:50051", description="host:port of the ingest service (DataService).")
    read_address: str = Field("127.0.0.1:50051", description="host:port of the read service (ReadDataService).")
    files_address: str = Field("127.0.0.1:50051", description="host:port of the files service (FileService).")

    workers: int = Field(1, ge=1, description="Processes of the HTTP server; one for each core that is left for it.")
    waiting_threads: int = Field(
        64, ge=1, description="Uploads that one worker receives at once; the next one is told to come again."
    )
    computing_threads: int = Field(4, ge=1, description="Large requests that one worker parses at once.")
    max_concurrent_requests: int = Field(
        512, ge=1, description="Calls and uploads that one worker holds at once; the next one is told to come again."
    )
    rate_per_second: float = Field(
        0,
        ge=0,
        description="Requests a second that one worker takes of a credential, in the long run; 0: any number.",
    )
    rate_burst: int = Field(200, ge=1, description="Requests that a credential may have saved up of its rate.")
    drain_seconds: float = Field(10.0, gt=0, description="Longest time that calls in flight get to end at shutdown.")

    security_header: Literal["must-understand", "optional", "off"] = Field(
        "must-understand", description="The o:Security header of answers; a credential's own mode stands above it."
    )
    upload_answer: Literal["mtom", "text"] = Field("mtom", description="Encoding of the answer to a good upload.")
    credential_cache_seconds: float = Field(
        1.5, ge=0, le=2, description="How long a verified password is believed; part of the 5 seconds of a revocation."
    )
    clock_skew_seconds: float = Field(300.0, ge=0, description="How far a partner's clock may be off.")

    http_head_seconds: float = Field(
        30.0,
        ge=0.1,
        description="Longest time that a connection waits for the head of its next request, idle or not; then it ends.",
    )
    request_body_seconds: float = Field(
        30.0, gt=0, description="Longest time until the body of a SOAP request is there; uploads have their own."
    )
    call_timeout_seconds: float = Field(30.0, gt=0, description="Deadline of a call to a service.")
    auth_timeout_seconds: float = Field(5.0, gt=0, description="Deadline of the password check.")
    upload_timeout_seconds: float = Field(900.0, gt=0, description="Deadline of a whole upload.")
    upload_head_seconds: float = Field(
        15.0, gt=0, description="Longest time until an upload has told who sends it; only then it takes a thread."
    )
    upload_idle_seconds: float = Field(60.0, gt=0, description="Longest time that an upload may send nothing.")
    max_downloads: int = Field(
        256, ge=1, description="Downloads that one worker sends at once; the next one is told to come again."
    )
    download_timeout_seconds: float = Field(3600.0, gt=0, description="Longest time that a download may take.")
    download_idle_seconds: float = Field(
        60.0, gt=0, description="Longest time that a client may take for 128 KiB of a download."
    )
    max_request_bytes: int = Field(8 * MIB, ge=1024, description="Largest SOAP request; uploads have their own limit.")
    max_upload_bytes: int = Field(
        72 * MIB, ge=1024, description="Largest upload request: base64 makes 50 MiB of content into 67 MiB and more."
    )
    max_extension_upload_bytes: int = Field(
        720 * MIB, ge=1024, description="Largest upload request for an extension, whose content may have 500 MiB."
    )
    max_upload_root_bytes: int = Field(
        256 * 1024, ge=1024, description="Largest envelope of an upload, its content left out."
    )
    max_http_headers: int = Field(
        100, ge=10, le=100, description="HTTP headers of a request; more than 100 the HTTP server refuses by itself."
    )
    max_soap_headers: int = Field(64, ge=4, description="Blocks in the Header of an envelope.")
    max_depth: int = Field(
        64, ge=16, le=256, description="Elements of a request within each other, the envelope counted."
    )
    max_elements: int = Field(20_000, ge=100, description="Elements of a SOAP request; markup in a value is none.")
    max_upload_elements: int = Field(1000, ge=100, description="Elements of an upload's envelope.")
    max_element_attributes: int = Field(32, ge=8, description="Attributes of one element of a request.")
    max_attributes: int = Field(20_000, ge=100, description="Attributes of all elements of a SOAP request together.")
    max_namespaces: int = Field(1000, ge=100, description="Namespace declarations of a request.")

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def split_networks(cls, value: object) -> object:
        """Takes the comma-separated form of the environment."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("trusted_proxies")
    @classmethod
    def check_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Refuses what is no address or network."""
        for network in value:
            ip_network(network, strict=False)
        return value

    @model_validator(mode="after")
    def check_https(self) -> Self:
        """Refuses a certificate without its key, and files that HTTPS cannot be served with."""
        check_https_files(self.https_certificate, self.https_key)
        return self

    def backend_addresses(self) -> dict[str, str]:
        """Returns the address of each proto service that is offered over SOAP."""
        return {
            "organisation.v1.DataService": self.ingest_address,
            "organisation.v1.ReadDataService": self.read_address,
            "organisation.v1.FileService": self.files_address,
        }
