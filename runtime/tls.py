"""The files of mutual TLS and of HTTPS, checked before anything starts.

gRPC reports a key that does not fit as a failure to bind, and on a client not before its first call.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path

HTTPS_CERTIFICATE, HTTPS_KEY = "ORGAPI_HTTPS_CERTIFICATE", "ORGAPI_HTTPS_KEY"
CERTIFICATE, KEY, AUTHORITY = "ORGAPI_TLS_CERTIFICATE", "ORGAPI_TLS_KEY", "ORGAPI_TLS_AUTHORITY"


def check_tls_files(certificate: Path | None, key: Path | None, authority: Path | None) -> None:
    """Raises ValueError for some of the three without the others, and for files that TLS cannot work with."""
    given = all_or_none("mutual TLS", {CERTIFICATE: certificate, KEY: key, AUTHORITY: authority})
    if not given:
        return
    context = context_of(given, CERTIFICATE, KEY)
    try:
        context.load_verify_locations(given[AUTHORITY])
    except ssl.SSLError as error:
        raise ValueError(f"{AUTHORITY} has no PEM certificates: {error}") from error


def check_https_files(certificate: Path | None, key: Path | None) -> None:
    """Raises ValueError for one without the other, and for files that HTTPS cannot be served with."""
    given = all_or_none("HTTPS", {HTTPS_CERTIFICATE: certificate, HTTPS_KEY: key})
    if given:
        context_of(given, HTTPS_CERTIFICATE, HTTPS_KEY)


def all_or_none(what: str, paths: Mapping[str, Path | None]) -> dict[str, Path]:
    """Returns the files by variable: all of them, readable, or none."""
    given = {name: path for name, path in paths.items() if path is not None}
    missing = [name for name in paths if name not in given]
    if given and missing:
        raise ValueError(f"{what} needs {' and '.join(missing)} beside {' and '.join(given)}")
    check_readable(given)
    return given


def context_of(files: Mapping[str, Path], certificate: str, key: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # Without a password of ours, OpenSSL asks the terminal for that of an encrypted key.
        context.load_cert_chain(files[certificate], files[key], password="")
    except ssl.SSLError as error:
        raise ValueError(f"{certificate} and {key} are no PEM certificate with its unencrypted key: {error}") from error
    return context


def check_readable(files: Mapping[str, Path]) -> None:
    for name, path in files.items():
        try:
            path.read_bytes()
        except OSError as error:
            raise ValueError(f"{name} cannot be read: {error}") from error
