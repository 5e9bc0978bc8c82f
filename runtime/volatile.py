"""Shared volatile state: its loss at any instant costs speed alone, but for the replay check, which fails closed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

SWEEP_AT = 50_000
PREFIX = "orgapi:"


class VolatileStateLostError(Exception):
    """The state cannot be asked just now; a replay check must then refuse."""


class VolatileState(Protocol):
    """The port: a memory of keys that have been seen, and wake-ups between processes."""

    is_remote: bool
    """Whether asking it means waiting for another process."""

    def remember(self, key: str, seconds: float, made_at: float | None = None) -> bool:
        """Returns True when the key is new, and remembers it; atomic over all processes that share the state.

        made_at (seconds since 1970): a key made before this memory began is not called new, since it may have been
        seen by a memory that was lost. Raises VolatileStateLostError.
        """
        ...

    def publish(self, topic: str) -> None:
        """Wakes whoever listens to the topic; best effort, never raises."""
        ...

    def listen(self, topic: str, wake: Callable[[], None]) -> Callable[[], None]:
        """Calls wake, on a thread of its own or the publisher's, at each publish; returns what ends it."""
        ...

    def close(self) -> None:
        """Lets go of connections and threads."""
        ...


def open_volatile_state(url: str) -> VolatileState:
    """Opens the state by memory:// or redis://host:port/db."""
    if url == "memory://":
        return InProcessState()
    return RedisState(url)


class InProcessState:
    """For one process of a kind."""

    is_remote = False

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._born = time.time()
        self._seen: dict[str, float] = {}
        self._listeners: dict[str, list[Callable[[], None]]] = {}

    def remember(self, key: str, seconds: float, made_at: float | None = None) -> bool:
        now = time.time()
        with self._lock:
            if made_at is not None and made_at < self._born:
                return False
            if self._seen.get(key, 0.0) > now:
                return False
            if len(self._seen) >= SWEEP_AT:
                self._seen = {known: until for known, until in self._seen.items() if until > now}
            self._seen[key] = now + seconds
            return True

    def publish(self, topic: str) -> None:
        with self._lock:
            listeners = list(self._listeners.get(topic, ()))
        for wake in listeners:
            wake()

    def listen(self, topic: str, wake: Callable[[], None]) -> Callable[[], None]:
        with self._lock:
            self._listeners.setdefault(topic, []).append(wake)

        def end() -> None:
            with self._lock:
                self._listeners[topic].remove(wake)

        return end

    def close(self) -> None:
        self._listeners.clear()


class RedisState:
    """For many processes, over Redis or Valkey."""

    is_remote = True

    def __init__(self, url: str) -> None:
        # No retries: a hint that comes late is worth nothing, and a repeated SET NX would call a new key known.
        self._redis = redis.Redis.from_url(
            url, socket_timeout=1.0, socket_connect_timeout=1.0, retry=Retry(NoBackoff(), 0), health_check_interval=10
        )
        self._threads: list[Callable[[], None]] = []

    def remember(self, key: str, seconds: float, made_at: float | None = None) -> bool:
        try:
            pipeline = self._redis.pipeline(transaction=True)
            pipeline.set(f"{PREFIX}born", repr(time.time()), nx=True)
            pipeline.get(f"{PREFIX}born")
            pipeline.set(f"{PREFIX}seen:{key}", b"1", nx=True, px=max(1, int(seconds * 1000)))
            _, born, new = pipeline.execute()
        except redis.RedisError as error:
            raise VolatileStateLostError(str(error)) from error
        return bool(new) and (made_at is None or made_at >= float(born))

    def publish(self, topic: str) -> None:
        try:
            self._redis.publish(PREFIX + topic, b"")
        except redis.RedisError:
            return  # listeners look for themselves from time to time

    def listen(self, topic: str, wake: Callable[[], None]) -> Callable[[], None]:
        stopping = threading.Event()
        thread = threading.Thread(
            target=self._listen, args=(topic, wake, stopping), name=f"listen-{topic}", daemon=True
        )
        thread.start()

        def end() -> None:
            stopping.set()
            thread.join(timeout=3)

        self._threads.append(end)
        return end

    def _listen(self, topic: str, wake: Callable[[], None], stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:  # type: ignore[no-untyped-call]
                    pubsub.subscribe(PREFIX + topic)
                    while not stopping.is_set():
                        if pubsub.get_message(timeout=0.5) is not None:
                            wake()
            except redis.RedisError:
                stopping.wait(0.5)

    def close(self) -> None:
        for end in self._threads:
            end()
        self._redis.close()
