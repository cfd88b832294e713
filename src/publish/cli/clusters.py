"""`--cluster`: the work is done by the workers of a dask scheduler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from publish.cli.telling import Teller
from publish.diagnostics import Finding, WrongUsage

if TYPE_CHECKING:
    from publish.worker import Hands

OnCluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Build on the workers of a dask scheduler, such as tcp://127.0.0.1:8786; see docs/cluster.md.",
    ),
]


def cluster_hands(address: str, jobs: object, teller: Teller) -> Hands:
    """Hands on a cluster; what concerns no single leaflet goes to the teller. Raises WrongUsage, ComponentMissing."""
    from publish.cluster.hands import Cluster

    if jobs is not None:
        message = "--jobs and --cluster exclude each other: how much a cluster does at once is decided by its workers"
        raise WrongUsage(Finding("cluster.jobs", message, hint="leave --jobs out; start more workers for more at once"))
    return Cluster(address, teller.remark)
