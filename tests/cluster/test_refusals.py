"""No cluster, one without hands that fit, and one that is lost: told in plain words, and never waited for long."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

import publish
from cluster.clusters import DaskCluster, free_port
from publish import batch
from publish.build import Made, Request
from publish.cluster.hands import Cluster
from publish.diagnostics import Failure, Finding
from publish.project import leaflet_names, open_project


def build(address: str, root: Path, patience: float = 3) -> Generator[Made]:
    project = open_project(root)
    wanted = [Request(project, name, ("epub",), None, date(2026, 11, 22)) for name in leaflet_names(project)]
    return batch.build_all(wanted, project.outputs, Cluster(address, REPORTED.append, patience))


REPORTED: list[Finding] = []


@pytest.fixture(autouse=True)
def _nothing_reported_yet() -> None:
    REPORTED.clear()


def refused(address: str, root: Path, patience: float = 3) -> Finding:
    """The one finding with which the build ends; nothing is left of it in outputs/."""
    with pytest.raises(Failure) as caught:
        list(build(address, root, patience))
    (finding,) = caught.value.findings
    assert finding.hint
    assert [path for path in (root / "outputs").iterdir() if not path.name.endswith(".lock")] == []
    return finding


def test_an_address_where_nobody_listens(tiny_project: Path) -> None:
    began = time.monotonic()
    finding = refused(f"tcp://127.0.0.1:{free_port()}", tiny_project, patience=1)
    assert finding.code == "cluster.unreachable"
    assert "within 1 seconds" in finding.message
    assert "dask scheduler" in finding.hint
    assert time.monotonic() - began < 6


def test_an_address_where_somebody_else_listens(tiny_project: Path) -> None:
    """A program that takes the call and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        finding = refused(f"tcp://127.0.0.1:{mute.getsockname()[1]}", tiny_project, patience=1)
    assert finding.code == "cluster.unreachable"


def test_the_command_says_it_and_ends_with_1(tiny_project: Path) -> None:
    ran = typed(tiny_project, "build", "--cluster", f"tcp://127.0.0.1:{free_port()}")
    assert ran.returncode == 1
    assert ran.stderr.startswith("error[cluster.unreachable] no scheduler answers at tcp://127.0.0.1:")
    assert len(ran.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--cluster", "somewhere"), "cluster.address"),
        (("--cluster", "tcp://127.0.0.1:8786", "--jobs", "2"), "cluster.jobs"),
    ],
)
def test_wrong_words_end_with_2(tiny_project: Path, words: tuple[str, ...], code: str) -> None:
    ran = typed(tiny_project, "build", *words)
    assert (ran.returncode, ran.stderr.split("]")[0]) == (2, f"error[{code}")


def test_without_distributed_the_command_names_what_to_install(tiny_project: Path) -> None:
    code = "import sys; sys.modules['distributed'] = None; from publish.cli import main; main()"
    words = ("--project", str(tiny_project), "build", "--cluster", "tcp://127.0.0.1:8786")
    ran = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 3
    assert "error[programs.missing] distributed is not installed" in ran.stderr
    assert 'pip install "distributed' in ran.stderr


def typed(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "publish", "--project", str(root), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_a_cluster_from_its_first_worker_to_its_end(tiny_project: Path, tmp_path: Path) -> None:
    """No worker; one with a publish of another day; one without Pango; one that fits; then the scheduler is killed."""
    cluster = DaskCluster(tmp_path / "dask")
    try:
        cluster.wait_for(0)
        finding = refused(cluster.address, tiny_project)
        assert finding.code == "cluster.no-workers"
        assert f"dask worker {cluster.address}" in finding.hint

        cluster.worker("older", {"PYTHONPATH": str(another_publish(tmp_path / "older"))})
        cluster.worker("bare", {"LD_LIBRARY_PATH": str(no_pango(tmp_path / "bare"))})
        cluster.wait_for(2)
        finding = refused(cluster.address, tiny_project, patience=10)
        assert finding.code == "cluster.no-fit-worker"
        assert "2 could make other files" in finding.message
        assert {each.code for each in REPORTED} == {"cluster.worker-differs"}
        assert {str(each.severity) for each in REPORTED} == {"warning"}
        said = "\n".join(each.message for each in REPORTED)
        assert "publish is 0.0.1 (" in said
        assert "Pango is not installed there" in said

        REPORTED.clear()
        cluster.worker("fit")
        cluster.wait_for(3)
        for number in range(12):
            shutil.copytree(tiny_project / "source/leaflets/examplin", tiny_project / f"source/leaflets/copy{number}")
        made: list[Made] = []
        for each in build(cluster.address, tiny_project):
            made.append(each)
            if len(made) == 2:
                killed = time.monotonic()
                os.killpg(cluster.scheduler.pid, signal.SIGKILL)
        assert time.monotonic() - killed < 20
        assert len(REPORTED) == 2, "those that differ are left out, and the third works"
        assert_rest_is_told_as_lost(made, tiny_project)
    finally:
        cluster.close()


def test_a_scheduler_that_lost_all_workers_is_not_called_lost(
    tiny_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publish.cluster.roster._RETURN", 1.0)
    for number in range(12):
        shutil.copytree(tiny_project / "source/leaflets/examplin", tiny_project / f"source/leaflets/copy{number}")
    cluster = DaskCluster(tmp_path / "dask")
    try:
        worker = cluster.worker("only")
        cluster.wait_for(1)
        with closing(build(cluster.address, tiny_project, patience=10)) as all_made:
            next(all_made)
            for process in (worker.pid, *cluster.pids().values()):  # first its nanny, which would start it again
                os.kill(process, signal.SIGKILL)
            told = {each for made in all_made for each in made.findings if each.code == "cluster.lost"}
        (finding,) = told
        assert finding.message.startswith(f"every worker of {cluster.address} was lost")
        assert f"dask worker {cluster.address}" in finding.hint
        assert "start the scheduler" not in finding.hint
    finally:
        cluster.close()


def assert_rest_is_told_as_lost(made: list[Made], root: Path) -> None:
    """Each leaflet has its word: what was done stands, what was not is told as lost."""
    assert len({each.name for each in made}) == len(made) == 13
    done = {each.name for each in made if not each.blocked}
    assert 2 <= len(done) < 13
    for each in made:
        codes = [finding.code for finding in each.findings if finding.severity == "error"]
        assert codes == ([] if each.name in done else ["cluster.lost"])
        assert (root / "outputs" / each.name / f"{each.name}.epub").exists() == (each.name in done)
    assert list((root / "outputs").glob(".staging*")) == []


def another_publish(folder: Path) -> Path:
    """A publish of an earlier version, as a folder for PYTHONPATH."""
    package = folder / "publish"
    shutil.copytree(Path(publish.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__", "themes"))
    shutil.copytree(Path(publish.__file__).parents[2] / "themes/base", package / "themes/base")
    (package / "__init__.py").write_text('"""An older one."""\n\n__version__ = "0.0.1"\n')
    return folder


def no_pango(folder: Path) -> Path:
    """A folder for LD_LIBRARY_PATH in which Pango is no library."""
    folder.mkdir()
    (folder / "libpango-1.0.so.0").write_bytes(b"")
    return folder
