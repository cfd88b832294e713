"""A leaflet that holds every kind, and its copies: what reviewers get, and what becomes of its source."""

from __future__ import annotations

import re
import struct
import zlib
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import projects
from publish.formats import Options, docx
from publish.project import Project, open_project
from publish.reader import read_leaflet
from publish.review import store
from publish.review.importing import Choice, Import, examine
from publish.theme.load import load_theme

NAME = "examplin"
FILE = f"source/leaflets/{NAME}/leaflet.md"

SOURCE = """\
---
title: About Examplin
subtitle: A leaflet of every kind
product: examplin
safety: examplin-us-patient
market: us
audience: patient
language: en-US
status: in-review
version: "0.1"
job-code: EXA-2026-001
prepared: 2026-11-22
theme: base
---

# What it is

Examplin is a **strong** medicine with an *uncertain* future. It was
found in the year 1999 by accident, and
nobody knows why it works.

{{ product.name }} costs 5&nbsp;dollars \\* a day. Ask **your doctor** or your pharmacist.

H~2~O and 10^3^ units are in it. See [our site](https://example.com/site) for more.

## How to take it

1. Wash your hands.
2. Open the box.
3. Take one tablet.

Do not take it with:

- milk
- juice
  - of apples
  - of oranges
- wine

First line of the address\\
Second line of the address

> Nothing is as good as sleep.

### Who should ask

* First loose item.

* Second loose item.

  It has a second paragraph.

* Third loose item.

| Who    | How much | When    |
|:-------|---------:|---------|
| Adults | 25 mg    | morning |
| Teens  | 12 mg    | evening |
| Others | nothing  | never   |

:::{callout} When you forget it
:kind: note

Take the next dose as usual.

Never take two at once.
:::

:::{figure} images/day.png
:alt: A day with one tablet.

One tablet a day.
:::

Term one
: What it means.

Term two
: What that means.

:::{only} market=eu
This is for Europe alone.
:::

:::{story} Quinn takes it
:url: https://example.com/quinn

A story about a tablet.
:::

Many people sleep badly.[^sleep] Some never do.

```
code stays
```

[They sleep 8 hours a night.]{claim}[@study] That is enough.

# The end

The last paragraph is short.

[^sleep]: They told so in
    a survey.
"""

REFERENCES = """\
[study]
text = "A study of sleep. Journal of Sleep, 2020."
"""


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + b"\x20\x60\xa0" * 60) * 40
    head = struct.pack(">IIBBBBB", 60, 40, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def project(folder: Path, source: str = SOURCE) -> Project:
    """A project whose one leaflet is `source`."""
    projects.tiny(folder)
    projects.write(folder, {FILE: source, "source/references.toml": REFERENCES})
    picture = folder / f"source/leaflets/{NAME}/images/day.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(_png())
    return open_project(folder)


@cache
def base(source: str = SOURCE) -> tuple[Project, bytes]:
    """The project of a source, its base kept, and the copy that goes out for review."""
    return sent_out(project(Path(mkdtemp(prefix="publish-review-")), source), NAME)


def sent_out(made: Project, name: str) -> tuple[Project, bytes]:
    """A leaflet's copy as `publish build` makes it."""
    document, findings = read_leaflet(made, name)
    assert document is not None and findings == (), findings
    store.keep(made, document)
    theme = load_theme(document.meta.theme, projects.ROOT / "themes")
    return made, docx.write(document, theme, Options())


@cache
def sample(name: str) -> tuple[Project, bytes]:
    """One of the repository's own leaflets, in review."""
    folder = Path(mkdtemp(prefix="publish-review-"))
    projects.sample(folder)
    path = folder / f"source/leaflets/{name}/leaflet.md"
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"^status: .*$", "status: in-review", text, count=1, flags=re.MULTILINE), "utf-8")
    return sent_out(open_project(folder), name)


def imported(made: Project, data: bytes, choice: Choice | None = None, **more: Any) -> Import:
    """What an import of a copy answers."""
    return examine(lambda stage: None, made, {"copy.docx": data}, choice or Choice(), **more)[0]


def source_of(made: Project, name: str = NAME) -> str:
    """A leaflet's source as it is."""
    return (made.root / f"source/leaflets/{name}/leaflet.md").read_text("utf-8")


def text_after(result: Import, made: Project) -> str:
    """The leaflet's source as the import would leave it."""
    file = f"source/leaflets/{result.name}/leaflet.md"
    return result.files.get(file, source_of(made, result.name))
