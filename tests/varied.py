"""Leaflets that differ in all that a page is laid out by, made from a seed; and how to draw one without any lever.

`python tests/varied.py SEED…` draws each in a process of its own, by WeasyPrint as it comes, and prints what it made.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import ModuleType

import documents as d
from publish import model as m
from publish.diagnostics import Finding, Place, Refused
from publish.formats import Options
from publish.policy import load_press_profile
from publish.press.folds import folded
from publish.theme import Theme
from publish.theme.load import load_theme

_WORDS = (
    "the medicine antibodies dose of in cells and patients doctor tell your about a side effects "
    "blood-brain lenta\u00advir\u00adimab 20\u00a0mg day’s hyper\u00adsen\u00adsi\u00adtiv\u00adity 1.5–2.0 "
    "Arzneimittelüberempfindlichkeitsreaktion naïve “quoted” office waffle ½ µg"
).split(" ")
_LANGUAGES = ("en-US", "de-DE", "fr-FR")
_STYLES = (
    "",
    "main { columns: 3; column-gap: 17px; text-align: justify } .section > p:nth-child(3) { float: right; width: 40% }",
    "main { columns: 150px } .section > ul { float: left } li { break-inside: avoid } h3 { clear: both }",
    "main { width: 600px; margin: 0 5.3mm; columns: 2; column-gap: 20px } .safety { columns: 3 } p { orphans: 1 }",
    "main { direction: rtl; columns: 2 } .section > p { overflow: hidden } .callout { columns: 2; column-fill: auto }",
    "main { columns: auto } .section { columns: 2; padding-bottom: 3mm } .section > h2 { column-span: all }",
)


def leaflet(seed: int) -> tuple[m.Document, str, bool]:
    """A document, the name of its theme, and whether it is folded."""
    random = Random(seed)
    every = d.everything()
    folds = seed % 4 == 3
    body: list[m.Block] = []
    for number in range(random.randint(2, 5) if folds else random.randint(4, 12)):
        body.append(d.h(f"Section {number} of {_said(random, 4)}", random.choice((1, 1, 2, 3))))
        body += [_block(random) for _ in range(random.randint(1, 5))]
    if seed % 3 == 1 and not folds:
        body += every.body
    press = m.Press(fold="letter-tri", stock="letter") if folds else None
    parts = d.safety().parts + tuple(m.Part("serious", (_block(random),)) for _ in range(random.randint(0, 3)))
    made = replace(every, body=tuple(body), safety=replace(d.safety(), parts=parts))
    meta = replace(made.meta, title=_said(random, 5), language=_LANGUAGES[seed % 3], press=press)
    return replace(made, meta=meta), ("base", "clinic")[seed % 2], folds


def _said(random: Random, words: int) -> str:
    return " ".join(random.choice(_WORDS) for _ in range(words))


def _block(random: Random) -> m.Block:
    kind = random.randrange(9)
    if kind == 0:
        return d.ul(*(_said(random, random.randint(2, 30)) for _ in range(random.randint(2, 5))), ordered=kind % 2 == 1)
    if kind == 1:
        rows = random.randint(2, 14)
        aligned = ("", "center", "right")
        heads = tuple(d.cell(_said(random, 2), each) for each in aligned)
        return m.Table(heads, tuple(tuple(d.cell(_said(random, 4), each) for each in aligned) for _ in range(rows)))
    if kind == 2:
        return m.Callout(f"c{random.random()}", "results", d.t(_said(random, 3)), (d.p(_said(random, 40)),))
    if kind == 3:
        return m.Quote((d.p(_said(random, 25)),))
    if kind == 4:
        return m.Figure(f"f{random.random()}", "photo.png", "A gradient", d.t(_said(random, 9)))
    inlines = (
        m.Text(_said(random, random.randint(5, 60)) + " "),
        m.Strong((m.Text(_said(random, 3)), m.Emphasis(d.t(_said(random, 2))))),
        m.Text(" " + _said(random, random.randint(5, 60))),
    )
    return d.p(inlines)


def drawn(seed: int, format_: str = "pdf") -> dict[str, object]:
    """What came of drawing it: the hash of the file, or why there is none, and what was told meanwhile."""
    document, look, folds = leaflet(seed)
    with _look(look, _STYLES[seed % len(_STYLES)]) as theme:
        return _drawn(document, theme, folds, format_)


@contextmanager
def _look(base: str, css: str) -> Iterator[Theme]:
    """The theme `base`, its pages set otherwise."""
    with TemporaryDirectory() as folder:
        look = Path(folder) / "varied" / "look"
        look.mkdir(parents=True)
        (look / "theme.toml").write_text(f'extends = "{base}"\n')
        (look / "leaflet.css").write_text(css)
        yield load_theme(f"{look}/", Path(__file__).parents[1] / "themes")


def _drawn(document: m.Document, theme: Theme, folds: bool, format_: str) -> dict[str, object]:
    from publish import formats

    profile = load_press_profile("gwg-2022-leaflet")
    press = document.meta.press or m.Press()
    sheet = folded(press, (theme.page.width, theme.page.height), profile.compensation, Place("x")) if folds else None
    told: list[Finding] = []
    try:
        made = formats.load(format_).write(document, theme, Options(press=profile, sheet=sheet, report=told.append))
        result = sha256(made).hexdigest()
    except Refused as refused:
        result = " ".join(map(str, refused.findings))
    return {"result": result, "told": [str(finding) for finding in told]}


def page(html: str) -> str:
    """The hash of what WeasyPrint makes of a page of its own, in a font of the themes: no others are within reach."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    fonts, own = FontConfiguration(), Path(__file__).parents[1] / "themes/base/fonts/SourceSans3-Regular.ttf"
    face = f"@font-face {{ font-family: Own; src: url({own.as_uri()}) }} html {{ font-family: Own }}"
    sheet = weasyprint.CSS(string=face, font_config=fonts)
    return sha256(weasyprint.HTML(string=html).write_pdf(stylesheets=[sheet], font_config=fonts)).hexdigest()


def without_levers() -> None:
    """From now on WeasyPrint is as it comes, and nothing that it read is kept. Before anything is drawn."""
    sys.modules["publish.formats._weasy_import"] = ModuleType("publish.formats._weasy_import")
    from publish import inputs
    from publish.formats import _weasy_levers

    _weasy_levers.LEVERS.clear()
    inputs.Memory.answer = lambda self, key, make, *others: make()  # type: ignore[method-assign]


def _alone(seed: int, format_: str) -> dict[str, object]:
    reading, writing = os.pipe()
    if not (child := os.fork()):
        with os.fdopen(writing, "w") as pipe:
            json.dump(drawn(seed, format_), pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return dict(json.loads(said))


if __name__ == "__main__":
    without_levers()

    for each in sys.argv[2:]:
        print(json.dumps(_alone(int(each), sys.argv[1])))
