"""What the lint must refuse and what it must let pass: one declaration, rule or sheet a line."""

from __future__ import annotations

import pytest
from lxml import etree

from publish.diagnostics import Finding, Place, Severity
from publish.policy import known_codes, severity
from publish.theme.css import lint

PAGE = etree.fromstring(
    """<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en">
<head><title>Leaflet</title></head><body class="book"><div id="sheet">
<header class="masthead"><h1>About Examplin</h1></header>
<section id="safety" class="safety" epub:type="notice" role="doc-notice" aria-labelledby="safety-title">
<h2 id="safety-title" class="safety-title">Safety Information</h2>
<div class="part part-contraindications"><p class="lead-in">Do not take Examplin if you:</p>
<ul><li>are allergic to <em>exemplinum</em></li><li>weigh less than 10<sup>1</sup> kg</li></ul></div>
<div class="part part-reporting"><p>Call <a href="tel:+18005550100">1-800-555-0100</a> at once.</p></div>
</section>
<main><section><h2>What it is</h2><p>A <a class="term" href="#t">medicine</a>.</p></section>
<div class="callout"><p>Results</p></div>
<p>Examplin works for ten of ten people in the study of examples.</p></main></div></body></html>"""
)


def found(css: str, target: str = "epub", **options: object) -> list[Finding]:
    return list(lint(css, PAGE, Place("theme/book.css"), target, **options))  # type: ignore[arg-type]


def errors(css: str, target: str = "epub", **options: object) -> list[Finding]:
    return [each for each in found(css, target, **options) if severity(each.code, "draft") is Severity.ERROR]


HIDES, SHRINKS, RECOLOURS, ALTERS, COVERS = "css.hides", "css.shrinks", "css.recolours", "css.alters", "css.covers"

