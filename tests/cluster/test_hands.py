"""Leaflets on a real cluster of two workers: the same files as at home, whatever happens to a worker meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from cluster.clusters import DaskCluster, dask_cluster
from publish import batch
from publish.build import Made, Request, make
from publish.cluster.crew import Crew
from publish.cluster.hands import Cluster
from publish.cluster.parcel import Parcel
from publish.diagnostics import Finding
from publish.inputs import shipped_themes
from publish.pool import Pool
from publish.project import leaflet_names, open_project

TODAY = date(2026, 11, 22)
ALL = ("pdf", "docx", "epub")
NO_FONTS = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>'


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A scheduler and two workers; the system of the second has no font at all."""
    folder = tmp_path_factory.mktemp("cluster")
    no_fonts = folder / "no-fonts.conf"
    no_fonts.write_text(NO_FONTS)
    with dask_cluster(folder / "dask", workers=1) as opened:
        opened.worker("fontless", {"FONTCONFIG_FILE": str(no_fonts)})
        opened.wait_for(2)
        yield opened


def requests(root: Path, formats: tuple[str, ...] = ("epub",), theme: str | None = None) -> list[Request]:
    project = open_project(root)
    return [Request(project, name, formats, theme, TODAY) for name in leaflet_names(project)]


def built(cluster: DaskCluster, wanted: list[Request], out: Path) -> tuple[dict[str, Made], list[Finding]]:
    """What came of each leaflet on the cluster, and what was reported besides."""
    reported: list[Finding] = []
    hands = Cluster(cluster.address, reported.append, patience=30)
    return {made.name: made for made in batch.build_all(wanted, out, hands)}, reported


def at_home(wanted: list[Request], out: Path) -> dict[str, Made]:
    return {made.name: made for made in batch.build_all(wanted, out, Pool(make, wanted[0].project.limits, 2))}


def files(out: Path) -> dict[str, str]:
    found = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if not path.name.startswith(".")}
    return {name: sha256(path.read_bytes()).hexdigest() for name, path in sorted(found.items()) if path.is_file()}


def several(root: Path, number: int) -> None:
    """So many leaflets more, each a copy of `examplin`: copy0, copy1 …"""
    for index in range(number):
        shutil.copytree(root / "source/leaflets/examplin", root / "source/leaflets" / f"copy{index}")


# --- the same as at home ---


def test_the_files_are_those_of_a_build_at_home(cluster: DaskCluster, sample_project: Path, tmp_path: Path) -> None:
    """Each byte, build.json and the findings: flat and folded, on a worker with the system's fonts and one without."""
    wanted = requests(sample_project, ALL)
    there, reported = built(cluster, wanted, tmp_path / "there")
    here = at_home(wanted, tmp_path / "here")
    assert reported == []
    assert files(tmp_path / "there") == files(tmp_path / "here")
    assert len(files(tmp_path / "there")) == 5 * len(wanted)
    for name, made in here.items():
        assert there[name].findings == made.findings
        assert there[name].inputs == made.inputs
        assert there[name].days == made.days


