"""The files of mutual TLS, checked before anything starts.

gRPC reports a key that does not fit as a failure to bind, and on a client not before its first call.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path

CERTIFICATE, KEY, AUTHORITY = "ORGAPI_TLS_CERTIFICATE", "ORGAPI_TLS_KEY", "ORGAPI_TLS_AUTHORITY"


def check_tls_files(certificate: Path | None, key: Path | None, authority: Path | None) -> None:
    """Raises ValueError for some of the three without the others, and for files that TLS cannot work with."""
    paths = {CERTIFICATE: certificate, KEY: key, AUTHORITY: authority}
    given = {name: path for name, path in paths.items() if path is not None}
    if not given:
        return
    missing = [name for name in paths if name not in given]
    if missing:
        raise ValueError(f"mutual TLS needs {' and '.join(missing)} beside {' and '.join(given)}")
    check_readable(given)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # Without a password of ours, OpenSSL asks the terminal for that of an encrypted key.
        context.load_cert_chain(given[CERTIFICATE], given[KEY], password="")
    except ssl.SSLError as error:
        raise ValueError(f"{CERTIFICATE} and {KEY} are no PEM certificate with its unencrypted key: {error}") from error
    try:
        context.load_verify_locations(given[AUTHORITY])
    except ssl.SSLError as error:
        raise ValueError(f"{AUTHORITY} has no PEM certificates: {error}") from error


def check_readable(files: Mapping[str, Path]) -> None:
    for name, path in files.items():
        try:
            path.read_bytes()
        except OSError as error:
            raise ValueError(f"{name} cannot be read: {error}") from error