DANGEROUS = [
    # gone
    (HIDES, ".safety { display: none }"),
    (HIDES, "#safety { display: contents }"),
    (HIDES, ".safety ul { display: none !important }"),
    (HIDES, ".safety li { display: table-column }"),
    (HIDES, "[role=doc-notice] { visibility: collapse }"),
    (HIDES, "section[epub|type~=notice] { visibility: hidden }"),
    (HIDES, r"[epub\:type~='notice'] { visibility: hidden }"),
    (HIDES, "body > div { content-visibility: hidden }"),
    (HIDES, r".s\61 fety { d\69splay: none }"),
    (HIDES, ".SAFETY, section:has(> .safety-title) { display: none }"),
    (HIDES, "body :not(header):not(h1) { display: none }"),
    (HIDES, "* + * { display: none }"),
    (HIDES, ".safety:hover { display: none }"),
    (HIDES, ".safety:target { visibility: hidden }"),
    (HIDES, ".safety:not(:focus-within) { visibility: hidden }"),
    (HIDES, ".safety .lead-in ~ ul { max-height: 0; overflow: hidden }"),
    (HIDES, ".safety { -webkit-line-clamp: 2 }"),
    (HIDES, ".safety { max-lines: 3; block-ellipsis: auto }"),
    (HIDES, ".safety { continue: discard }"),
    (HIDES, ".safety { contain: size }"),
    (HIDES, ".safety { speak: none }"),
    (HIDES, ".safety { -epub-speak: none }"),
    (HIDES, ".safety { -webkit-text-security: disc }"),
    (HIDES, ".safety { animation: fade 1s forwards }"),
    (HIDES, "@keyframes fade { to { opacity: 0 } }"),
    (HIDES, ".safety { flow-into: nowhere }"),
    (HIDES, ".safety { float: footnote }"),
    (HIDES, ".safety { position: running(gone) }"),
    (HIDES, ".safety { position: relative; left: -200vw }"),
    (HIDES, ".safety { inset-inline-start: 300% }"),
    (HIDES, "#sheet { position: fixed }"),
    (HIDES, ".safety { text-indent: -999em }"),
    (HIDES, ".safety p { white-space: nowrap }"),
    (HIDES, ".safety { width: 1px }"),
    (HIDES, ".safety { max-width: 2ch }"),
    (HIDES, ".safety { inline-size: 5000px }"),
    (HIDES, ".safety { column-count: 12 }"),
    (HIDES, ".safety { display: grid; grid-template-columns: 0 0 }"),
    (HIDES, ".safety { clip: rect(0,0,0,0) }"),
    (HIDES, ".safety { clip-path: circle(0) }"),
    (HIDES, ".safety { mask-image: linear-gradient(transparent, transparent) }"),
    (HIDES, ".safety { -webkit-mask: none no-repeat, url(m.png) }"),
    (HIDES, ".safety { height: 3em; overflow: hidden }"),
    (HIDES, ".safety { height: 10em } @media screen { .safety { overflow-y: clip } }"),
    (HIDES, "html { height: 100%; overflow: hidden }"),
    (HIDES, ".safety { translate: -100vw }"),
    (HIDES, ".safety { offset-path: path('M 900 900 L 901 901') }"),
    (HIDES, "@page { size: 30mm 30mm }"),
    (HIDES, "@page :left { margin: -50mm }"),
    # under conditions
    (HIDES, "@media (prefers-color-scheme: dark) { .safety { display: none } }"),
    (HIDES, "@media print { @supports (display: grid) { .safety { display: none } } }"),
    (HIDES, "@layer a { @container (min-width: 1px) { .safety { display: none } } }"),
    (HIDES, "@scope (body) { .safety { display: none } }"),
    (HIDES, "body { & > div { .safety { display: none } } }"),
    (HIDES, ".safety { @media print { display: none } }"),
    (HIDES, ".safety { &:is(section) { visibility: hidden } }"),
    (HIDES, ":root { --how: none } .safety { display: var(--how) }"),
    (HIDES, ".safety { display: var(--undefined, none) }"),
    (HIDES, "@media print { :root { --how: none } } .safety { display: var(--how, block) }"),
    (HIDES, ":root { --a: var(--b); --b: none } .safety { display: var(--a) }"),
    (HIDES, "@property --how { syntax: '*'; inherits: true; initial-value: none } .safety { display: var(--how) }"),
    (HIDES, ".safety { margin-left: 100vw }"),
    (HIDES, ".safety { padding: 0 0 0 90vw }"),
    (HIDES, ".safety { border-left: 900px solid white }"),
    # small
    (SHRINKS, ".safety { font-size: 4pt }"),
    (SHRINKS, ".safety { font-size: 0 }"),
    (SHRINKS, ".safety { font: 1px/1 serif }"),
    (SHRINKS, ".safety li { font-size: xx-small }"),
    (SHRINKS, "html { font-size: 50% }"),
    (SHRINKS, "html { font-size: 10px } .safety { font-size: .9rem }"),
    (SHRINKS, "body, div, section { font-size: .8em }"),
    (SHRINKS, ".safety { font-size: calc(1em - 6pt) }"),
    (SHRINKS, ".safety { font-size: min(1em, 1mm) }"),
    (SHRINKS, ".safety { font-size: clamp(2pt, 1vw, 20pt) }"),
    (SHRINKS, ".safety em { font-size: .1em }"),
    (SHRINKS, "@supports (zoom: 1) { .safety { font-size: 2pt } }"),
    (SHRINKS, ":root { --s: 5pt } @media print { .safety p { font-size: var(--s) } }"),
    (SHRINKS, ".safety p::first-line { font-size: 3pt }"),
    (SHRINKS, ".safety p:first-letter { font-size: .1em }"),
    (SHRINKS, ".safety { zoom: 20% }"),
    (SHRINKS, ".safety { scale: .2 }"),
    (SHRINKS, ".safety { font-size-adjust: .1 }"),
    (SHRINKS, "body { -webkit-text-size-adjust: 20% }"),
    (SHRINKS, ".safety { font-stretch: ultra-condensed }"),
    (SHRINKS, ".safety { font: menu }"),
    (SHRINKS, ".safety { font-variant-position: sub }"),
    (SHRINKS, ".safety { font-size: calc(12pt * pow(.1, 1)) }"),
    (SHRINKS, ".safety > * { font-size: round(1pt, 1pt) }"),
    (SHRINKS, ".safety > * { font-size: env(nothing, 2pt) }"),
    (SHRINKS, ".safety > * { font: env(nothing, 2pt) serif }"),
    # faint
    (RECOLOURS, ".safety { color: #fefefe }"),
    (RECOLOURS, ".safety { color: white; background: #eee }"),
    (RECOLOURS, ".safety { color: hsl(0 0% 90%) }"),
    (RECOLOURS, ".safety { color: rgb(0 0 0 / 10%) }"),
    (RECOLOURS, ".safety { color: device-cmyk(0 0 0 .1) }"),
    (RECOLOURS, ".safety { color: oklch(98% 0 0) }"),
    (RECOLOURS, ".safety { color: color-mix(in srgb, white 96%, black) }"),
    (RECOLOURS, ".safety { background: linear-gradient(#000, #fff); color: #fff }"),
    (RECOLOURS, "body { background: #000 } .safety p { color: #111 }"),
    (RECOLOURS, "@media (prefers-color-scheme: dark) { .safety { color: #111; background: #000 } }"),
    (RECOLOURS, ".safety { color: light-dark(#fff, #000); background: light-dark(#fff, #000) }"),
    (RECOLOURS, ":root { --ink: #eee } .safety { color: var(--ink) }"),
    (RECOLOURS, "#sheet { opacity: .9 } .safety { opacity: .9 }"),
    (RECOLOURS, ".safety { opacity: calc(.1 * 2) }"),
    (RECOLOURS, ".safety { filter: blur(4px) }"),
    (RECOLOURS, "#sheet { backdrop-filter: invert(1) }"),
    (RECOLOURS, ".safety { mix-blend-mode: screen }"),
    (RECOLOURS, ".safety { -webkit-text-fill-color: transparent }"),
    (RECOLOURS, ".safety { -webkit-text-stroke: 2px white }"),
    (RECOLOURS, ".safety { background-clip: text; color: transparent }"),
    (RECOLOURS, ".safety { text-shadow: 0 0 8px black }"),
    (RECOLOURS, ".safety p::first-line { color: transparent }"),
    (RECOLOURS, ".safety { color: Canvas }"),
    (RECOLOURS, ".safety { background: CanvasText }"),
    (RECOLOURS, ".safety { text-shadow: .2em 0 currentColor, -.2em 0 currentColor, 0 .2em currentColor }"),
    (RECOLOURS, ".safety p { color: #000; background: #fff; box-shadow: inset 0 140px 0 0 #000 }"),
    (RECOLOURS, ".safety { background: paint(black) }"),
    (RECOLOURS, ".safety { color: env(ink, #fff) }"),
    (RECOLOURS, ":root { color-scheme: only dark } .safety { color: #000 }"),
    (RECOLOURS, ".safety { color-scheme: dark; background: Canvas; color: #000 }"),
    # one condition does not undo another
    (
        SHRINKS,
        "@media (min-width: 1px) { .safety * { font-size: 3pt } } @media (min-width: 9999px) { .safety * "
        "{ font-size: 12pt } }",
    ),
    (
        RECOLOURS,
        "@supports (color: red) { .safety * { color: #fff; background: #fff } } @supports (foo: bar) "
        "{ .safety * { color: #000 } }",
    ),
    (
        RECOLOURS,
        ".safety { color: var(--c) } :root { --c: #000 } @media (min-width: 1px) { :root { --c: #fff } } "
        "@media (min-width: 9999px) { :root { --c: #000 } }",
    ),
    ("css.too-complex", "".join(f"@media (min-width: {n}px) {{ .safety {{ margin: 0 }} }}" for n in range(1, 10))),
    # altered
    (ALTERS, ".safety li { display: inline }"),
    (ALTERS, ".safety-title { bookmark-label: 'Safe for everyone' }"),
    (ALTERS, ".safety::before { content: 'Not valid: ' }"),
    (ALTERS, ".safety li::marker { content: 'never ' }"),
    (ALTERS, ".safety a::after { content: attr(href) }"),
    (ALTERS, "#sheet::after { content: 'The above is out of date.' }"),
    (ALTERS, ".safety ul { list-style-type: 'do not: ' }"),
    (ALTERS, ".safety { quotes: 'old' 'text' }"),
    (ALTERS, ".safety { text-transform: uppercase }"),
    (ALTERS, "body { text-transform: lowercase }"),
    (ALTERS, ".safety { font-variant: small-caps }"),
    (ALTERS, ".safety { font-feature-settings: 'ss01', 'smcp' }"),
    (ALTERS, ".safety { font-family: Wingdings }"),
    (ALTERS, ".safety { text-decoration: line-through }"),
    (ALTERS, ".safety p { text-decoration-line: underline line-through }"),
    (ALTERS, ".safety p { text-decoration: underline; text-underline-offset: -.5em }"),
    (ALTERS, ".safety { direction: rtl }"),
    (ALTERS, ".safety { unicode-bidi: isolate-override }"),
    (ALTERS, ".safety { writing-mode: vertical-rl }"),
    (ALTERS, ".safety { transform: rotate(180deg) }"),
    (ALTERS, ".safety { rotate: 90deg }"),
    (ALTERS, ".safety { letter-spacing: -.2em }"),
    (ALTERS, ".safety { letter-spacing: 2em }"),
    (ALTERS, ".safety { word-spacing: -.25em }"),
    (ALTERS, ".safety { word-spacing: 20em }"),
    (ALTERS, ".safety { line-height: 40 }"),
    (ALTERS, ".safety { string-set: head content() }"),
    (ALTERS, ".safety { shape-outside: circle(40%) }"),
    # covered
    (COVERS, ".safety::after { content: ''; position: absolute; inset: 0; background: #fff }"),
    (COVERS, ".safety::after { content: ''; position: absolute } .safety::after { inset: 0; background: white }"),
    (COVERS, ".safety li::before { content: ''; position: absolute; width: 80%; height: 1em; background: #000 }"),
    (
        COVERS,
        ".safety p::after { content: ''; position: absolute; top: 50%; width: 100%; height: 2px; background: red }",
    ),
    (COVERS, "body::after { content: ''; position: fixed; inset: 0; background: white }"),
    (
        COVERS,
        "main::before { content: ''; position: fixed; top: 0; left: 0; width: 100vw; height: 100vh; background: #fff }",
    ),
    (COVERS, ".callout { position: fixed; inset: 0; background: white }"),
    (COVERS, ".callout { margin-top: -60mm; background: white }"),
    (COVERS, ".callout { transform: translateY(-400px); background: #fff }"),
    (COVERS, "h1 { box-shadow: 0 0 0 900px #fff }"),
    (COVERS, "h1 { outline: 900px solid white }"),
    (COVERS, ".safety { z-index: -1; position: relative }"),
    (COVERS, ".safety { margin-top: -3em }"),
    (COVERS, ".safety li { margin-block-start: -1.2em }"),
    (COVERS, ".safety { line-height: 0 }"),
    (COVERS, "html { line-height: .2 }"),
    (COVERS, ".safety { line-height: 2px }"),
    (COVERS, ".safety > * { grid-area: 1 / 1 } .safety { display: grid }"),
    (COVERS, ".safety p { outline: 10px solid #000 }"),
    (COVERS, ".safety a { text-decoration-thickness: 1.2em }"),
    (COVERS, ".safety::after { content: url(white.png); position: absolute; top: 0 }"),
    (COVERS, ".safety { -webkit-box-reflect: below -20px }"),
    (COVERS, "@page { @top-left { content: ''; background: #fff; height: 200mm } }"),
    (COVERS, "@page { @bottom-center { content: ''; margin-top: -50mm } }"),
    (COVERS, "main { position: absolute; top: 0; width: 100%; background: #fff }"),
    (COVERS, "main { float: left; margin-left: -400px; background: #fff }"),
    (COVERS, "main { height: 0 }"),
    (COVERS, "#sheet { display: grid } #sheet > * { grid-area: 1 / 1 }"),
    # from outside
    ("css.outside", "@import 'other.css';"),
    ("css.outside", "body { background: url(http://example.org/a.png) }"),
    ("css.outside", "body { background: url(//example.org/a.png) }"),
    ("css.outside", "body { background: url('file:///etc/hostname') }"),
    ("css.outside", "body { background: url(/etc/hostname) }"),
    ("css.outside", "body { background: url(img/../../secret.png) }"),
    ("css.outside", "body { background: url(%2e%2e/secret.png) }"),
    ("css.outside", r"body { background: url('..\\secret.png') }"),
    ("css.outside", "body { background: image-set('https://example.org/a.png' 1x) }"),
    ("css.outside", "a[href^=tel] { background: url(https://example.org/?leak) }"),
    ("css.outside", "h1 { list-style-image: url('javascript:alert(1)') }"),
    ("css.outside", "h1 { background: url(\"data:image/svg+xml,<svg onload='x()'/>\") }"),
    ("css.outside", "h1 { width: expression(alert(1)) }"),
    ("css.font", "@font-face { font-family: X; src: url(fonts/x.ttf) }"),
    ("css.font", "@font-face { font-family: X; src: local(Arial); unicode-range: U+30-39 }"),
    # not to be judged
    ("css.syntax", ".safety { color }"),
    ("css.syntax", "p { color: red } }"),
]