def test_what_is_wrong_is_told_as_at_home(cluster: DaskCluster, tiny_project: Path, tmp_path: Path) -> None:
    """Unknown names with the nearest known ones, files too large or unfit, a theme with a fault."""
    several(tiny_project, 6)
    for name, old, new in (
        ("copy0", "product: examplin", "product: examplim"),
        ("copy1", "safety: examplin-us-patient", "safety: examplin-us-pat"),
        ("copy2", "theme: base", "theme: plumm"),
        ("copy3", "# What is", "![1](images/big.png)\n\n![2](images/o.tiff)\n\n![3](images/lgo.png)\n\n# What is"),
        ("copy4", "theme: base", "theme: plum"),
        ("copy5", "language: en-US", "language: xx"),
    ):
        path = tiny_project / "source/leaflets" / name / "leaflet.md"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
    images = tiny_project / "source/leaflets/copy3/images"
    images.mkdir()
    with (images / "big.png").open("wb") as big:
        big.truncate(26 << 20)
    (images / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\nno picture")
    (images / "o.tiff").write_bytes(b"II*\0")
    plum = tiny_project / "themes/plum"
    plum.mkdir(parents=True)
    (plum / "theme.toml").write_text('extends = "base"\n')
    (plum / "leaflet.css").write_text(".safety { font-size: 3pt }")
    wanted = requests(tiny_project)
    there, _ = built(cluster, wanted, tmp_path / "there")
    here = at_home(wanted, tmp_path / "here")
    assert {name: made.findings for name, made in there.items()} == {name: made.findings for name, made in here.items()}
    assert sorted(name for name, made in there.items() if made.blocked) == [f"copy{index}" for index in range(6)]
    assert files(tmp_path / "there") == files(tmp_path / "here")


def test_a_theme_from_elsewhere_goes_along(cluster: DaskCluster, tiny_project: Path, tmp_path: Path) -> None:
    plum = tmp_path / "designs" / "plum"
    plum.mkdir(parents=True)
    (plum / "theme.toml").write_text('extends = "base"\n[sizes]\nbody = 11\n')
    wanted = requests(tiny_project, theme=str(plum))
    there, _ = built(cluster, wanted, tmp_path / "there")
    here = at_home(wanted, tmp_path / "here")
    assert there["examplin"].inputs == here["examplin"].inputs
    assert str(plum / "theme.toml") in there["examplin"].inputs
    assert files(tmp_path / "there") == files(tmp_path / "here")


# --- what goes over the line ---


def test_each_content_is_sent_once_to_a_worker(
    cluster: DaskCluster, tiny_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not again for the next leaflet, nor for the next build; what was changed is sent, and nothing else."""
    sent = watched(monkeypatch)
    safety = tiny_project / "source/safety/examplin-us-patient.md"
    safety.write_text(safety.read_text().replace("headache", "headache of this test"))
    several(tiny_project, 5)
    wanted = requests(tiny_project)
    built(cluster, wanted, tmp_path / "out")
    assert sent and set(Counter(sent).values()) == {1}
    sent.clear()
    built(cluster, wanted, tmp_path / "out")
    assert sent == []
    text = safety.read_text().replace("nausea", "nausea and more")
    safety.write_text(text)
    there, _ = built(cluster, wanted, tmp_path / "out")
    tree_and_file = {digest for _, digest in sent}
    assert len(tree_and_file) == 2 and sha256(text.encode()).hexdigest() in tree_and_file
    assert there["examplin"].inputs["source/safety/examplin-us-patient.md"] == sha256(text.encode()).hexdigest()


def watched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The contents that are sent from now on: worker and hash."""
    sent: list[tuple[str, str]] = []
    build = Crew.build

    def noting(self: Crew, worker: str, parcel: Parcel) -> Any:
        sent.extend((worker, digest) for digest in parcel.blobs)
        return build(self, worker, parcel)

    monkeypatch.setattr(Crew, "build", noting)
    return sent


def test_what_spoils_on_a_workers_disk_is_sent_anew(cluster: DaskCluster, tiny_project: Path, tmp_path: Path) -> None:
    safety = tiny_project / "source/safety/examplin-us-patient.md"
    safety.write_text(safety.read_text().replace("headache", "headache that is kept"))
    wanted = requests(tiny_project)
    built(cluster, wanted, tmp_path / "before")
    digest = sha256(safety.read_bytes()).hexdigest()
    kept = [path for path in cluster.folder.rglob(safety.name) if sha256(path.read_bytes()).hexdigest() == digest]
    assert kept
    for path in kept:
        path.write_text(path.read_text().replace("Do not take", "Do take"))
    several(tiny_project, 3)  # so that both workers get one
    there, _ = built(cluster, requests(tiny_project), tmp_path / "after")
    assert [name for name, made in there.items() if made.blocked] == []
    assert all(made.inputs[f"source/safety/{safety.name}"] == digest for made in there.values())


def test_a_link_is_not_sent_and_said_so(cluster: DaskCluster, tiny_project: Path, tmp_path: Path) -> None:
    """At home it is followed; on a worker it would lead nowhere, and the leaflet could silently come out otherwise."""
    (tiny_project / "shared.toml").write_text('[mg]\nterm = "mg"\ndefinition = "milligram"\n')
    (tiny_project / "source/glossary.toml").symlink_to(tiny_project / "shared.toml")
    there, _ = built(cluster, requests(tiny_project), tmp_path / "out")
    assert [finding.code for finding in there["examplin"].findings] == ["cluster.cannot-ship"]
    assert "source/glossary.toml" in there["examplin"].findings[0].message
    assert files(tmp_path / "out") == {}


# --- what befalls workers ---


def test_an_endless_theme_stops_no_worker(cluster: DaskCluster, tiny_project: Path, tmp_path: Path) -> None:
    (tiny_project / "publish.toml").write_text("[limits]\nseconds = 8\n")
    several(tiny_project, 1)
    themes, endless = shipped_themes() / "base", tiny_project / "themes/endless"
    endless.mkdir(parents=True)
    (endless / "theme.toml").write_text('extends = "base"\n')
    loop = "{% for i in range(10000) %}" * 3 + "{% endfor %}" * 3
    (endless / "book.xhtml.j2").write_text((themes / "book.xhtml.j2").read_text().replace("</head>", f"{loop}</head>"))
    path = tiny_project / "source/leaflets/copy0/leaflet.md"
    path.write_text(path.read_text().replace("theme: base", "theme: endless"))
    there, _ = built(cluster, requests(tiny_project), tmp_path / "out")
    assert {name for name, made in there.items() if made.blocked} == {"copy0"}
    assert [finding.code for finding in there["copy0"].findings] == ["build.too-long"]


def test_a_killed_workers_leaflets_are_built_by_others(
    cluster: DaskCluster, tiny_project: Path, tmp_path: Path
) -> None:
    several(tiny_project, 9)
    wanted = requests(tiny_project, ("pdf",))
    hands = Cluster(cluster.address, lambda finding: None, patience=30)
    victim = next(iter(cluster.pids().values()))
    made: dict[str, Made] = {}
    for each in batch.build_all(wanted, tmp_path / "out", hands):
        made[each.name] = each
        if len(made) == 3:
            os.kill(victim, signal.SIGKILL)
    assert sorted(made) == sorted(request.name for request in wanted)
    assert [finding for each in made.values() for finding in each.findings if finding.code.startswith("cluster.")] == []
    assert not any(each.blocked for each in made.values())
    assert len({digest for name, digest in files(tmp_path / "out").items() if name.endswith(".pdf")}) == 1
    cluster.wait_for(2)  # its nanny has started another


# --- as one types it ---


def publish(root: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "publish", "--project", str(root), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1795305600"},
    )


def test_the_command_builds_there_and_tells_nothing_of_dask(cluster: DaskCluster, tiny_project: Path) -> None:
    ran = publish(tiny_project, "build", "--cluster", cluster.address, "-f", "epub", "--json")
    out, errors = ran.communicate(timeout=120)
    assert ran.returncode == 0, out + errors
    assert errors == ""
    told = [json.loads(line) for line in out.splitlines()]
    assert any(each["type"] == "progress" and cluster.address[:16] in json.dumps(each) for each in told)
    assert (tiny_project / "outputs/examplin/examplin.epub").is_file()


def test_ctrl_c_calls_the_work_off(cluster: DaskCluster, tiny_project: Path) -> None:
    """At once, here and there: nothing half-written, no task left, and the workers are free for the next build."""
    several(tiny_project, 30)
    ran = publish(tiny_project, "build", "--cluster", cluster.address)
    wait_until(lambda: cluster.asked(_tasks) > 0)
    began = time.monotonic()
    os.killpg(ran.pid, signal.SIGINT)
    out, errors = ran.communicate(timeout=30)
    assert time.monotonic() - began < 10
    assert ran.returncode == 130, out + errors
    assert "Traceback" not in errors
    wait_until(lambda: cluster.asked(_tasks) == 0)
    left = [path.name for path in (tiny_project / "outputs").rglob(".staging*")]
    assert left == []
    for folder in (tiny_project / "outputs").glob("[!.]*"):
        assert {path.suffix for path in folder.iterdir()} == {".pdf", ".docx", ".epub", ".html", ".json"}


async def _tasks(client: Any) -> int:
    return int(await client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)))


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)
