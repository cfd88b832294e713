"""Which addresses are dialled, and what is said of lines that others can read."""

from __future__ import annotations

import pytest

from publish.cluster.address import checked, remarks
from publish.diagnostics import WrongUsage


@pytest.mark.parametrize(
    ("given", "dialled"),
    [
        ("tcp://127.0.0.1:8786", "tcp://127.0.0.1:8786"),
        ("tcp://localhost:8786/", "tcp://localhost:8786"),
        (" tls://build.example.org:8786 ", "tls://build.example.org:8786"),
        ("tcp://[::1]:8786", "tcp://[::1]:8786"),
    ],
)
def test_an_address_is_dialled(given: str, dialled: str) -> None:
    assert checked(given) == dialled


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("", "begins neither with tcp:// nor with tls://"),
        ("127.0.0.1:8786", "begins neither with tcp:// nor with tls://"),
        ("http://127.0.0.1:8786", "begins neither with tcp:// nor with tls://"),
        ("tcp://127.0.0.1", "names no port"),
        ("tcp://127.0.0.1:", "names no port"),
        ("tcp://127.0.0.1:0", "names no port"),
        ("tcp://127.0.0.1:dask", "port is no number"),
        ("tcp://127.0.0.1:99999", "port is no number"),
        ("tcp://:8786", "names no host"),
        ("tcp://my host:8786", "names no host"),
        ("tcp://[::1:8786", "is no address"),
        ("tcp://127.0.0.1:8786/status", "more than a host and a port"),
        ("tcp://me:secret@127.0.0.1:8786", "more than a host and a port"),
    ],
)
def test_what_is_no_address_is_refused(given: str, fault: str) -> None:
    with pytest.raises(WrongUsage) as refused:
        checked(given)
    (finding,) = refused.value.findings
    assert finding.code == "cluster.address"
    assert fault in finding.message
    assert "tcp://127.0.0.1:8786" in finding.hint


@pytest.mark.parametrize(
    ("address", "noted"),
    [
        ("tcp://127.0.0.1:8786", False),
        ("tcp://localhost:8786", False),
        ("tcp://[::1]:8786", False),
        ("tls://10.0.0.2:8786", False),
        ("tcp://10.0.0.2:8786", True),
        ("tcp://build.example.org:8786", True),
        ("tcp://0.0.0.0:8786", True),
    ],
)
def test_an_open_line_to_another_machine_is_noted(address: str, noted: bool) -> None:
    assert [finding.code for finding in remarks(address)] == ["cluster.open-line"] * noted
