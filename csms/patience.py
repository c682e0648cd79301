"""How the web server hears a client: drop by drop it holds none of the few threads for long, and half a body is none."""

from time import monotonic
from typing import Any

from gunicorn.http.body import LengthReader
from gunicorn.http.errors import NoMoreData
from gunicorn.http.unreader import SocketUnreader

FIRST, MOST = 3.0, 30.0  # seconds of waiting that a connection has from the start, and can earn
RATE = 10_000  # bytes that earn a second more
SILENT = 0.5  # seconds in which a new connection is waited for in a thread; after that the main loop watches it


class PatientUnreader(SocketUnreader):  # type: ignore[misc]
    """Reads from a client for as long as it keeps sending; only the waiting counts, not the work in between."""

    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.patience = FIRST

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return what came in; raises NoMoreData when the client's time is used up."""
        before, began = self.sock.gettimeout(), monotonic()
        self.sock.settimeout(min(before or MOST, max(self.patience, 0.001)))
        try:
            data: bytes = super().chunk(size_hint)
        except TimeoutError as late:
            raise NoMoreData(b"") from late
        finally:
            self.sock.settimeout(before)
        self.patience = min(MOST, self.patience + len(data) / RATE) - (monotonic() - began)
        return data


class WholeReader(LengthReader):  # type: ignore[misc]
    """Reads a body of the length that was said; one that ends before is broken off, and nothing of it is taken."""

    def read(self, size: int) -> bytes:
        """Return so many bytes, or what is left of the body; raises NoMoreData when the client left before."""
        due = min(size, self.length)
        data: bytes = super().read(size)
        if len(data) < due:
            raise NoMoreData(b"")
        return data