@pytest.mark.parametrize(("code", "css"), DANGEROUS, ids=[css for _, css in DANGEROUS])
def test_refuses(code: str, css: str) -> None:
    reported = errors(css)
    assert code in {each.code for each in reported}, reported
    for each in reported:
        assert each.place is not None and each.place.file == "theme/book.css" and each.place.line == 1
        assert each.hint


HARMLESS = [
    ".safety-title::before { content: ''; display: inline-block; width: 3mm; height: 3mm; background: #b00 }",
    ".safety-title::before { content: '⚠ ' }",
    "main p::before { content: '– ' } main ul { list-style: '▸ ' } main ol { counter-reset: n }",
    "@counter-style box { system: cyclic; symbols: '▪'; suffix: ' ' } .safety ul { list-style: box }",
    ".safety p::first-line { color: #003 }",
    ".safety { padding: 4.5mm 5mm } .safety-title { padding: 2mm 5mm; margin: -4.5mm -5mm 3mm; background: #eee }",
    "@media (min-width: 40em) { .safety { background: #000; color: #fff } } .safety { color: #000; background: #fff }",
    ".safety ul ul { padding-left: 1.5em } .safety { padding: 1.5em; columns: 2 }",
    ".safety li { display: inline-block; width: 100% }",
    ":root { color-scheme: light dark } .safety { border: 1px solid }",
    ".safety { box-shadow: inset 3mm 0 0 #b00; padding-left: 6mm }",
    ".safety { border: 2px solid #003; padding: 4mm; border-radius: 3mm }",
    ".safety { background: #003366; color: #fff; padding: 3mm }",
    ".safety { color: #b00000; font-weight: bold }",
    ".safety { background: #fff3c4; color: #222 }",
    ".safety { columns: 2; column-gap: 6mm; column-rule: .5pt solid #999 }",
    ".safety { columns: 12em }",
    ".safety { letter-spacing: .04em; word-spacing: .1em }",
    ".safety { letter-spacing: -.01em }",
    ".safety { opacity: .9 }",
    ".safety { break-before: page; break-inside: avoid }",
    ".safety { font-variant-ligatures: common-ligatures; font-kerning: normal; font-variant-numeric: tabular-nums }",
    ".safety { font-family: Georgia, serif; font-style: italic; font-size: 10pt; line-height: 1.4 }",
    ".safety { font: 600 11pt/1.35 serif }",
    ".safety { text-align: justify; hyphens: auto; orphans: 3; widows: 3 }",
    ".safety { float: right; width: 60mm; margin: 0 0 5mm 5mm }",
    ".safety { box-shadow: 0 1mm 3mm rgba(0, 0, 0, .3) }",
    ".safety { text-shadow: 0 .3px 0 #ccc }",
    ".safety { outline: 1px solid currentColor }",
    ".safety { margin: 0 -5mm; padding: 5mm }",
    ".safety { user-select: none; cursor: default }",
    ".safety { position: relative; z-index: 2 }",
    ".safety { overflow: hidden; border-radius: 2mm }",
    ".safety ul { list-style: square; padding-left: 1em; text-indent: 0 }",
    ".safety ul { list-style: none } .safety li { padding-left: 1em; text-indent: -1em }",
    ".safety li::before { content: '• '; color: #b00 }",
    ".safety li::marker { color: #b00; font-weight: bold }",
    ".safety li::before { content: '–'; position: absolute; left: -1em }",
    ".safety ol { counter-reset: i } .safety li::before { content: counter(i) '. ' }",
    ".safety::before { content: ''; position: absolute; left: 0; top: 0; bottom: 0; width: 2mm; background: #b00 }",
    ".safety { background: linear-gradient(#fff, #f4f4f4); color: #111 }",
    ".safety sup { font-size: .66em; line-height: 0; vertical-align: .4em }",
    ".safety a { white-space: nowrap; text-decoration: underline dotted; text-underline-offset: .15em }",
    ".safety h2 { font-size: 1.4em; color: #005; letter-spacing: .02em }",
    "@media (prefers-color-scheme: dark) { .safety { color: #eee; background: #111 } }",
    ":root { --ink: #222; --paper: #fff } .safety { color: var(--ink); background: var(--paper) }",
    "@media print { .safety { color: #000; background: #fff } nav { display: none } }",
    "@supports (display: grid) { main { display: grid } }",
    "@layer base { .safety { color: #333 } }",
    "main { position: relative } main::after { content: ''; position: absolute; right: 0; top: 2cm; width: 2cm; "
    "height: 1cm; background: #eee; z-index: -1 }",
    "main h2 { text-transform: uppercase; letter-spacing: .1em }",
    "main .callout { transform: rotate(-2deg); background: #eee }",
    "h1 { text-transform: uppercase }",
    ".masthead { background: url(img/wave.svg) no-repeat; min-height: 4cm }",
    ".masthead { background: url(data:image/png;base64,iVBORw0KGgo=) }",
    "@page { size: A4; margin: 15mm; @bottom-center { content: 'Page ' counter(page) ' of ' counter(pages) } }",
    "@page { size: 99mm 210mm; bleed: 3mm; marks: crop }",
    "nav, .hidden, aside { display: none }",
    ".safety { background: Canvas; color: CanvasText; border: 1pt solid CanvasText }",
    ".callout { position: absolute; right: 0; top: 0; width: 4cm; height: 2cm; background: #eee }",
    "main p::first-letter { font-size: 3em; float: left }",
    "body { margin: 0 auto; max-width: 38em; padding: 0 4% }",
    "html { font-size: 11pt; line-height: 1.5; color: #222 }",
    "html { font-size: 62.5% } body { font-size: 1.6rem } .safety { font-size: 1.5rem }",
    "body { text-transform: uppercase } .safety { text-transform: none }",
]


