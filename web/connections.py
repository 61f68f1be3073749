"""Connections of clients that are slow, or many."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..data.limits import CONNECTIONS, REQUEST_SECONDS


class TimedProtocol(H11Protocol):
    """A connection that is closed if its client does not complete a request, or read a response, in time.

    Where very many are open, the one that waits longest for its client makes room for a new one.
    """

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to count the time."""
        super().connection_made(transport)
        self._unread = 0
        self._start_timer()
        if len(self.connections) > CONNECTIONS:
            waiting = [each for each in self.connections if isinstance(each, TimedProtocol) and each.waits]
            min(waiting, key=lambda each: each.since, default=self).transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read a part of a request."""
        waited = self.waits
        super().data_received(data)
        if waited and not self.waits:
            self._start_timer()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    @property
    def waits(self) -> bool:
        """Whether the client has not sent a complete request yet."""
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def _start_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.since = self.loop.time()
        self._timer = self.loop.call_later(REQUEST_SECONDS, self._check_progress)

    def _check_progress(self) -> None:
        """Close the connection if the client sent or read nothing that would complete its turn."""
        unread = self.transport.get_write_buffer_size()
        if self.waits or (unread and unread == self._unread):
            self.transport.abort()
        else:
            self._unread = unread
            self._start_timer()
