"""What granian gives an RSGI application. It exports these names, and does not say so to type checkers."""

from __future__ import annotations

from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]

__all__ = ["HTTPProtocol", "Scope"]
