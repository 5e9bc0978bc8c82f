"""Channels to our other services: plain, or mutual TLS where certificates are configured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import grpc
from organisation.v1 import access_service_pb2, access_service_pb2_grpc

from runtime.settings import Settings
from runtime.tokens import KeySource

MAX_MESSAGE_BYTES = 40 * 1024 * 1024
OPTIONS: tuple[tuple[str, int], ...] = (
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
)


# A connection that no other channel of the process shares.
ALONE: tuple[tuple[str, int], ...] = (("grpc.use_local_subchannel_pool", 1),)
# Streams whose reader may be slow: what is on its way for each is little, however fast the network is.
SLOW_STREAMS: tuple[tuple[str, int], ...] = (
    *ALONE,
    ("grpc.http2.bdp_probe", 0),
    ("grpc.http2.lookahead_bytes", 128 * 1024),
)


def open_channel(address: str, settings: Settings, more: Sequence[tuple[str, int]] = ()) -> grpc.aio.Channel:
    """Opens an asyncio channel to host:port; more: options, such as ALONE."""
    credentials = channel_credentials(settings)
    options = (*OPTIONS, *more)
    if credentials is None:
        return grpc.aio.insecure_channel(address, options=options)
    return grpc.aio.secure_channel(address, credentials, options=options)


def open_blocking_channel(address: str, settings: Settings) -> grpc.Channel:
    """Opens a channel for threads to host:port. Call it after a fork, never before."""
    credentials = channel_credentials(settings)
    if credentials is None:
        return grpc.insecure_channel(address, options=OPTIONS)
    return grpc.secure_channel(address, credentials, options=OPTIONS)


def channel_credentials(settings: Settings) -> grpc.ChannelCredentials | None:
    """Returns the client's side of mutual TLS, or None where no certificates are configured."""
    if not (settings.tls_certificate and settings.tls_key and settings.tls_authority):
        return None
    return grpc.ssl_channel_credentials(
        settings.tls_authority.read_bytes(), settings.tls_key.read_bytes(), settings.tls_certificate.read_bytes()
    )


def server_credentials(settings: Settings) -> grpc.ServerCredentials | None:
    """Returns the server's side of mutual TLS, or None where no certificates are configured."""
    if not (settings.tls_certificate and settings.tls_key and settings.tls_authority):
        return None
    pair = (settings.tls_key.read_bytes(), settings.tls_certificate.read_bytes())
    return grpc.ssl_server_credentials([pair], settings.tls_authority.read_bytes(), require_client_auth=True)


def signing_keys_of(channel: grpc.aio.Channel) -> KeySource:
    """Returns the source of auth's public keys, over its channel."""
    stub = access_service_pb2_grpc.AccessServiceStub(channel)

    async def fetch() -> Mapping[str, bytes]:
        answer = await stub.GetSigningKeys(access_service_pb2.GetSigningKeysRequest(), timeout=5)
        return {key.key_id: key.public_key for key in answer.keys}

    return fetch
