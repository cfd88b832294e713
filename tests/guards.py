"""Two guards for all tests: no library complains unheard, and nothing goes out to a network."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_stray_logs(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """An unexpected WARNING or worse of any library fails the test, for a library's log is often its only complaint.

    Tests that make a library complain on purpose carry `@pytest.mark.expects_logs`.
    """
    yield
    if request.node.get_closest_marker("expects_logs"):
        return
    stray = [
        f"{record.name}: {record.levelname}: {record.getMessage()}"
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)  # type: ignore[arg-type]
        if record.levelno >= logging.WARNING
    ]
    if stray:
        pytest.fail("unexpected log records:\n" + "\n".join(stray), pytrace=False)


class Listener:
    """A server on 127.0.0.1 that must never be asked; `url` is where it waits, `hits` counts who came."""

    def __init__(self) -> None:
        self.hits = 0
        self._open = True
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            last = not self._open
            try:
                caller, _ = self._socket.accept()
            except TimeoutError:
                if last:
                    return
                continue
            self.hits += 1
            caller.close()

    def close(self) -> None:
        """Stop listening once nobody waits, so that `hits` is final."""
        self._open = False
        self._thread.join()
        self._socket.close()


@pytest.fixture
def no_network() -> Iterator[Listener]:
    """Put `no_network.url` into an input: the test fails at its end if anything asked there."""
    listener = Listener()
    yield listener
    listener.close()
    assert listener.hits == 0, f"{listener.url} was asked {listener.hits} times"
