"""The headers under which a file of somebody's goes out from an origin that is ours.

It is always an attachment, never sniffed, and in a sandbox where a browser shows it all the same; kinds that could run
script are of no kind.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

MEDIA_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9][a-z0-9.+-]{0,120}")
ACTIVE_TYPE = re.compile(
    r"(text|application)/(.*[+])?(x?html|xml|xsl|xslt|x-?javascript|javascript|ecmascript)|.*[+]xml"
)
UNKNOWN_TYPE = "application/octet-stream"
SAFETY = (
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; sandbox"),
    ("Referrer-Policy", "no-referrer"),
)
ATTR_CHAR = "!#$&+-.^_`|~"
"""What stands for itself in filename*, beside letters and digits (RFC 8187)."""
NOT_IN_NAMES = re.compile(r'["%*/:<>?\\|]')
HIDDEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def safe_type(content_type: str) -> str:
    """Returns a media type that a browser runs nothing of."""
    plain = MEDIA_TYPE.fullmatch(content_type) is not None and ACTIVE_TYPE.fullmatch(content_type) is None
    return content_type if plain else UNKNOWN_TYPE


def attachment(name: str) -> str:
    """Returns the Content-Disposition (RFC 6266) for a name: as it is in filename*, and in ASCII for old clients.

    What cannot be seen (line ends, marks that turn the direction of writing) and what parts paths is replaced by "_".
    """
    visible = "".join("_" if unicodedata.category(c) in HIDDEN or c in "/\\" else c for c in name).strip()
    shown = visible.lstrip(".") or "file"
    plain = NOT_IN_NAMES.sub("_", shown.encode("ascii", "replace").decode("ascii"))
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe=ATTR_CHAR)}"
