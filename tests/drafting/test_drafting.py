"""Files from outside as drafts: what becomes of each kind, what is told, what is refused, and that the draft reads."""

from __future__ import annotations

import base64
import re
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import docx as python_docx
import pytest
from docx.shared import Mm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from PIL import Image
from typer.testing import CliRunner

import documents as d
from publish import model as m
from publish.cli import app
from publish.diagnostics import Failure, Refused
from publish.drafting import Draft, draft, put
from publish.drafting.markdown import Writer
from publish.formats import Options, Redline, docx
from publish.project import open_project
from publish.reader import read_leaflet

TODAY = date(2026, 11, 22)


def written(markup: str) -> str:
    """The Markdown of some HTML, without its last line end."""
    return Writer(lambda image: "images/a.png").document(html.document_fromstring(f"<body>{markup}</body>")[0]).rstrip()


CASES = {
    "emphasis": ("<p>a <b>bold</b> and <em>fine </em>word</p>", "a **bold** and *fine* word"),
    "sub and sup": ("<p>H<sub>2</sub>O, 10<sup>3 or 4</sup></p>", "H~2~O, 10^3\\ or\\ 4^"),
    "signs": ("<p>* _a_ a_b [x] {{ y }} `c` ~ ^ | &lt;b&gt; a &amp;amp; b</p>",
              "\\* \\_a\\_ a_b \\[x\\] \\{\\{ y \\}\\} \\`c\\` \\~ \\^ \\| \\<b> a \\&amp; b"),
    "what begins like a list": ("<p>- a</p><p>1. b</p><p># c</p><p>&gt; d</p><p>: e</p>",
                                "\\- a\n\n1\\. b\n\n\\# c\n\n\\> d\n\n\\: e"),
    "links": ('<p><a href="https://example.org/a b">there</a> <a href="ftp://x">no</a></p>',
              "[there](https://example.org/a%20b) no"),
    "lists": ("<ul><li>a<ol start=4><li>b<li>c</ol><li>d</ul>", "- a\n\n  4. b\n  5. c\n\n- d"),
    "a table": ("<table><tr><th>a<th>b<tr><td>c|d<td><b>e</b></table>", "| a | b |\n|---|---|\n| c\\|d | **e** |"),
    "a hard break": ("<p>a<br>b</p>", "a\\\nb"),
    "a quote": ("<blockquote>a<p>b</blockquote>", "> a\n>\n> b"),
    "definitions": ("<dl><dt>a<dd>b</dl>", "a\n\n:   b"),
    "code": ("<pre>a\n ``` b</pre>", "````\na\n ``` b\n````"),
    "a figure": ('<figure><img alt="A dot" src=x><figcaption>The dot.</figcaption></figure>',
                 ":::{figure} images/a.png\n:alt: A dot\n\nThe dot.\n:::"),
    "a picture in the text": ('<p>a <img alt="A dot"> b</p>', "a b\n\n:::{figure} images/a.png\n:alt: A dot\n:::"),
    "headings of which none is the title": ("<h1>a</h1><h2>b</h2><h1>c</h1>", "# a\n\n## b\n\n# c"),
    "headings below the title": ("<h1>T</h1><h2>a</h2><h3>b</h3><h2>c</h2>", "# a\n\n## b\n\n# c"),
    "a note": ('<p>a<sup><a href="#footnote-1">[1]</a></sup></p><ol><li id="footnote-1"><p>n</p></li></ol>',
               "a[^1]\n\n[^1]: n"),
    "scripts and styles": ("<style>p{}</style><p>a</p><script>alert(1)</script>", "a"),
}  # fmt: skip


@pytest.mark.parametrize(("markup", "markdown"), CASES.values(), ids=CASES)
def test_html_as_markdown(markup: str, markdown: str) -> None:
    assert written(markup) == markdown


# --- whole files ---


def made(project: Path, data: bytes | str, suffix: str) -> Draft:
    file = project / f"from{suffix}"
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return draft(lambda stage: None, open_project(project), "spring", file, TODAY)


