"""What is installed is what pyproject.toml asks for: locked, hashed, and from nowhere in particular."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
GROUPS = PROJECT["dependency-groups"]
RUN, BUILD, TEST, BENCH = PROJECT["project"]["dependencies"], GROUPS["build"], GROUPS["test"], GROUPS["bench"]
CLUSTER = PROJECT["project"]["optional-dependencies"]["cluster"]


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.lock").read_text("utf-8")


def locked(name: str) -> dict[str, set[str]]:
    """The versions that a lock file holds of each package; more than one when Pythons differ."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", lock(name), re.MULTILINE):
        found.setdefault(canonicalize_name(package), set()).add(version)
    return found


@pytest.mark.parametrize(
    ("name", "wanted"), [("base", [*RUN, *BUILD]), ("test", [*RUN, *BUILD, *TEST, *CLUSTER]), ("bench", [*RUN, *BENCH])]
)
def test_the_lock_holds_what_the_project_asks_for(name, wanted):
    versions = locked(name)
    for requirement in map(Requirement, wanted):
        held = versions.get(canonicalize_name(requirement.name), set())
        assert held, f"{requirement} is in no line of {name}.lock: run `make lock`"
        assert all(requirement.specifier.contains(version) for version in held), f"{requirement}, but locked: {held}"


@pytest.mark.parametrize("name", ["test", "bench"])
def test_what_is_tested_and_measured_is_what_users_get(name):
    base, held = locked("base"), locked(name)
    build = {canonicalize_name(Requirement(each).name) for each in BUILD}
    alike = base.keys() if name == "test" else base.keys() & held.keys()
    assert {package: held.get(package) for package in alike} == {package: base[package] for package in alike}
    assert base.keys() - held.keys() <= {*build, "packaging", "pathspec", "pluggy", "trove-classifiers"}


@pytest.mark.parametrize("name", ["base", "test", "bench"])
def test_every_locked_file_has_its_hash(name):
    entries = re.split(r"\n(?=\S)", lock(name).strip())
    assert len(entries) > 20
    assert [entry for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)] == []


def test_the_build_backend_is_the_locked_one():
    assert PROJECT["build-system"]["requires"] == [each for each in BUILD if each.startswith("hatchling")]


@pytest.mark.parametrize("name", ["base", "test", "bench"])
def test_a_lock_names_no_address(name):
    assert "://" not in lock(name)


def test_the_npm_lock_holds_whole_hashes_and_no_download_address():
    told = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    packages = {path: each for path, each in told["packages"].items() if path}
    assert [path for path, each in packages.items() if "resolved" in each] == []
    assert [path for path, each in packages.items() if not each.get("integrity", "").startswith("sha512-")] == []
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]
    assert {name: told["packages"][f"node_modules/{name}"]["version"] for name in wanted} == wanted


SCRIPTS = [*sorted((ROOT / "tools").glob("*.sh")), ROOT / ".ci" / "run"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_sound_bash(script):
    subprocess.run(["bash", "-n", script], check=True)
    if script.name != "say.sh":
        assert "set -euo pipefail" in script.read_text("utf-8")
        assert script.stat().st_mode & 0o111


def test_make_help_tells_every_target_that_is_documented():
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"make build", "make test", "make check"} <= set(re.findall(r"make [a-z-]+", told))


def find_python(chosen: Path | str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHON": str(chosen)}
    return subprocess.run([ROOT / "tools" / "find-python.sh"], env=environment, capture_output=True, text=True)


def test_a_python_that_is_new_enough_is_used():
    found = find_python(sys.executable)
    assert (found.returncode, found.stdout.strip()) == (0, sys.executable)


def test_a_python_that_is_too_old_is_named(tmp_path):
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n')
    old.chmod(0o755)
    found = find_python(old)
    assert found.returncode == 3
    assert "Python 3.11 or newer is needed" in found.stderr and "is: Python 3.9.2." in found.stderr
    assert "make PYTHON=" in found.stderr


def test_a_python_that_is_not_there_is_named(tmp_path):
    found = find_python(tmp_path / "python3")
    assert found.returncode == 3
    assert "not there" in found.stderr or "No such file" in found.stderr
