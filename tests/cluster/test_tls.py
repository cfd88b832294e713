"""A line that is encrypted and signed, with certificates that dask's own configuration names."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from cluster.clusters import DaskCluster

CONFIGURATION = """\
distributed:
  comm:
    require-encryption: true
    tls:
      ca-file: {folder}/certificate.pem
      scheduler: {{cert: {folder}/certificate.pem, key: {folder}/key.pem}}
      worker:    {{cert: {folder}/certificate.pem, key: {folder}/key.pem}}
      client:    {{cert: {folder}/certificate.pem, key: {folder}/key.pem}}
"""


def certificates(folder: Path) -> Mapping[str, str]:
    """A certificate that signs itself, and dask's configuration as docs/cluster.md shows it."""
    what = ("-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=publish")
    where = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem"))
    subprocess.run(["openssl", "req", "-x509", *what, *where], check=True, capture_output=True)
    (folder / "config").mkdir()
    (folder / "config" / "tls.yaml").write_text(CONFIGURATION.format(folder=folder))
    return {"DASK_CONFIG": str(folder / "config")}


def test_a_build_over_tls(tiny_project: Path, tmp_path: Path) -> None:
    """Whoever has the certificates builds; whoever has not is told so, and nothing leaves the machine."""
    named = certificates(tmp_path)
    cluster = DaskCluster(tmp_path / "dask", scheme="tls", environment=named)
    command = [sys.executable, "-m", "publish", "--project", str(tiny_project), "build", "-f", "epub", "--cluster"]
    try:
        cluster.worker("w0")
        wait = f"from distributed import Client; Client({cluster.address!r}, timeout=60).wait_for_workers(1, 60)"
        subprocess.run([sys.executable, "-c", wait], env={**os.environ, **named}, check=True, timeout=120)
        without = subprocess.run([*command, cluster.address], capture_output=True, text=True, timeout=120)
        assert without.returncode == 1
        assert "error[cluster.unreachable] no secure line" in without.stderr
        assert "distributed.comm.tls" in without.stderr
        ran = subprocess.run(
            [*command, cluster.address], env={**os.environ, **named}, capture_output=True, text=True, timeout=120
        )
        assert (ran.returncode, ran.stderr.count("error")) == (0, 0), ran.stderr
        assert (tiny_project / "outputs/examplin/examplin.epub").is_file()
    finally:
        cluster.close()
