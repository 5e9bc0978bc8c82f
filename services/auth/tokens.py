"""Partners' tokens: JSON Web Tokens signed with Ed25519, in the form that runtime.tokens verifies."""

from __future__ import annotations

import jwt

from runtime.tokens import PARTNER_ISSUER
from services.auth.keys import Keys
from services.auth.logins import Login
from services.auth.moments import SECOND


class TokenIssuer:
    """Signs tokens that live for some minutes, and never longer than their credential."""

    def __init__(self, keys: Keys, lifetime_seconds: int) -> None:
        self._keys = keys
        self._lifetime = lifetime_seconds

    def issue(self, login: Login, at: int) -> tuple[str, int]:
        """Returns a token and the moment when it ends, both in whole seconds (the latter in microseconds)."""
        started = at // SECOND
        ends = started + self._lifetime
        if login.expires_at is not None:
            ends = min(ends, login.expires_at // SECOND)
        claims: dict[str, object] = {
            "iss": PARTNER_ISSUER,
            "sub": str(login.credential_id),
            "partner": login.partner_id,
            "iat": started,
            "exp": ends,
        }
        if login.site_id is not None:
            claims["site"] = login.site_id
        headers = {"kid": self._keys.key_id}
        return jwt.encode(claims, self._keys.signing, algorithm="EdDSA", headers=headers), ends * SECOND