@pytest.mark.parametrize("css", HARMLESS)
@pytest.mark.parametrize("target", ["pdf", "epub"])
def test_lets_pass(css: str, target: str) -> None:
    assert errors(css, target) == []


OUT_OF_FLOW = [
    # painted boxes among the words, and over them from elsewhere
    (COVERS, ".safety p::before { content: ''; float: left; width: 100%; height: 3em; background: #000 }"),
    (COVERS, ".safety p::after { content: '\\2003'; padding: 150px 100px; background: #000 }"),
    (COVERS, ".masthead { position: sticky; top: 0; height: 100vh; background: #fff }"),
    (COVERS, ".masthead::after { content: ''; position: fixed; width: 9em; height: 4em; background: #fff }"),
    (
        COVERS,
        ".masthead h1, main h2 { position: absolute; left: 0; width: 100%; height: 60pt; background: #fff }",
    ),
    (
        COVERS,
        "@media (min-width: 1px) { main { position: absolute; top: 0; background: #fff } } "
        "@media (min-width: 9999px) { main { position: static } }",
    ),
    (
        HIDES,
        "@supports (a: b) { .safety { height: 3em; overflow: hidden } } "
        "@supports (c: d) { .safety { overflow: visible } }",
    ),
    # parts of the block too faint
    (RECOLOURS, ".safety p::first-line { color: #fff }"),
    (RECOLOURS, ".safety p::first-line { background: #000; color: #000 }"),
    (RECOLOURS, ".safety p::first-letter { color: #fff } .safety p::first-letter { background: #fff }"),
    (RECOLOURS, ".safety li::marker { color: #fafafa }"),
    # words that nobody wrote
    (ALTERS, "@counter-style x { system: cyclic; symbols: 'NOT'; suffix: ' ' } .safety li { list-style-type: x }"),
    (ALTERS, "@counter-style x { system: cyclic; symbols: '•'; suffix: ' no ' } .safety li { list-style-type: x }"),
    ("css.adds-words", "main p::after { content: ' This is not true.' }"),
    ("css.adds-words", "h1::after { content: attr(class) }"),
    ("css.adds-words", "h1 { content: 'Another title' }"),
    ("css.adds-words", "@media print { main { --more: ' Ask for it.' } main p::after { content: var(--more) } }"),
    ("css.adds-words", "main { quotes: 'not ' '' } main p::before { content: open-quote }"),
    ("css.adds-words", "main li, main p { list-style-type: 'without ' }"),
    # laid out anew by every reading system
    (HIDES, ".safety { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 4mm }"),
    (HIDES, "#sheet { display: grid } .safety { grid-column: 1 / 3 } main { grid-column: 1 }"),
    (HIDES, ".safety { display: grid; grid-template-areas: 'a' } .safety > * { grid-area: a }"),
    (HIDES, ".safety { display: grid; grid-auto-rows: minmax(0, 0) }"),
    (HIDES, ".safety { display: flex } .safety > * { flex: 0 0 0px; min-width: 0 }"),
    (HIDES, ".safety { display: flex; flex-wrap: nowrap } .safety > * { flex: 0 0 100% }"),
    (HIDES, ".safety { display: flex; flex-direction: column-reverse }"),
    (HIDES, "@supports (display: flex) { body { display: flex } }"),
    (HIDES, ".safety > * { order: 2 }"),
    (HIDES, ".safety > * { aspect-ratio: 1000 / 1; min-height: 0 }"),
    (COVERS, ".safety { position: sticky; top: 0 }"),
    (ALTERS, ".safety li { float: left }"),
    # in sum too far in, out, up or down
    (HIDES, ".safety { padding-left: 100pt } .safety div { padding-left: 60pt } .safety ul { padding-left: 60pt }"),
    (HIDES, ".safety { padding-inline: 6em } .safety p { margin: 0 6em }"),
    (HIDES, ".safety { width: 60% } .safety div { width: 50% }"),
    (HIDES, ".safety { columns: 4; column-gap: 200pt }"),
    (HIDES, ".safety { margin-left: -4mm } .safety li { margin-left: -6mm; padding-left: 0 }"),
    (HIDES, ".safety { width: 1700pt }"),
    (HIDES, ".safety { min-width: 30em }"),
    (HIDES, ".safety * { font-size: 400pt }"),
    (HIDES, ".safety p::first-letter { initial-letter: 30 1 }"),
    (
        COVERS,
        ".safety li:first-child { position: relative; top: 6pt } "
        ".safety li:last-child { position: relative; top: -6pt; margin-top: -6pt }",
    ),
    (COVERS, ".safety div { position: relative; top: -2pt } .safety p { position: relative; top: -2pt }"),
    (COVERS, ".safety ul { list-style-image: linear-gradient(#000, #000) }"),
]


