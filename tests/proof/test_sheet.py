"""The proof sheet's words: all that is known of a build stands on it, and nothing of a leaflet can run in it."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from lxml import html

import documents
from proof.subjects import NOTE, WARNING, WORDS, approved, finished, subject, without_pages
from publish import model as m
from publish.diagnostics import Finding, Place
from publish.policy import Sighting, judge, text_hash
from publish.proof import Finished, Subject, sheet, words


def tree(given: Subject) -> html.HtmlElement:
    return html.document_fromstring(sheet.write(given))


def text(element: html.HtmlElement) -> str:
    """What is read there, white space squeezed; styles are not read."""
    said = element.xpath(".//text()[not(ancestor::style)]")
    return " ".join(" ".join(said).split()).replace("\N{NO-BREAK SPACE}", " ")


def test_every_fact_of_the_subject_is_on_the_sheet() -> None:
    given = subject(subtitle="An invented medicine", expires=date(2027, 6, 30))
    shown = text(tree(given))
    meta = given.document.meta
    for fact in (
        *(meta.title, meta.subtitle, meta.version, meta.job_code, meta.language, "2026-11-22", "2027-06-30"),
        *("Draft", "Examplin (exemplinum)", "Example Company", "November 2026", "US", "Patients", "base"),
        *("at least 8 pt", "4.5 : 1"),
    ):
        assert fact in shown, fact
    for file in given.files:
        assert file.name in shown
        assert sha256(file.data).hexdigest() in shown
        assert f"{len(file.data):,}" in shown
        assert f"{words.shown(file).size:g} pt" in shown
        assert f"{words.shown(file).contrast:g} : 1" in shown
    for finding in given.findings:
        for fact in (finding.code, finding.message, str(finding.place), finding.hint, finding.source):
            assert fact in shown, fact
    assert given.document.source_sha256 in shown
    for source in given.document.sources:
        assert source.path in shown and source.sha256 in shown


@pytest.mark.parametrize(
    ("files", "findings", "said"),
    [
        (3, (NOTE, WARNING), "Built and proven in 3 files: PDF to read, Word copy for review and EPUB. 0 errors, "
                             "1 warning and 1 note."),
        (2, (WARNING, WARNING), "Built and proven in 2 files: PDF to read and Word copy for review. 0 errors and "
                                "2 warnings."),
        (1, (), "Built and proven in 1 file: PDF to read. 0 errors and 0 warnings."),
    ],
)  # fmt: skip
def test_the_verdict_is_a_sentence(files: int, findings: tuple[Finding, ...], said: str) -> None:
    given = subject(*(finished(), *without_pages())[:files], findings=findings)
    assert words.verdict(given) == said
    assert said in text(tree(given))


def test_the_block_is_told_for_each_file_as_it_was_read_back() -> None:
    spread = replace(
        finished(), sightings=(Sighting(1, (1, 2, 3, 4), 9.0, 7.5, 60), Sighting(2, (1, 2, 3, 4), 8.5, 15.0, 36))
    )
    rows = tree(subject(spread, *without_pages())).xpath("//section[@id='verdict']//tbody/tr")
    assert [text(row) for row in rows] == [
        f"examplin.pdf pages 1 and 2 {WORDS} 8.5 pt 7.5 : 1",
        f"examplin.docx no pages; read back from the file {WORDS} 9.5 pt 12.25 : 1",
        f"examplin.epub no pages; read back from the file {WORDS} 12 pt 21 : 1",
    ]


def test_files_without_pages_get_no_pictures_and_the_sheet_says_why() -> None:
    page = tree(subject(*without_pages()))
    assert page.xpath("//svg") == []
    assert text(page).count("This file has no pages of its own") == 2
    assert f"the safety block stands in it whole: {WORDS} words, at least 12 pt, contrast at least 21 : 1" in text(page)


# --- findings ---


def test_the_worst_findings_stand_first() -> None:
    error = Finding("pdf.safety-small", "too small", Place("x.pdf", page=1), "make it larger")
    page = tree(subject(findings=(NOTE, WARNING, error)))
    assert [text(row[0]) for row in page.xpath("//table[contains(@class, 'findings')]/tbody/tr")] == [
        "error", "warning", "note",
    ]  # fmt: skip


def test_a_waived_finding_names_who_answers_for_it_and_why() -> None:
    waiver = m.Waiver(WARNING.code, "the vendor takes two pages", "Ada Example")
    given = subject(findings=judge((WARNING,), "draft", (waiver,)), waivers=(waiver,))
    row = text(tree(given).xpath("//table[contains(@class, 'findings')]/tbody/tr")[0])
    assert row.startswith(
        "waived the file has 2 pages preflight.one-page Waived by Ada Example: the vendor takes two pages"
    )
    assert row.count("the vendor takes two pages") == 1


def test_a_waiver_that_waives_nothing_leaves_the_finding_what_it_is() -> None:
    """What speaks of the safety block cannot be waived; a sheet must not say that it was."""
    waiver = m.Waiver(NOTE.code, "never mind", "Ada Example")
    page = tree(subject(findings=judge((NOTE,), "draft", (waiver,)), waivers=(waiver,)))
    assert "Waived by" not in text(page.xpath("//section[@id='findings']")[0])


def test_nothing_found_is_said() -> None:
    assert "Nothing was found" in text(tree(subject(findings=())))


# --- approvals ---


def test_a_text_that_nobody_approved_is_told_with_its_hash() -> None:
    said = dict(words.approvals(subject().document))["Safety text “examplin-us-patient”"]
    assert said == (
        f"Nobody has approved it yet (status: draft). Its text has SHA-256 {text_hash(documents.safety())}."
    )


def test_an_approval_is_told_with_name_days_and_that_it_covers_this_text() -> None:
    block = approved()
    given = subject(block=block, status="approved")
    said = text(tree(given).xpath("//section[@id='approvals']")[0])
    assert "Approved by Ada Example on 2026-11-21, valid until 2027-11-21." in said
    assert f"The text in these files is the approved one (SHA-256 {text_hash(block)})." in said
    assert "Approved to be given out" in said


def test_an_approval_of_another_text_is_not_passed_off() -> None:
    block = approved()
    assert block.approval
    other = replace(block, approval=replace(block.approval, text_sha256="0" * 64))
    said = dict(words.approvals(subject(block=other).document))["Safety text “examplin-us-patient”"]
    assert "another one" in said and "does not cover it" in said


@pytest.mark.parametrize(
    ("status", "badge"), [("draft", "Draft"), ("in-review", "In review"), ("approved", "Approved")]
)
def test_the_status_is_a_badge_of_words(status: str, badge: str) -> None:
    assert text(tree(subject(status=status)).xpath("//p[contains(@class, 'badge')]")[0]) == f"Status: {badge}"


# --- one file, which asks nothing and runs nothing ---

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><style>*{display:none}",
    "</title><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "&lt;script&gt;",
)


@pytest.mark.parametrize("words_", HOSTILE)
def test_words_of_a_leaflet_stay_words(words_: str) -> None:
    finding = replace(WARNING, message=words_, hint=words_, source=words_, place=Place(words_))
    waiver = m.Waiver(WARNING.code, words_, words_)
    given = subject(
        findings=(finding,), title=words_, subtitle=words_, version=words_, job_code=words_, waivers=(waiver,)
    )
    product = replace(given.document.product, name=words_, generic_name=words_, company=words_)
    block = replace(given.document.safety, key=words_, label_version=words_)
    source = m.SourceFile(words_, "00")
    given = replace(given, document=replace(given.document, product=product, safety=block, sources=(source,)))
    hostile, plain = tree(given), tree(subject(findings=(WARNING,), waivers=(m.Waiver(WARNING.code, "x", "x"),)))
    assert text(hostile).count(" ".join(words_.split())) >= 12
    assert [each.tag for each in hostile.iter()] == [each.tag for each in plain.iter()]
    attributes = {name for each in hostile.iter() for name in each.attrib}
    assert attributes == {name for each in plain.iter() for name in each.attrib}


def test_the_sheet_runs_no_script_and_asks_for_nothing() -> None:
    page = tree(subject())
    assert page.xpath("//script | //link | //iframe | //object | //form | //base | //*[@style]") == []
    for element in page.iter():
        for name, value in element.attrib.items():
            if name in ("src", "href", "action", "srcset") or name.endswith("}href"):
                assert value.startswith(("data:image/png;", "data:image/jpeg;", "#")), (element.tag, name)
    style = page.xpath("string(//style)")
    assert "url(" not in style and "@import" not in style
    policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    assert policy.startswith("default-src 'none'; img-src data:; ")
    assert f"'sha256-{base64.b64encode(sha256(style.encode()).digest()).decode()}'" in policy
    assert "unsafe" not in policy


def test_the_same_subject_gives_the_same_bytes() -> None:
    assert sheet.write(subject()) == sheet.write(subject())


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of its own in place of the one where compiled templates are kept."""
    monkeypatch.setattr(sheet, "_COMPILED", tmp_path / "compiled")
    (tmp_path / "compiled").mkdir()
    sheet._environment.cache_clear()
    yield tmp_path / "compiled"
    sheet._environment.cache_clear()


