"""The wheel is enough: installed elsewhere, it starts a project and builds it, without this repository."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def publish(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The `publish` command of an environment that holds the wheel and its libraries, but not this folder."""
    home = tmp_path_factory.mktemp("elsewhere")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "venv"], check=True, timeout=60)
    python = home / "venv" / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "-q", wheel]
    subprocess.run(install, check=True, capture_output=True, timeout=120)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(home / "venv"), "platbase": str(home / "venv")}))
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        command = [home / "venv" / "bin" / "publish", *words]
        return subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, timeout=240)

    return run


def test_the_wheel_carries_what_it_needs(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    theme = "publish/themes/base/"
    for name in ("theme.toml", "leaflet.html.j2", "leaflet.css", "book.xhtml.j2", "book.css", "review.docx"):
        assert theme + name in held
    fonts = {name for name in held if name.startswith(theme + "fonts/")}
    assert any(name.endswith(".ttf") for name in fonts)
    assert any("OFL" in name for name in fonts), "the fonts' licence goes with the fonts"
    assert {f"publish/rules/{profile}.toml" for profile in ("us-patient", "us-professional", "eu-leaflet")} <= held
    source = ROOT / "src"
    files = [path for path in source.rglob("*") if path.is_file() and path.parent.name != "__pycache__"]
    data = {str(path.relative_to(source)) for path in files}
    assert data - held == set(), "the wheel lacks files of src/publish"
    assert any(name.endswith("licenses/LICENSE") for name in held)


def test_the_wheel_carries_nothing_else(wheel):
    held = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in held if "__pycache__" in name]
    roots = {name.split("/")[0] for name in held}
    assert {root.removesuffix(".dist-info").split("-")[0] for root in roots} == {"publish"}


def test_it_runs_from_the_wheel(publish):
    assert publish("--help").returncode == 0
    told = publish("doctor")
    assert "Pango" in told.stdout


def test_a_new_project_builds_at_once(publish, tmp_path):
    project = tmp_path / "project"
    started = publish("init", project)
    assert started.returncode == 0, started.stderr
    built = publish("--project", project, "build")
    assert built.returncode == 0, built.stdout + built.stderr
    made = {path.suffix for path in (project / "outputs").rglob("*") if path.is_file()}
    assert made >= {".pdf", ".docx", ".epub", ".json"}