@pytest.mark.parametrize(("code", "css"), OUT_OF_FLOW, ids=[css for _, css in OUT_OF_FLOW])
def test_an_epub_keeps_the_block_in_ordinary_flow(code: str, css: str) -> None:
    assert code in {each.code for each in errors(css)}


@pytest.mark.parametrize("css", [css for _, css in OUT_OF_FLOW if "flex" in css and "0px" not in css])
def test_a_pdf_may_lay_the_block_out_for_its_pixels_prove_it(css: str) -> None:
    assert errors(css, "pdf") == []


def test_a_pdf_may_set_all_parts_into_the_second_column() -> None:
    css = ".safety { display: grid; grid-template-columns: 40mm 1fr } .safety .part { grid-column: 2 }"
    assert errors(css, "pdf") == []


def test_a_masthead_may_run_to_the_edge_of_the_first_page() -> None:
    css = ".masthead { margin: -14mm -11mm 6mm; padding: 20mm 16mm 8mm; background: #0b5563; color: #fff }"
    assert errors(css, "pdf") == []
    assert {each.code for each in errors("main { margin-top: -14mm }", "pdf")} == {COVERS}


def test_another_order_in_the_pdf_is_told() -> None:
    css = ".safety { display: flex; flex-direction: row-reverse } .safety > * { order: 2 }"
    assert [each.code for each in found(css, "pdf")] == ["css.unjudged", "css.unjudged"]


