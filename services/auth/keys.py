"""Keys made from the one setting `auth_key` (HKDF-SHA256): nothing secret is in the database, and replicas agree."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

DIGEST_BYTES = 32


class Keys:
    """The signing key of tokens and the digest of partner secrets (decisions 11 and 12)."""

    def __init__(self, auth_key: str) -> None:
        self.signing = Ed25519PrivateKey.from_private_bytes(derive(auth_key, "token-signing"))
        self.public = self.signing.public_key().public_bytes_raw()
        self.key_id = hashlib.sha256(self.public).hexdigest()[:16]
        self._digest_key = derive(auth_key, "partner-secrets")

    def digest(self, credential_id: int, secret: str) -> bytes:
        """Returns the 32 bytes that are stored of a secret; they fit no other credential."""
        return hmac.digest(self._digest_key, f"{credential_id}:{secret}".encode(), "sha256")


def derive(auth_key: str, purpose: str) -> bytes:
    """Returns 32 bytes for one purpose."""
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"organisation-api/auth/{purpose}".encode())
    return kdf.derive(auth_key.encode())
