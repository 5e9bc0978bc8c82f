"""Decides who sends a request, before anything of its body is read (decisions: step 1)."""

from __future__ import annotations

import asyncio
import hashlib
import time
from datetime import UTC, datetime, timedelta
from typing import Literal

import grpc
import structlog
from organisation.v1.access_service_pb2 import (
    SECURITY_HEADER_MODE_MUST_UNDERSTAND,
    SECURITY_HEADER_MODE_OFF,
    SECURITY_HEADER_MODE_OPTIONAL,
    SECURITY_HEADER_MODE_UNSPECIFIED,
    SecurityHeaderMode,
)

from edge.call import Call
from edge.credentials import Credentials, VerifiedCaller
from edge.elements import Element
from edge.faults import busy_fault, security_fault
from edge.rates import Rates
from edge.statuses import fault_of
from edge.wsse import FRESHNESS, SecurityError, UsernameToken, answer_header, read_token
from runtime.errors import BUSY_TEXT
from runtime.volatile import VolatileState, VolatileStateLostError

REFUSALS = {grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.PERMISSION_DENIED}
DEPLOYMENT_MODES: dict[str, SecurityHeaderMode.ValueType] = {
    "must-understand": SECURITY_HEADER_MODE_MUST_UNDERSTAND,
    "optional": SECURITY_HEADER_MODE_OPTIONAL,
    "off": SECURITY_HEADER_MODE_OFF,
}

log = structlog.get_logger()


class Security:
    """WS-Security of requests and of their answers."""

    def __init__(
        self,
        credentials: Credentials,
        nonces: VolatileState,
        skew: timedelta,
        header: Literal["must-understand", "optional", "off"],
        rates: Rates,
    ) -> None:
        self._credentials = credentials
        self._nonces = nonces
        self._skew = skew
        self._mode = DEPLOYMENT_MODES[header]
        self._rates = rates

    async def verify(self, call: Call, header: Element | None) -> None:
        """Sets the call's token and caller; raises the one security fault, or the one of an overload.

        Who calls too fast hears of it before the nonce is remembered, so that the same request may come again.
        """
        try:
            token = read_token(header, datetime.now(UTC), self._skew)
            caller = self._credentials.known(token) or await self._caller(token, call.request_id)
            if wait := self._rates.wait_of(caller.credential_id):
                raise busy_fault(BUSY_TEXT, wait)
            if token.nonce and token.created:
                await self._refuse_replay(token)
        except SecurityError as error:
            log.info("security refused", request_id=call.request_id, cause=str(error))
            raise security_fault() from None
        call.token, call.caller = token, caller

    async def renew(self, call: Call) -> None:
        """Asks auth again for a call whose token a service refused."""
        if call.token is None:
            raise security_fault()
        self._credentials.forget(call.token)
        try:
            call.caller = await self._caller(call.token, call.request_id)
        except SecurityError:
            raise security_fault() from None

    def answer_header(self, caller: VerifiedCaller | None) -> str:
        """Returns the s:Header of an answer; "" for callers that are not known and where it is off."""
        if caller is None:
            return ""
        own = caller.security_header_mode
        mode = self._mode if own == SECURITY_HEADER_MODE_UNSPECIFIED else own
        if mode == SECURITY_HEADER_MODE_OFF:
            return ""
        must_understand = mode == SECURITY_HEADER_MODE_MUST_UNDERSTAND
        return answer_header(time.time(), must_understand=must_understand)

    async def _caller(self, token: UsernameToken, request_id: str) -> VerifiedCaller:
        try:
            return await self._credentials.verify(token, request_id)
        except grpc.RpcError as error:
            if error.code() in REFUSALS:
                raise SecurityError("auth refuses the user name and password") from None
            raise fault_of(error) from None

    async def _refuse_replay(self, token: UsernameToken) -> None:
        """Remembers a nonce once the password was right, so that guesses cannot fill the memory; fails closed."""
        key = "\0".join((token.username, token.nonce, token.created))
        seconds = (FRESHNESS + 2 * self._skew).total_seconds()
        digest = hashlib.sha256(key.encode()).hexdigest()
        try:
            is_new = await self._remember(f"nonce:{digest}", seconds, token.created_at.timestamp())
        except VolatileStateLostError:
            raise SecurityError("the memory of nonces does not answer") from None
        if not is_new:
            raise SecurityError("the nonce was used before")

    async def _remember(self, key: str, seconds: float, made_at: float) -> bool:
        if self._nonces.is_remote:
            return await asyncio.to_thread(self._nonces.remember, key, seconds, made_at)
        return self._nonces.remember(key, seconds, made_at)