def test_tells_what_nobody_has_judged() -> None:
    (only,) = found(".safety { future-property: 3 }")
    assert only.code == "css.unjudged"
    assert severity(only.code, "approved") is Severity.WARNING


def test_says_where_and_what_in_plain_words() -> None:
    (only,) = found("p { margin: 0 }\n\n.safety ul {\n  display:\n none;\n}")
    assert str(only).startswith("theme/book.css:4:3: error[css.hides] “.safety ul { display: none }” takes it away")


def test_counts_lines_from_where_the_sheet_begins() -> None:
    (only,) = lint("\n.safety { display: none }", PAGE, Place("book.xhtml", 10), "epub")
    assert only.place == Place("book.xhtml", 11, 11)


def test_what_comes_before_counts_and_is_not_judged() -> None:
    tokens = ":root { --ink: #777 } .safety { display: none }"
    assert [each.code for each in found(".safety { color: var(--ink) }", before=tokens)] == ["css.recolours"]
    assert found(".safety { color: var(--ink) }", before=":root { --ink: #222 }") == []


def test_a_limit_is_the_profiles_own() -> None:
    assert errors(".safety { font-size: 8.5pt }") == []
    assert [each.code for each in errors(".safety { font-size: 8.5pt }", min_size=9)] == ["css.shrinks"]
    assert [each.code for each in errors(".safety { color: #666 }", min_contrast=7)] == ["css.recolours"]


