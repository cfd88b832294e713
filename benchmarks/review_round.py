"""How long the review round takes for leaflets of 2, 10 and 100 pages: the copy, its way back, the redline.

    .venv/bin/python benchmarks/review_round.py

Cost must grow with the pages: 100 pages may take at most twelve times what 10 take.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from zipfile import ZipFile

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import projects  # noqa: E402
from publish.formats import Options, docx  # noqa: E402
from publish.project import open_project  # noqa: E402
from publish.reader import read_leaflet  # noqa: E402
from publish.review import store  # noqa: E402
from publish.review.importing import Choice, examine  # noqa: E402
from publish.review.redline import redline  # noqa: E402
from publish.theme.load import load_theme  # noqa: E402

FILE = "source/leaflets/examplin/leaflet.md"
PAGE = """
# Part {number}

Examplin is a **strong** medicine with an *uncertain* future, part {number}. It was found in the year 1999 by accident,
and nobody knows why it works. Ask your doctor or your pharmacist, who know {{{{ product.name }}}}.

Do not take it on day {number} with:

- milk of {number}
- juice of {number}
  - of apples of {number}
- wine of {number}

| Who {number} | How much | When    |
|:-------|---------:|---------|
| Adults {number} | 25 mg    | morning |
| Teens {number}  | 12 mg    | evening |

The people of part {number} sleep badly. Some never do. Wash your hands before part {number}, open the box, take one
tablet with water, and wait for at least {number} hours. {filler}
"""
FILLER = "Nothing is as good as sleep, and nothing is as hard to find, as everybody learns who has looked for it. " * 12


def source(pages: int) -> str:
    """A leaflet of so many pages."""
    head = projects.LEAFLET.split("\n# ", 1)[0].replace("status: draft", "status: in-review") + "\n"
    return head + "".join(PAGE.format(number=number, filler=FILLER) for number in range(1, pages + 1))


def edited(data: bytes) -> bytes:
    """The copy with a word changed in each part."""
    given, out = ZipFile(BytesIO(data)), BytesIO()
    with ZipFile(out, "w") as archive:
        for name in given.namelist():
            content = given.read(name)
            if name == "word/document.xml":
                content = content.replace(b"sleep badly", b"sleep well").replace(b"by accident", b"by chance")
            archive.writestr(name, content)
    return out.getvalue()


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Seconds and result."""
    start = time.perf_counter()
    made = work()
    return time.perf_counter() - start, made


def measure(pages: int) -> dict[str, float]:
    """The seconds of each step for a leaflet of so many pages."""
    project = open_project(projects.tiny(Path(mkdtemp(prefix="publish-bench-"))))
    path = project.root / FILE
    path.write_text(source(pages), "utf-8")
    theme = load_theme("base", ROOT / "themes")
    document, findings = read_leaflet(project, "examplin")
    assert document is not None and not findings, findings
    store.keep(project, document)
    found: dict[str, float] = {}
    found["export"], data = timed(lambda: docx.write(document, theme, Options()))
    back = edited(data)
    found["import"], imports = timed(lambda: examine(lambda stage: None, project, {"copy.docx": back}, Choice()))
    path.write_text(imports[0].files[FILE], "utf-8")
    new, _ = read_leaflet(project, "examplin")
    when = datetime(2026, 1, 1, tzinfo=UTC)
    found["redline"], _ = timed(lambda: redline(document, new, theme, "Ann", when))
    return found


def main() -> int:
    """Print the table; 1 when a step grows faster than it may."""
    table = {pages: measure(pages) for pages in (2, 10, 100)}
    print(f"{'pages':>8}" + "".join(f"{name:>10}" for name in table[2]))
    for pages, times in table.items():
        print(f"{pages:>8}" + "".join(f"{seconds:>9.2f}s" for seconds in times.values()))
    slow = [name for name in table[2] if table[100][name] > 12 * table[10][name]]
    for name in slow:
        print(f"{name}: 100 pages take {table[100][name] / table[10][name]:.1f} times what 10 take")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
