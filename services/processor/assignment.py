"""Whose messages are applied, and where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Assignment(Protocol):
    """A claim of a lane, or a request of SynchronousService."""

    @property
    def credential_id(self) -> int: ...

    @property
    def site_id(self) -> int: ...

    @property
    def organisation_sync_keys(self) -> Iterable[str]: ...
