"""Asks an HTTP address whether it is ready."""

from __future__ import annotations

import http.client
import ssl
import urllib.parse
import urllib.request

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def ask(url: str, seconds: float) -> None:
    """Returns when the answer is good; raises OSError for any other, or none. The URL is one of http or https."""
    context = ssl.create_default_context()
    if urllib.parse.urlsplit(url).hostname in LOOPBACK:
        # The certificate is made out to the name that partners call, and nobody else answers here.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    try:
        urllib.request.urlopen(url, timeout=seconds, context=context).close()  # noqa: S310 (the callers check the scheme)
    except http.client.HTTPException as error:
        raise ConnectionError(f"{url} does not speak HTTP: {error!r}") from error