def read(project: Path, given: Draft) -> m.Document:
    put(open_project(project), "spring", given)
    document, findings = read_leaflet(open_project(project), "spring")
    assert document is not None, findings
    return document


def shown(document: m.Document) -> list[str]:
    return [passage.text for passage in m.passages(document.body)]


def png(mode: str = "RGB", kind: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new(mode, (40, 30)).save(file, kind)
    return file.getvalue()


def word_file() -> bytes:
    """A Word file as somebody might have it: styles, a list, a table, a picture."""
    given = python_docx.Document()
    given.add_heading("Living with fever", 0)
    given.add_heading("What it is", 1)
    paragraph = given.add_paragraph("Fever is ")
    paragraph.add_run("not").bold = True
    paragraph.add_run(" an illness. In a study, 60% had it. Examplin helps.")
    given.add_paragraph("rest", style="List Bullet")
    given.add_paragraph("drink", style="List Bullet")
    table = given.add_table(2, 2)
    for cell, words in zip(
        (*table.rows[0].cells, *table.rows[1].cells), ("Who", "Dose", "adults", "25 mg"), strict=True
    ):
        cell.text = words
    given.add_picture(BytesIO(png(kind="BMP")), Mm(20))
    file = BytesIO()
    given.save(file)
    return file.getvalue()


def test_a_word_file(tiny_project: Path) -> None:
    given = made(tiny_project, word_file(), ".docx")
    document = read(tiny_project, given)
    assert document.meta.title == "Living with fever"
    assert shown(document)[:4] == [
        "What it is", "Fever is not an illness. In a study, 60% had it. Examplin helps.", "rest", "drink",
    ]  # fmt: skip
    assert [type(block).__name__ for block in document.body] == ["Heading", "Paragraph", "List", "Table", "Figure"]
    assert [asset.media_type for asset in document.assets.values()] == ["image/png"]
    page = (tiny_project / "source/leaflets/spring/TODO.md").read_text()
    assert re.findall(r"- \[ \] (.{20})", page) == [item[:20] for item in given.todo]
    assert any("{claim}" in item for item in given.todo) and any("product.name" in item for item in given.todo)
    assert any("is not described" in item for item in given.todo)


def test_our_own_copy_comes_in_with_its_words_notes_and_pictures(tiny_project: Path) -> None:
    document = d.everything()
    data = docx.write(document, d.theme(), Options())
    again = read(tiny_project, made(tiny_project, data, ".docx"))
    said = " ".join(shown(again))
    lost = [each.text for each in m.passages(document.body) if " ".join(each.text.split()).strip("*†") not in said]
    assert [text for text in lost if not set(text) & set("*†\n\t")] == []
    first = next(m.passages(again.notes[0].blocks))
    assert first.text == "Invented for tests."
    assert len(again.assets) >= 2


def test_what_a_word_file_holds_besides_is_told(tiny_project: Path) -> None:
    old, new = d.document(status="in-review"), d.everything(status="in-review")
    data = docx.write(new, d.theme(), Options(redline=Redline(old, "Ann", datetime(2026, 11, 22))))
    told = " ".join(made(tiny_project, data, ".docx").todo)
    assert "tracked changes" in told and "comments; they were left out" in told and "headers and footers" in told


def test_a_web_page_with_pictures_beside_it(tiny_project: Path) -> None:
    (tiny_project / "a.jpg").write_bytes(png(kind="JPEG"))
    inside = base64.b64encode(png("RGBA", "WEBP")).decode()
    page = f'<h1>T</h1><p>x<img src="a.jpg" alt="One"><img src="data:image/webp;base64,{inside}" alt="Two">'
    page += '<img src="../../etc/passwd"><img src="https://example.org/a.png"><img src="publish.toml">'
    given = made(tiny_project, page, ".html")
    assert sorted(given.files) == ["TODO.md", "images/picture-1.jpg", "images/picture-2.png", "leaflet.md"]
    assert [figure.alt for figure in read(tiny_project, given).body if isinstance(figure, m.Figure)] == ["One", "Two"]
    assert "a picture could not be taken over; put it in by hand" in given.todo


def test_a_plain_text(tiny_project: Path) -> None:
    document = read(tiny_project, made(tiny_project, "One line\nand on.\r\n\r\n- a\n- b\n\n1) c\n2) d\n", ".txt"))
    assert shown(document) == ["One line and on.", "a", "b", "c", "d"]
    assert document.meta.title == "Spring"


def test_characters_that_nobody_sees_are_taken_out_and_told(tiny_project: Path) -> None:
    given = made(tiny_project, "<p>Ex\u00adam\u200bplin \u202ehelps.</p>", ".html")
    assert shown(read(tiny_project, given)) == ["Examplin helps."]
    assert any("cannot be seen" in item for item in given.todo)


def test_a_title_that_yaml_would_misread(tiny_project: Path) -> None:
    title = 'A "title": with \\ and # signs'
    document = read(tiny_project, made(tiny_project, f"<h1>{title}</h1><p>x</p>", ".html"))
    assert document.meta.title == title


WORDS = st.text(st.sampled_from("ab1 *_[]{}()<>&^~|`\\#-+.:!@$%'\"=\u00a0é\n"), min_size=1, max_size=40)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(texts=st.lists(WORDS, min_size=1, max_size=4))
def test_any_text_comes_in_word_for_word(tiny_project: Path, texts: list[str]) -> None:
    """Whatever signs a text holds, none of them means anything in the draft."""
    wanted = [" ".join(re.split(r"[ \t\r\n\f]+", text)).strip(" ") for text in texts]
    body = Writer(lambda image: None)
    root = html.fragment_fromstring("<div/>")
    for text in texts:
        html.etree.SubElement(root, "p").text = text
    leaflet = tiny_project / "source/leaflets/examplin/leaflet.md"
    head = leaflet.read_text().split("---\n")[1]
    leaflet.write_text(f"---\n{head}---\n\n# A\n\n{body.document(root)}", encoding="utf-8")
    document, findings = read_leaflet(open_project(tiny_project), "examplin")
    assert document is not None, findings
    ends = "\u00a0 "
    came = [text.strip(ends) for text in shown(document)[1:]]
    assert came == [text.strip(ends) for text in wanted if text.strip(ends)]


# --- what cannot be ---


@pytest.mark.parametrize(
    ("data", "suffix", "code"),
    [
        (b"%PDF-1.7", ".pdf", "draft.kind"),
        (b"", ".html", "draft.empty"),
        (b"<script>x</script>", ".html", "draft.empty"),
        (b"PK\x03\x04nothing", ".docx", "review."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".docx", "review."),
        (b"x" * 5_000_001, ".txt", "draft.too-large"),
    ],
)
def test_what_no_leaflet_can_begin_with(tiny_project: Path, data: bytes, suffix: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        made(tiny_project, data, suffix)
    assert caught.value.findings[0].code.startswith(code)


def test_a_leaflet_that_is_there_is_left_alone(tiny_project: Path) -> None:
    before = (tiny_project / "source/leaflets/examplin/leaflet.md").read_bytes()
    (tiny_project / "a.txt").write_text("x")
    with pytest.raises(Refused, match=r"project\.exists"):
        draft(lambda stage: None, open_project(tiny_project), "examplin", tiny_project / "a.txt", TODAY)
    assert (tiny_project / "source/leaflets/examplin/leaflet.md").read_bytes() == before


def test_the_command_tells_what_needs_a_hand(tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny_project)
    (tiny_project / "a.html").write_text("<h1>Fever</h1><p>60% have it.</p>")
    result = CliRunner().invoke(app, ["new", "fever", "--from", "a.html"])
    assert result.exit_code == 0, result.output
    assert "wrote source/leaflets/fever/leaflet.md" in result.output
    assert "source/leaflets/fever/TODO.md" in result.output and "{claim}" in result.output
    assert CliRunner().invoke(app, ["check", "fever"]).exit_code == 0
    missing = CliRunner().invoke(app, ["new", "other", "--from", "nothing.txt"])
    assert isinstance(missing.exception, Failure) and "draft.no-file" in str(missing.exception)
