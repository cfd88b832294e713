"""A finished EPUB with one thing changed: every change to the safety block is blocked, honest restyling is not."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

import pytest

import books
from books import CONTENT, NAV, PACKAGE, entries, finished, packed, restyled, spoiled
from publish.diagnostics import Finding, Severity
from publish.model import Document
from publish.policy import Sighting, severity
from publish.verify import Artifact, checks_for

DOCUMENT = books.leaflet()
MANDATE = books.mandate(DOCUMENT, books.base())


def proof(book: bytes, document: Document = DOCUMENT) -> list[Finding | Sighting]:
    artifact = Artifact("epub", "examplin.epub", book)
    return [each for check in checks_for("epub") for each in check.check(artifact, document, MANDATE)]


def errors(book: bytes) -> set[str]:
    return {
        each.code
        for each in proof(book)
        if isinstance(each, Finding) and severity(each.code, "draft") is Severity.ERROR
    }


def warnings(book: bytes) -> set[str]:
    return {each.code for each in proof(book) if isinstance(each, Finding)} - errors(book)


def test_the_finished_book_is_sound() -> None:
    (sighting,) = proof(finished())
    assert isinstance(sighting, Sighting)
    assert sighting.page is None and sighting.size >= 8 and sighting.contrast >= 4.5 and sighting.words > 50


@pytest.mark.parametrize("status", ["in-review", "approved"])
def test_other_statuses_are_sound_too(status: str) -> None:
    document = books.leaflet(status)
    found = proof(finished(status), document)
    assert [each for each in found if isinstance(each, Finding)] == []


# --- the block's words ---

WORDS = [
    ("a word is gone", "are allergic to exemplinum", "are to exemplinum"),
    ("a sentence is gone", "Stop and call a doctor at once if:", ""),
    ("an item is gone", "<li>weigh less than 40 kg\n</li>\n", ""),
    ("a part is gone", '<div class="part part-contraindications">', '<!--<div class="part part-contraindications">'),
    ("a letter is other", "exemplinum\n", "examplinum\n"),
    ("a digit is other", "500 platelets", "800 platelets"),
    ("a dose is other", "40 kg", "4 kg"),
    ("not is gone", "Do <strong>not</strong> take", "Do take"),
    ("a look-alike letter", "weigh", "w\u0435igh"),
    ("a zero-width space", "weigh", "we\u200bigh"),
    ("a soft hyphen", "weigh", "we\u00adigh"),
    ("a reversing character", "40 kg", "\u202e40 kg\u202c"),
    ("two words change places", "trouble breathing", "breathing trouble"),
    ("two words run together", "at once", "atonce"),
    ("a word is cut in two", "exemplinum\n", "exempl inum\n"),
    ("words are added", "at once if:", "at once, or later, if:"),
    (
        "an item twice",
        "<li>weigh less than 40 kg\n</li>",
        "<li>weigh less than 40 kg\n</li><li>weigh less\nthan 40 kg</li>",
    ),
    ("another title", "Important Safety Information about Examplin</h2>", "About Examplin</h2>"),
    ("raised digits lowered", "10<sup>3</sup>", "103"),
    ("raised digits elsewhere", "10<sup>3</sup> cells", "1<sup>03</sup> cells"),
    ("a number list without numbers", "<ol>", "<ul class='ol'>"),
    ("a list counts from seven", "<ol>", '<ol start="7">'),
    ("a list counts backwards", "<ol>", '<ol reversed="reversed">'),
    ("another address", "https://www.example.org/report", "https://www.example.org/praise"),
    ("a picture in the block", "Stop and call", '<img src="images/cover.png" alt=""/>Stop and call'),
    ("the class is gone", 'class="safety"', 'class="notes"'),
    ("the id is gone", 'id="safety"', 'id="security"'),
    (
        "an empty block, the words elsewhere",
        ' aria-labelledby="safety-title">',
        ' aria-labelledby="safety-title"></section><section>',
    ),
]


@pytest.mark.parametrize(("old", "new"), [case[1:] for case in WORDS], ids=[case[0] for case in WORDS])
def test_altered_words_are_blocked(old: str, new: str) -> None:
    book = finished()
    if "<!--" in new:
        text = books.entry(book, CONTENT)
        start = text.index(old)
        end = text.index("</div>", start) + len("</div>")
        book = spoiled(book, CONTENT, text[start:end], f"<!--{text[start:end]}-->")
    elif old == "<ol>" and "ul" in new:
        text = books.entry(book, CONTENT)
        start, end = text.index("<ol>"), text.index("</ol>") + 5
        book = spoiled(book, CONTENT, text[start:end], text[start:end].replace("ol>", "ul>"))
    else:
        book = spoiled(book, CONTENT, old, new)
    assert errors(book)


def test_a_second_copy_is_blocked() -> None:
    text = books.entry(finished(), CONTENT)
    start, end = text.index("<section id="), text.index("</section>") + len("</section>")
    copy = text[start:end]
    assert "epub.safety-twice" in errors(spoiled(finished(), CONTENT, "<main>", f"<main>{copy}"))
    altered = copy.replace(' id="safety"', "").replace('class="safety"', "").replace("<strong>not</strong>", "")
    assert "epub.words-extra" in errors(spoiled(finished(), CONTENT, "<main>", f"<main>{altered}"))


def test_a_sentence_that_nobody_wrote_is_blocked() -> None:
    assert "epub.words-extra" in errors(
        spoiled(finished(), CONTENT, "<main>", "<main><p>Disregard what stands above.</p>")
    )


# --- hidden ---

MARKUP = [
    ("hidden", 'class="safety"', 'class="safety" hidden="hidden"'),
    ("hidden paragraph", "<p>Report", '<p hidden="hidden">Report'),
    ("aria-hidden", "<main", '<main aria-hidden="false"'),
    ("aria-hidden block", 'class="safety"', 'class="safety" aria-hidden="true"'),
    ("inert body", "<body", '<body inert="inert"'),
    ("white letters", "<p>Report", '<p style="color:#fff">Report'),
    ("no letters", "<p>Report", '<p style="font-size:0">Report'),
    ("gone by style", 'class="safety"', 'class="safety" style="display:none"'),
    ("gone around", "<body", '<body style="visibility:hidden"'),
    ("smaller and smaller", "<li>have fewer", "<li>" + "<small>" * 4 + "have" + "</small>" * 4 + " fewer"),
    ("no notice", ' epub:type="notice"', ""),
    ("a footnote", ' epub:type="notice"', ' epub:type="notice footnote"'),
    ("no role", ' role="doc-notice"', ""),
    ("no name", ' aria-labelledby="safety-title"', ""),
    ("another name", ' aria-labelledby="safety-title"', ' aria-label="Good news"'),
    ("other words to listeners", "<p>Report", '<p aria-label="Keep it to yourself">Report'),
    ("struck out", "<li>have fewer than 500 platelets", "<li><del>have fewer than 500 platelets</del>"),
    ("turned round", "<li>have", '<li dir="rtl">have'),
    ("a lid", "<main>", '<div style="position:fixed;inset:0;background:#fff"></div><main>'),
    ("a script", "</body>", "<script>1</script></body>"),
    ("a script in the head", "</head>", '<script src="a.js"></script></head>'),
    ("an event", "<main>", '<main onclick="x()">'),
    ("a sheet from outside", "</head>", '<link rel="stylesheet" href="https://example.org/a.css"/></head>'),
    ("a sheet that is not there", "</head>", '<link rel="stylesheet" href="styles/none.css"/></head>'),
    ("a style element", "</head>", "<style>.safety{opacity:.1}</style></head>"),
    ("a style element in the body", "<main>", "<main><style>#safety{color:#eee}</style>"),
    ("a sheet for print", "</head>", '<style media="print">.safety{display:none}</style></head>'),
    ("another base", "</head>", '<base href="https://example.org/"/></head>'),
    ("a refresh", "</head>", '<meta http-equiv="refresh" content="1;url=x"/></head>'),
    ("a viewport", "</head>", '<meta name="viewport" content="width=90, height=90"/></head>'),
    ("a processing instruction", "<!DOCTYPE html>", '<?xml-stylesheet href="styles/x.css"?><!DOCTYPE html>'),
    ("an entity", "<!DOCTYPE html>", '<!DOCTYPE html [<!ENTITY n "not">]>'),
    ("another language", 'lang="en-US"', 'lang="fr"'),
]


@pytest.mark.parametrize(("old", "new"), [case[1:] for case in MARKUP], ids=[case[0] for case in MARKUP])
def test_hiding_by_markup_is_blocked(old: str, new: str) -> None:
    found = errors(spoiled(finished(), CONTENT, old, new))
    assert found or 'aria-hidden="false"' in new


@pytest.mark.parametrize("element", ["aside", "details", "dialog", "template", "noscript", "figure", "sup", "s"])
def test_a_wrapped_block_is_blocked(element: str) -> None:
    book = spoiled(finished(), CONTENT, "<section id=", f"<{element}><section id=")
    assert errors(spoiled(book, CONTENT, "</section>", f"</section></{element}>"))


STYLES = [
    ".safety { display: none }",
    "@media (prefers-color-scheme: dark) { .safety { display: none } }",
    "@media print { #safety { visibility: hidden } }",
    "@media amzn-kf8 { .safety p { display: none } }",
    ".safety { font-size: 5pt }",
    "html { font-size: 7pt }",
    ".safety { color: #ddd }",
    ".safety { color: #333; background: #222 }",
    "@media (prefers-color-scheme: dark) { .safety { color: #333; background: #222 } }",
    ":root { --i: #eee } .part { color: var(--i) }",
    ".safety { opacity: .3 }",
    ".safety { position: absolute; left: -999em }",
    ".safety { height: 2em; overflow: hidden }",
    ".safety { transform: scale(.1) }",
    ".safety { clip-path: inset(50%) }",
    ".safety::after { content: ''; position: absolute; inset: 0; background: #fff }",
    "body::before { content: ''; position: fixed; inset: 0; background: #fff }",
    ".safety strong { text-decoration: line-through }",
    ".safety p::before { content: 'not: ' }",
    "@import 'styles/other.css';",
    "@font-face { font-family: Evil; src: url(fonts/evil.ttf) }",
    ".safety li { margin-top: -1.5em }",
    ".safety li { display: inline } .safety ul { padding: 0 }",
    ".safety { direction: rtl; unicode-bidi: bidi-override }",
]


@pytest.mark.parametrize("css", STYLES)
def test_hiding_by_style_is_blocked(css: str) -> None:
    assert errors(restyled(finished(), css))


@pytest.mark.parametrize(
    "css",
    [
        ".safety { border: 1px solid; padding: 1em; border-radius: .5em }",
        ".safety { background: #003366; color: #fff }",
        ".safety { background: #fff3c4; color: #222; font-size: 1.1em }",
        ".safety { columns: 16em; column-gap: 2em }",
        "@media (prefers-color-scheme: dark) { .safety { background: #222; color: #eee } }",
        "main { color: #444 } h1 { text-transform: uppercase }",
        ".safety li::marker { color: #b00 }",
        ".safety li { list-style: square } .safety ul { padding: 0 }",
        ".masthead, .masthead h1, .subtitle, .status-mark { background: #0b5563; color: #fff }",
    ],
)
def test_restyling_passes(css: str) -> None:
    assert errors(restyled(finished(), css)) == set()


@pytest.mark.parametrize(
    "css",
    [
        "main { display: none }",
        "@media (min-width: 1px) { main p { display: none } }",
        "main { visibility: hidden }",
        "main { font-size: .01pt }",
        "main { color: #fff; background: #fff }",
        "h1 { opacity: .05 }",
        "h1 { text-indent: -9999px }",
        "h1 { position: absolute; left: -9999px }",
        "main p { clip-path: inset(100%) }",
        "main { height: 0; overflow: hidden }",
        "main { transform: scale(0) }",
    ],
)
def test_the_leaflets_own_words_are_shown(css: str) -> None:
    assert "epub.words-hidden" in errors(restyled(finished(), css))


@pytest.mark.parametrize(
    "css", ["display: none", "font-size: 0", "visibility: hidden", "color: #fff; background: #fff", "opacity: 0"]
)
def test_the_mark_of_a_draft_is_shown(css: str) -> None:
    assert errors(restyled(finished(), ".status-mark { font-weight: 700 }")) == set()
    assert errors(restyled(finished(), f".status-mark {{ {css} }}")) == {"epub.draft-mark"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<main>", '<main hidden="hidden">'),
        ("<main>", '<main aria-hidden="true">'),
        ("<h1>", '<h1 style="font-size: 0">'),
        ("<h1>", '<h1 style="display: none">'),
    ],
)
def test_words_hidden_by_markup_are_told(old: str, new: str) -> None:
    assert "epub.words-hidden" in errors(spoiled(finished(), CONTENT, old, new))


@pytest.mark.parametrize("kind", ["details", 'aside epub:type="footnote"'])
def test_a_text_in_something_that_reading_systems_fold_is_told(kind: str) -> None:
    folded = spoiled(finished(), CONTENT, "<main>", f"<{kind}><main>")
    assert "epub.words-hidden" in errors(spoiled(folded, CONTENT, "</main>", f"</main></{kind.split()[0]}>"))


def test_furniture_may_be_left_out_on_a_small_screen() -> None:
    assert errors(restyled(finished(), "@media (max-width: 20em) { .imprint { display: none } }")) == set()


def test_a_colour_alone_is_a_warning_for_the_night() -> None:
    assert warnings(restyled(finished(), ".safety { color: #222 }")) == {"epub.dark-contrast"}


# --- the rest of the words ---


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("works in two days", "works in one day", "epub.words-missing"),
        ("<li>second line\n</li>", "", "epub.words-missing"),
        ("Something that heals.", "", "epub.words-missing"),
        ("Smith A. On examples. 2025.", "Smith A. On samples. 2025.", "epub.words-missing"),
        ("<h1>About Examplin</h1>", "<h1>Examplin</h1>", "epub.words-missing"),
        ("In one study.", "In one study. And in many.", "epub.words-extra"),
        ("</main>", "<p>Buy now</p></main>", "epub.words-extra"),
        ('alt="One large and one small cell"', 'alt=""', "epub.alt-missing"),
    ],
)
def test_every_word_of_the_leaflet_stands_in_order(old: str, new: str, code: str) -> None:
    assert code in errors(spoiled(finished(), CONTENT, old, new))


def test_the_first_difference_is_named() -> None:
    book = spoiled(finished(), CONTENT, "works in two days", "works in one day")
    (only,) = [each for each in proof(book) if isinstance(each, Finding)]
    assert "it must say “two”, and says “one”" in only.message


def test_another_picture_is_blocked() -> None:
    files = entries(finished())
    files["EPUB/images/two_20cells.png"] = files["EPUB/images/cover.png"]
    assert "epub.picture-changed" in errors(packed(files))


# --- the book as a book ---

FORM: list[tuple[str, str, str, str, str]] = [
    (
        "skipped",
        PACKAGE,
        '<itemref idref="i-leaflet-xhtml"/>',
        '<itemref idref="i-leaflet-xhtml" linear="no"/>',
        "epub.safety-skipped",
    ),
    ("not in the spine", PACKAGE, '<itemref idref="i-leaflet-xhtml"/>', "", "epub.safety-missing"),
    ("remote", PACKAGE, 'href="leaflet.xhtml"', 'href="https://example.org/leaflet.xhtml"', "epub.outside"),
    ("scripted", PACKAGE, 'href="leaflet.xhtml"', 'href="leaflet.xhtml" properties="scripted"', "epub.active"),
    (
        "fixed layout",
        PACKAGE,
        "</metadata>",
        '<meta property="rendition:layout">pre-paginated</meta></metadata>',
        "epub.package",
    ),
    ("backwards", PACKAGE, "<spine", '<spine page-progression-direction="rtl"', "epub.package"),
    ("another title", PACKAGE, "About Examplin</dc:title>", "About Nothing</dc:title>", "epub.metadata"),
    ("no features", PACKAGE, "schema:accessMode", "schema:other", ""),
    ("a foreign type", PACKAGE, 'media-type="image/png"', 'media-type="text/html"', "epub.active"),
    ("a collection", PACKAGE, "</package>", '<collection role="preview"/></package>', "epub.package"),
    (
        "dropped from the contents",
        NAV,
        '<a href="leaflet.xhtml#safety">',
        '<a href="leaflet.xhtml">',
        "epub.nav-safety",
    ),
    ("renamed in the contents", NAV, "Important Safety Information about Examplin</a>", "More</a>", "epub.nav-safety"),
    ("no notice landmark", NAV, 'epub:type="notice"', 'epub:type="preface"', "epub.nav-safety"),
    ("no landmarks", NAV, 'epub:type="landmarks"', 'epub:type="lot"', "epub.nav-broken"),
    ("hidden contents", NAV, 'id="toc"', 'id="toc" hidden="hidden"', "epub.nav-broken"),
    ("contents lead nowhere", NAV, "#what-is-examplin", "#nowhere", "epub.nav-broken"),
    ("a link leads nowhere", CONTENT, 'href="#ref-1"', 'href="#ref-9"', "epub.link-broken"),
    ("an id twice", CONTENT, "<main>", '<main id="ref-1">', "epub.link-broken"),
    ("no draft mark", CONTENT, ">Draft<", "><", "epub.draft-mark"),
]


@pytest.mark.parametrize(("path", "old", "new", "code"), [case[1:] for case in FORM], ids=[case[0] for case in FORM])
def test_a_spoiled_form_is_blocked(path: str, old: str, new: str, code: str) -> None:
    found = errors(spoiled(finished(), path, old, new))
    assert not code or code in found


def _with(name: str, data: bytes) -> Callable[[], bytes]:
    return lambda: packed(entries(finished()) | {name: data})


def _reordered() -> bytes:
    files = entries(finished())
    return packed({"META-INF/container.xml": files.pop("META-INF/container.xml"), **files})


def _twice() -> bytes:
    written = BytesIO(finished())
    with ZipFile(written, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(CONTENT, books.entry(finished(), CONTENT).replace("not", "now"))
    return written.getvalue()


def _packed_mimetype() -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        for name, data in entries(finished()).items():
            archive.writestr(name, data, 8)
    return written.getvalue()


def _late() -> bytes:
    """Two documents before the block."""
    other = books.entry(finished(), CONTENT)
    other = other[: other.index("<body")] + "<body><p>Examplin</p></body></html>"
    files = entries(finished()) | {"EPUB/other.xhtml": other.encode()}
    item = '<item href="other.xhtml" id="other" media-type="application/xhtml+xml"/></manifest>'
    package = files[PACKAGE].decode().replace("</manifest>", item)
    files[PACKAGE] = package.replace(
        '<itemref idref="i-leaflet', '<itemref idref="other"/><itemref idref="i-leaflet'
    ).encode()
    return packed(files)


def _other_font() -> bytes:
    files = entries(finished())
    fonts = sorted(name for name in files if name.endswith(".ttf"))
    return packed(files | {fonts[0]: files[fonts[1]] + b"\0"})


CONTAINERS: list[tuple[str, Callable[[], bytes], str]] = [
    ("mimetype is not first", _reordered, "epub.container"),
    ("mimetype is deflated", _packed_mimetype, "epub.container"),
    ("the same entry twice", _twice, "epub.container"),
    ("bytes before", lambda: b"GIF89a" + finished(), "epub.container"),
    ("bytes behind", lambda: finished() + b"tail", "epub.container"),
    ("a way out", _with("../evil.xhtml", b"x"), "epub.container"),
    ("an absolute way out", _with("/etc/evil", b"x"), "epub.container"),
    ("the same name in capitals", _with("EPUB/LEAFLET.xhtml", b"x"), "epub.container"),
    ("a stowaway", _with("EPUB/other.xhtml", b"<html/>"), "epub.package"),
    ("obfuscated fonts", _with("META-INF/encryption.xml", b"<encryption/>"), "epub.font"),
    ("another font", _other_font, "epub.font"),
    ("late", _late, "epub.safety-late"),
    ("empty", lambda: b"", "epub.unreadable"),
    ("no ZIP", lambda: b"PK\x03\x04 and nothing", "epub.unreadable"),
    ("half", lambda: finished()[: len(finished()) // 2], "epub.unreadable"),
    ("no package", lambda: packed({k: v for k, v in entries(finished()).items() if k != PACKAGE}), "epub.unreadable"),
    ("broken XML", lambda: spoiled(finished(), CONTENT, "</main>", ""), "epub.unreadable"),
    (
        "two packages",
        lambda: spoiled(
            finished(),
            "META-INF/container.xml",
            "</rootfiles>",
            '<rootfile full-path="b" media-type="x/y"/></rootfiles>',
        ),
        "epub.unreadable",
    ),
]


@pytest.mark.parametrize(("make", "code"), [case[1:] for case in CONTAINERS], ids=[case[0] for case in CONTAINERS])
def test_an_unsound_container_is_blocked(make: Callable[[], bytes], code: str) -> None:
    assert code in errors(make())


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_epubcheck_forbids_in_a_zip_is_told_once() -> None:
    with ZipFile(BytesIO(finished())) as archive:
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", ZIP_STORED, b"")


def test_a_picture_that_runs_is_blocked() -> None:
    files = entries(finished())
    svg = next(name for name in files if name.endswith(".svg"))
    files[svg] = files[svg].replace(b"</svg>", b"<script>1</script></svg>")
    assert "epub.active" in errors(packed(files))


def test_every_stated_code_is_declared() -> None:
    from publish.policy import known_codes

    for check in checks_for("epub"):
        assert set(check.CODES) <= set(known_codes())


def test_no_letter_of_the_block_can_change_unseen() -> None:
    """Each word of the block loses its last letter, one book a word: every one is blocked."""
    from lxml import etree

    from publish.verify import load

    files = entries(finished())
    count = len("".join(etree.fromstring(files[CONTENT]).xpath("//*[@id='safety']")[0].itertext()).split())
    seen = 0
    for number in range(count):
        root = etree.fromstring(files[CONTENT])
        (block,) = root.xpath("//*[@id='safety']")
        left = number
        for element in block.iter():
            for part in ("text", "tail"):
                words = (getattr(element, part) or "").split(" ") if not (part == "tail" and element is block) else []
                inked = [index for index, word in enumerate(words) if word.strip()]
                if 0 <= left < len(inked):
                    word = words[inked[left]].rstrip("\n")
                    words[inked[left]] = word[:-1]
                    setattr(element, part, " ".join(words))
                left -= len(inked)
        if left >= 0:
            break
        book = packed(files | {CONTENT: etree.tostring(root)})
        found = load("epub_safety").check(Artifact("epub", "examplin.epub", book), DOCUMENT, MANDATE)
        assert "epub.safety-altered" in {each.code for each in found if isinstance(each, Finding)}, number
        seen += 1
    assert seen >= 60
