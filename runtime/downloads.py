"""Addresses from which a file can be fetched without a token of one's own: read signs them, files verifies them.

The key is made from the service key, so that what is signed here is good for nothing else; the edge, which has no key,
passes on what it is given.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from dataclasses import dataclass

import jwt

ISSUER = "organisation-api/download"
PATH = "files"
"""Between the edge's base URL and the token."""
BASE_URL_OR_NONE = r"^(https?://[!\"$->@-~]{1,1000})?$"
MAX_TOKEN_LENGTH = 8 * 1024


@dataclass(frozen=True, slots=True)
class Download:
    """What an address leads to: a file that content of the site uses, and the name that the content gives it."""

    file_id: str
    site_id: int
    name: str


class DownloadKey:
    """Signs and verifies addresses."""

    def __init__(self, service_key: str) -> None:
        self._key = hmac.digest(service_key.encode(), ISSUER.encode(), hashlib.sha256)

    def sign(self, download: Download, expires_at: int) -> str:
        """Returns the token of an address, which ends at that second since 1970; it is safe in a URL."""
        claims = {"f": download.file_id, "s": download.site_id, "n": download.name, "exp": expires_at, "iss": ISSUER}
        return jwt.encode(claims, self._key, algorithm="HS256")

    def verify(self, token: str) -> Download | None:
        """Returns what a token leads to; None for one that is not ours, or not any more."""
        if len(token) > MAX_TOKEN_LENGTH:
            return None
        try:
            claims = jwt.decode(
                token, self._key, algorithms=["HS256"], issuer=ISSUER, options={"require": ["exp", "iss"]}
            )
            return Download(str(claims["f"]), int(claims["s"]), str(claims["n"]))
        except (jwt.PyJWTError, KeyError, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class DownloadAddresses:
    """Makes addresses for one answer: below one base URL ("": none is known, and there are no addresses)."""

    key: DownloadKey
    base_url: str
    seconds: int

    def of(self, download: Download) -> str:
        """Returns the address of a file, "" where none can be given."""
        if not self.base_url:
            return ""
        token = self.key.sign(download, int(time.time()) + self.seconds)
        return f"{self.base_url}/{PATH}/{token}"


class DownloadSigner:
    """Makes the addresses of each call, below the base URL that its caller came by, or else the configured one."""

    def __init__(self, service_key: str, public_url: str, seconds: int) -> None:
        self._key = DownloadKey(service_key)
        self._public_url = base_url_of(public_url)
        self._seconds = seconds

    def addresses(self, came_by: str) -> DownloadAddresses:
        """Returns the addresses for a caller who came by that base URL ("": not said).

        Any caller may say what it likes: the addresses go to nobody else.
        """
        return DownloadAddresses(self._key, base_url_of(came_by) or self._public_url, self._seconds)


def base_url_of(text: str) -> str:
    """Returns a base URL without its last slash; "" for what is none."""
    return text.rstrip("/") if re.fullmatch(BASE_URL_OR_NONE, text) else ""
