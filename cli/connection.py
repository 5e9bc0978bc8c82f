"""The way from a command to a running service: a channel, and the operator's identity."""

import getpass
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Annotated, Protocol, Self, TypeVar

import grpc
import typer
from pydantic import SecretStr

from cli.data_folder import DataFolder
from runtime.channels import open_blocking_channel
from runtime.settings import Settings
from runtime.tokens import InternalIdentity

TIMEOUT_SECONDS = 30
KEY_LENGTH = 32

Data = Annotated[Path | None, typer.Option("--data", help="Folder of a running `orgapi up`; else ORGAPI_ variables.")]
Actor = Annotated[
    str | None,
    typer.Option(
        "--actor", envvar="ORGAPI_ACTOR", help="Who does it, for the audit trail; the system's user if not said."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]

Q = TypeVar("Q")
A = TypeVar("A")


class Page(Protocol):
    """An answer that may be followed by more."""

    @property
    def next_page_token(self) -> str: ...


P = TypeVar("P", bound=Page)


@dataclass(frozen=True)
class Connection:
    """An open channel to one service; a context manager that closes it."""

    channel: grpc.Channel
    identity: InternalIdentity

    def ask(self, method: "grpc.UnaryUnaryMultiCallable[Q, A]", request: Q) -> A:
        """Calls a method of a stub over this channel as the operator; raises grpc.RpcError."""
        return method(request, metadata=self.identity.metadata(), timeout=TIMEOUT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.channel.close()


def connect(data: Path | None, service: str = "auth", actor: str | None = None) -> Connection:
    """Opens a channel to a service ("auth", "ingest", …), found by a data folder or by ORGAPI_ variables.

    The caller is "operator:" and the actor, or the user of the operating system. ValueError says what is missing.
    """
    address, key = embedded_place(data) if data is not None else configured_place(service)
    if len(key) < KEY_LENGTH:
        raise ValueError(f"The service key has fewer than {KEY_LENGTH} characters: it is not the running system's.")
    channel = open_blocking_channel(address, Settings(service_key=SecretStr(key)))
    return Connection(channel, InternalIdentity(f"operator:{actor or system_user()}", key))


def embedded_place(data: Path) -> tuple[str, str]:
    """Returns address and service key of the `orgapi up` that runs on a folder."""
    folder = DataFolder(data)
    if not folder.running.exists():
        raise ValueError(f"No `orgapi up` is running on {folder.path}.")
    return json.loads(folder.running.read_text())["grpc"], folder.key("service")


def configured_place(service: str) -> tuple[str, str]:
    """Returns address and service key from the environment."""
    address_name, key_name = f"ORGAPI_{service.upper()}_ADDRESS", "ORGAPI_SERVICE_KEY"
    address, key = os.environ.get(address_name, ""), os.environ.get(key_name, "")
    if not address or not key:
        raise ValueError(f"Give --data DIR of a running `orgapi up`, or set {address_name} and {key_name}.")
    return address, key


def system_user() -> str:
    """Returns the name of the operating system's user; the number of one that has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"


def pages(fetch: Callable[[str], P]) -> Iterator[P]:
    """Yields all pages of a list; fetch asks for the one at a page token."""
    token = ""
    while True:
        page = fetch(token)
        yield page
        token = page.next_page_token
        if not token:
            return
