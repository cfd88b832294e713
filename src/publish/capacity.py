"""How many workers this machine bears: its processors, its free memory, and what was asked for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from publish.diagnostics import Finding, Severity, WrongUsage
from publish.project import Limits

PER_PROCESSOR = 4
"""Workers for each processor at most, whatever is asked for: more only take memory and each other's time."""

_MEMORY = Path("/proc/meminfo")
_GROUPS = Path("/sys/fs/cgroup")


def workers(asked: str | None, leaflets: int, limits: Limits) -> tuple[int, Finding | None]:
    """How many workers to use for so many leaflets, and the note to tell when they are fewer than were asked for.

    Without a wish there is one for each processor. There are never so many that all of them at their limit would take
    more memory than is free. Raises WrongUsage for a wish that is no whole number from 1.
    """
    wish = _number(asked) if asked is not None else None
    most, why = PER_PROCESSOR * processors(), f"this machine has {_counted(processors(), 'processor')}"
    free = free_memory()
    if free is not None and free // (limits.memory_mb * 1_000_000) < min(most, wish or processors()):
        most = max(1, free // (limits.memory_mb * 1_000_000))
        why = f"{free / 1e9:.1f} GB of memory are free, and each may take {limits.memory_mb / 1000:g} GB"
    used = max(1, min(wish or processors(), most, leaflets))
    if used == min(wish or processors(), leaflets):
        return used, None
    message = f"{_counted(used, 'leaflet')} at a time instead of {min(wish or processors(), leaflets)}: {why}"
    hint = "lower `memory-mb` in publish.toml [limits] if leaflets need less" if "memory" in why else ""
    return used, Finding("build.fewer-jobs", message, None, hint, Severity.NOTE)


def processors() -> int:
    """The processors that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def free_memory() -> int | None:
    """Bytes that programs may still take without swapping; None where the system does not tell."""
    try:
        lines = _MEMORY.read_text("ascii").splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, StopIteration):
        return None
    try:
        most, taken = (int((_GROUPS / name).read_text("ascii")) for name in ("memory.max", "memory.current"))
    except (OSError, ValueError):  # no group, or one without a limit, which says “max”
        return free
    return max(0, min(free, most - taken))


def _number(asked: str) -> int:
    if not (asked.isascii() and asked.isdigit() and int(asked) > 0):
        message = f"--jobs {asked}: how many leaflets are built at a time is a whole number from 1"
        hint = "leave it out: then there is one for each processor"
        raise WrongUsage(Finding("build.jobs", message, hint=hint))
    return int(asked[:9])


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
