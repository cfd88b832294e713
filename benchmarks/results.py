"""What the benchmarks found: a row each, kept in results.json, shown as results.md and results.svg."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent
KEPT, TABLE, CHART = "results.json", "results.md", "results.svg"

_LIBRARIES = ("weasyprint", "python-docx", "ebooklib", "pikepdf", "pypdfium2", "typst", "ninja", "distributed")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure and its target. `value` is what the target is for: mostly `ours` / `peer`.

    `unit` is of `ours` and `peer`, `of` that of `value`. `at_least`: the target is a least, not a most. `runs` is how
    many runs the medians are of; `note` is what must be known to read the row.
    """

    name: str
    work: str
    ours: float
    peer: float | None
    against: str
    unit: str
    value: float
    target: float
    at_least: bool = False
    of: str = ""
    runs: int = 1
    note: str = ""
    quick: bool = False
    when: str = ""
    commit: str = ""

    @property
    def met(self) -> bool:
        """Whether the target is reached."""
        return self.value >= self.target if self.at_least else self.value <= self.target

    @property
    def used(self) -> float:
        """How much of what the target allows was used: up to 1 it is met."""
        return self.target / self.value if self.at_least else self.value / self.target


def keep(rows: Iterable[Row], order: Iterable[str], folder: Path = HERE) -> list[Row]:
    """Put these rows in place of earlier ones of the same name, in `folder`; all there are now, in `order`."""
    known = {row.name: row for row in load(folder)}
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    known |= {row.name: Row(**asdict(row) | {"when": now, "commit": _commit()}) for row in rows}
    place = {name: number for number, name in enumerate(order)}
    kept = sorted(known.values(), key=lambda row: place.get(row.name, len(place)))
    told = {"machine": machine(), "versions": versions(), "rows": [asdict(row) for row in kept]}
    (folder / KEPT).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return kept


def load(folder: Path = HERE) -> list[Row]:
    """The rows that are kept."""
    if not (folder / KEPT).is_file():
        return []
    return [Row(**row) for row in json.loads((folder / KEPT).read_text("utf-8"))["rows"]]


def write_table(rows: Iterable[Row], folder: Path = HERE, more: str = "") -> None:
    """results.md of the rows that are kept in `folder`; `more` stands behind the table."""
    rows = list(rows)
    told = json.loads((folder / KEPT).read_text("utf-8"))
    lines = [
        "# What publish costs, and what other ways to the same files cost",
        "",
        "Made by `python -m benchmarks.speed all`; `python -m benchmarks.speed NAME…` measures single rows anew. Ours",
        "and the other's were run in turn; the figures are medians, the ratio that of the pairs. Processor time",
        "(“CPU s”) is of all processes together. Less is better, but for `scale-2`.",
        "",
        "![How much of its target each row uses](results.svg)",
        "",
        "| name | work | ours | peer | ratio | target | met? |",
        "|---|---|---|---|---|---|---|",
        *(_line(row) for row in rows),
        "",
        "## Notes",
        "",
        *map(_note, rows),
        "",
        "## Machine and versions",
        "",
        *(f"- {name}: {value}" for name, value in (told["machine"] | told["versions"]).items()),
        "",
    ]
    (folder / TABLE).write_text("\n".join(lines) + more, "utf-8")


def _note(row: Row) -> str:
    quick = ", quick" if row.quick else ""
    return f"- `{row.name}` ({row.runs} runs{quick}, {row.when} UTC, {row.commit}): {row.note}"


def _line(row: Row) -> str:
    peer = "–" if row.peer is None else f"{figure(row.peer)} {row.unit}"
    sign = "≥" if row.at_least else "≤"
    against = f"; against {row.against}" if row.against else ""
    return (
        f"| {row.name} | {row.work}{against} | {figure(row.ours)} {row.unit} | {peer} | {figure(row.value)} {row.of} "
        f"| {sign} {figure(row.target)} {row.of} | {'yes' if row.met else '**no**'} |"
    )


def figure(value: float) -> str:
    """A number with three digits that matter."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 3
    return f"{value:.{digits}f}"


def machine() -> Mapping[str, str]:
    """What was measured on."""
    model = "unknown"
    cpus = Path("/proc/cpuinfo")
    if cpus.is_file():
        found = (line.partition(":")[2].strip() for line in cpus.read_text().splitlines() if "model name" in line)
        model = next(found, model)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": f"{os.cpu_count()} × {model}",
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}, load {os.getloadavg()[0]:.1f} when the last row ended",
    }


def versions() -> Mapping[str, str]:
    """The programs and libraries that were measured."""
    told = {"Python": sys.version.split()[0], "publish": _commit()}
    with suppress(ImportError):  # not needed to look at results
        import pypandoc

        told["pandoc"] = pypandoc.get_pandoc_version()
    for name in _LIBRARIES:
        with suppress(PackageNotFoundError):
            told[name] = version(name)
    return told


def _commit() -> str:
    """The commit of the working tree, with a + when anything but these results was changed since."""
    told, changed = (
        subprocess.run(["git", *words], cwd=HERE.parent, capture_output=True, text=True).stdout.strip()
        for words in (
            ["describe", "--always", "--exclude=*"],
            [
                "status",
                "--porcelain",
                "--untracked-files=no",
                "--",
                ".",
                ":!benchmarks/results.*",
                ":!benchmarks/steady.*",
            ],
        )
    )
    return f"{told}{'+' if changed else ''}" or "unknown"
