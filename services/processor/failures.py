"""Tells failures that pass from those that stay."""

from __future__ import annotations

import errno
from collections.abc import Callable

import grpc
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from lms.unit_of_work import FlushError

# Class of an SQLSTATE: connection, transaction rollback (deadlock, serialisation), resources (disk full), object in
# use, operator intervention (shutdown, cancel), system error.
PASSING_SQLSTATES = ("08", "40", "53", "55", "57", "58")
# SQLITE_BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL.
PASSING_SQLITE = {5, 6, 7, 8, 9, 10, 13, 14, 15}
PASSING_OS = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
LASTING_GRPC = {grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.OUT_OF_RANGE}


def is_passing(error: BaseException) -> bool:
    """Whether the same may go well later: a deadlock, a full disk, a lost connection, a peer that is away."""
    if isinstance(error, FlushError):
        return error.__cause__ is not None and is_passing(error.__cause__)
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or is_passing_database(error.orig)
    if isinstance(error, grpc.RpcError):
        return code_of(error) not in LASTING_GRPC
    return isinstance(error, PoolTimeoutError) or (isinstance(error, OSError) and error.errno in PASSING_OS)


def is_passing_database(error: BaseException | None) -> bool:
    """Whether a driver's error is of a passing kind."""
    number = getattr(error, "sqlite_errorcode", None)
    if number is not None:
        return number & 0xFF in PASSING_SQLITE
    state = getattr(error, "sqlstate", None)
    if state is not None:
        return str(state).startswith(PASSING_SQLSTATES)
    return type(error).__name__ in ("OperationalError", "InterfaceError")


def is_peer_away(error: BaseException) -> bool:
    """Whether a peer cannot be reached: no fault of the message that needed it, so it is not counted."""
    return isinstance(error, grpc.RpcError) and code_of(error) == grpc.StatusCode.UNAVAILABLE


def code_of(error: grpc.RpcError) -> grpc.StatusCode:
    code: Callable[[], grpc.StatusCode] | None = getattr(error, "code", None)
    return grpc.StatusCode.UNKNOWN if code is None else code()
