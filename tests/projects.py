"""Projects to build in tests: the repository's own sample, and the smallest that is valid."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parent.parent

LEAFLET = """\
---
title: About Examplin
product: examplin
safety: examplin-us-patient
market: us
audience: patient
language: en-US
status: draft
version: "0.1"
job-code: EXA-2026-001
prepared: 2026-11-22
theme: base
---

# What is this leaflet about?

This leaflet tells you about {{ product.name }}.
"""

PRODUCT = """\
name = "Examplin"
generic-name = "exemplinum"
company = "Example Company"
label-version = "November 2026"
boxed-warning = false
additional-monitoring = false
"""

SAFETY = """\
---
title: Important Safety Information about Examplin
product: examplin
market: us
audience: patient
language: en-US
profile: us-patient
label-version: November 2026
status: draft
---

:::{part} indications
Examplin is a prescription medicine used to:

- treat an invented disease
:::

:::{part} contraindications
Do not take Examplin if you:

- are allergic to exemplinum
- are allergic to any other ingredient of Examplin
:::

:::{part} before-use
Before you use Examplin, tell your healthcare provider if you:

- have an infection
- are pregnant
:::

:::{part} other-medicines
Tell your healthcare provider about all the medicines you take.
:::

:::{part} serious
Serious side effects include:

- serious infections
:::

:::{part} common
The most common side effects are:

- headache
- nausea
:::

:::{part} reporting
You are encouraged to report negative side effects of prescription drugs to the FDA. Visit www.fda.gov/medwatch, or
call 1-800-FDA-1088.
:::

:::{part} full-information
Please see the full Prescribing Information.
:::
"""


def write(folder: Path, files: dict[str, str]) -> None:
    """Write texts at their paths below `folder`, byte for byte."""
    for name, words in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(words.encode())


def _settings(folder: Path) -> None:
    settings = ROOT / "publish.toml"
    (folder / "publish.toml").write_bytes(settings.read_bytes() if settings.is_file() else b"")


def sample(folder: Path) -> Path:
    """The repository's sources and themes, copied into `folder`."""
    for name in ("source", "themes"):
        shutil.copytree(ROOT / name, folder / name)
    _settings(folder)
    return folder


def tiny(folder: Path) -> Path:
    """The smallest valid project: one draft leaflet `examplin` for US patients, in the base theme."""
    _settings(folder)
    write(
        folder,
        {
            "source/leaflets/examplin/leaflet.md": LEAFLET,
            "source/products/examplin.toml": PRODUCT,
            "source/safety/examplin-us-patient.md": SAFETY,
        },
    )
    return folder
