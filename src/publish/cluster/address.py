"""The address of a cluster's scheduler: its form, and whether others could listen on the way there."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from publish.diagnostics import Finding, Severity, WrongUsage


def checked(address: str) -> str:
    """The address in the form in which it is dialled. Raises WrongUsage when it is none."""
    given = address.strip()
    fault = _fault(given)
    if fault:
        raise WrongUsage(
            Finding(
                "cluster.address",
                f"“{address}” is no address of a scheduler: {fault}",
                hint="write the address that `dask scheduler` tells when it starts, such as tcp://127.0.0.1:8786",
            )
        )
    return given.rstrip("/")


def _fault(given: str) -> str:
    if not given.startswith(("tcp://", "tls://")):
        return "it begins neither with tcp:// nor with tls://"
    try:
        parts = urlsplit(given)
    except ValueError as error:
        return str(error)
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        return "it holds more than a host and a port"
    try:
        port = parts.port
    except ValueError:
        return "its port is no number from 1 to 65535"
    if not parts.hostname or any(char.isspace() for char in parts.netloc):
        return "it names no host"
    return "" if port else "it names no port"


def remarks(address: str) -> tuple[Finding, ...]:
    """A note when what is sent there could be read or forged on the way: neither TLS nor this machine alone."""
    if address.startswith("tls:") or _is_here(urlsplit(address).hostname or ""):
        return ()
    return (
        Finding(
            "cluster.open-line",
            f"{address} is another machine, and nothing on the way there is encrypted or signed",
            hint="do this in a closed network only, where everybody may run programs on every machine; else use tls://",
        ).at(Severity.NOTE),
    )


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