def test_only_declared_fonts() -> None:
    css = '@font-face { font-family: "Text"; src: url("fonts/text.ttf") }'
    assert found(css, faces={"fonts/text.ttf"}) == []


@pytest.mark.parametrize(
    "css",
    [
        "a" * 5 + ":not(" * 3000 + "b" + ")" * 3000 + "{}",
        ".safety { width: " + "calc(" * 5000 + "1px" + ")" * 5000 + " }",
        "{" * 4000,
        ".a{" * 400 + "color:red" + "}" * 400,
        " ".join(["div"] * 5000) + " { color: red }",
        "p ~ " * 60 + "p { color: red }",
        ":root { --a: var(--b); --b: var(--a) } .safety { display: var(--a) }",
        ":root {"
        + "".join(f"--v{n}: var(--v{n + 1}) var(--v{n + 1});" for n in range(40))
        + "} .safety { margin: var(--v0) }",
        ":root {"
        + "".join(f"--v{n}: var(--v{n + 1}, var(--v{n + 1}));" for n in range(40))
        + "} .safety { margin: var(--v0) }",
        "@media " * 500,
        "\0\ufffd</style><script>",
    ],
    ids=[
        "not",
        "calc",
        "braces",
        "nesting",
        "descendants",
        "siblings",
        "circle",
        "doubling",
        "fallbacks",
        "media",
        "junk",
    ],
)
def test_survives(css: str) -> None:
    """Whatever it says, it ends, and each thing said has its code in the tables and its place in the sheet."""
    said = found(css)
    assert all(each.code in known_codes() and each.place and each.place.line for each in said)


def test_a_line_for_large_letters_does_not_strike_the_small_ones_inside() -> None:
    thick = ".safety { font-size: 60pt; text-decoration: underline .25em } .safety > * { font-size: 9pt }"
    raised = ".safety { font-size: 60pt; text-underline-offset: -.1em } .safety > * { font-size: 9pt }"
    assert COVERS in {each.code for each in errors(thick)}
    assert ALTERS in {each.code for each in errors(raised)}
    assert errors(".safety a { text-decoration: underline .1em; text-underline-offset: .1em }") == []


def test_a_sheet_too_deep_to_be_judged_is_refused() -> None:
    assert [each.code for each in errors(".a{" * 400 + "color:red" + "}" * 400)] == ["css.too-complex"]


def test_circles_and_unknown_properties_are_told() -> None:
    css = ":root { --a: var(--b); --b: var(--a) } .safety { color: var(--a); border-color: var(--nowhere) }"
    assert {each.code for each in found(css)} == {"css.variable"}