@pytest.mark.parametrize(
    "damage", [lambda kept: b"", lambda kept: kept[:30], lambda kept: kept[:-200], lambda kept: b"x"]
)
def test_a_template_that_is_kept_damaged_is_compiled_anew(compiled: Path, damage: Callable[[bytes], bytes]) -> None:
    wanted = sheet.write(subject())
    kept = {each: each.read_bytes() for each in compiled.iterdir()}
    assert len(kept) == 3
    for path, code in kept.items():
        path.write_bytes(damage(code))
    sheet._environment.cache_clear()
    assert sheet.write(subject()) == wanted
    assert {each: each.read_bytes() for each in compiled.iterdir()} == kept


def test_where_nothing_can_be_kept_the_sheet_is_the_same(compiled: Path) -> None:
    wanted = sheet.write(subject())
    sheet._environment.cache_clear()
    shutil.rmtree(compiled)
    assert sheet.write(subject()) == wanted


def test_the_sheet_holds_no_day_but_those_of_the_subject() -> None:
    shown = text(tree(subject()))
    assert set(re.findall(r"\b20\d\d-\d\d-\d\d\b", shown)) == {"2026-11-22"}


def test_the_leaflets_own_words_are_in_the_leaflets_language() -> None:
    page = tree(subject(language="de", title="Über Beispielin", subtitle="Für Sie"))
    assert page.get("lang") == "en"
    assert [each.get("lang") for each in page.xpath("//h1 | //p[@class='subtitle']")] == ["de", "de"]


def test_the_sheet_stays_small() -> None:
    assert len(sheet.write(subject())) < 400_000


def test_an_unknown_format_is_told_by_its_name() -> None:
    other = Finished("examplin.txt", "braille", b"", ())
    assert "braille" in text(tree(subject(finished(), other)))
