"""Front matter: every fault at once, each with its line and the nearest valid name."""

from __future__ import annotations

import pytest

from reader.desk import FRONT, Desk


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "says", "hint"),
    [
        ("status: draft", "stauts: draft", "meta.key-unknown", 8, "“stauts”", "“status”"),
        ("status: draft", "status: final", "meta.value", 8, "draft, in-review, approved", ""),
        ("audience: patient", "audience: doctor", "meta.value", 6, "patient, professional", ""),
        ("title: About Examplin\n", "", "meta.key-missing", 1, "“title”", "`title: …`"),
        ("title: About Examplin", "title:", "meta.value", 2, "is empty", ""),
        ("title: About Examplin", "title: " + "x" * 100_000, "meta.value", 2, "at most 300", ""),
        ("title: About Examplin", "title: [a, b]", "meta.value", 2, "plain text", ""),
        ("title: About Examplin", "title: a: b", "source.front-matter", 2, "“: ”", "quotes"),
        ("title: About Examplin", "title: &a x", "source.front-matter", 2, "anchors (&a)", ""),
        ("title: About Examplin", "title: *a", "source.front-matter", 2, "aliases (*a)", ""),
        ("title: About Examplin", "title: !!python/name:os.system", "source.front-matter", 2, "tags", ""),
        ("title: About Examplin", "title: ! x", "source.front-matter", 2, "tags", ""),
        ("title: About Examplin", "<<: {a: b}", "source.front-matter", 2, "merge keys", ""),
        ("title: About Examplin", "title: a\ntitle: b", "source.front-matter", 3, "given twice", ""),
        ("title: About Examplin", "title: " + "[" * 5000, "source.front-matter", 2, "nested more than 20", ""),
        ("title: About Examplin", "? [a]\n: b", "source.front-matter", 2, "a key must be plain text", ""),
        ("title: About Examplin", 'title: "a', "source.front-matter", 9, "cannot be read", ""),
        ("title: About Examplin", "just words", "source.front-matter", 3, "the line before has no key", ""),
        ("title: About Examplin", 'title: "a\\u200bb"', "source.hidden-character", 2, "U+200B", ""),
        ("title: About", "title: About {{ product.nme }}", "source.variable-unknown", 2, "product.nme", "name"),
        ("title: About Examplin", "title: |\n  a\n  b", "meta.value", 2, "one line", ""),
        ("prepared: 2026-11-22", "prepared: 2026-13-45", "meta.value", 11, "no day of the calendar", ""),
        ("prepared: 2026-11-22", "prepared: 22.11.2026", "meta.value", 11, "2026-11-22", ""),
        ("prepared: 2026-11-22", "prepared: 1763769600", "meta.value", 11, "2026-11-22", ""),
        ("prepared: 2026-11-22", "prepared: 2026-11-22\nexpires: 2025-01-01", "meta.value", 12, "expires before", ""),
        ("language: en-US", "language: english!", "meta.value", 7, "language tag", ""),
        ("language: en-US", "language: tlh", "meta.language-unknown", 7, "de, en, es, fr, it, nl", "labels/tlh.toml"),
        ("market: us", "market: U S", "meta.value", 5, "plain name", ""),
        ("product: examplin", "product: exampln", "meta.product-unknown", 3, "exampln", "“examplin”"),
        ("product: examplin", "product: ../../etc/passwd", "meta.value", 3, "without path", ""),
        ("product: examplin", "product: [[a]]", "meta.value", 3, "plain name", ""),
        ("safety: examplin-us", "safety: examplin-uk", "safety.missing", 4, "examplin-uk", "“examplin-us”"),
        ("safety: examplin-us", "safety: /etc/passwd", "meta.value", 4, "without path", ""),
        ("market: us", "market: us\ntheme: ../../evil", "meta.value", 6, "without path", ""),
        ("market: us", "market: us\ntheme: ..", "meta.value", 6, "without path", ""),
        ('version: "0.3"', "version: " + "9" * 10_000, "meta.value", 9, "at most 100", ""),
        ('version: "0.3"', "version: 0x" + "f" * 200_000, "meta.value", 9, "at most 100", ""),
        ("market: us", "market: us\npress: letter", "meta.value", 6, "mapping", ""),
        ("market: us", "market: us\nwaivers: none", "meta.value", 6, "list", ""),
        ("market: us", "market: us\nwaivers:\n- code: source.braces", "meta.key-missing", 7, "“reason”", ""),
        (
            "market: us",
            "market: us\nwaivers:\n- {code: source.brace, reason: x, by: y}",
            "meta.waiver-unknown",
            7,
            "source.brace",
            "“source.braces”",
        ),
        (
            "market: us",
            "market: us\nwaivers:\n- {code: safety.missing, reason: x, by: y}",
            "meta.waiver-forbidden",
            7,
            "may not be waived",
            "",
        ),
        ("market: us", "market: us\nhistory: none", "meta.value", 6, "list", ""),
        (
            "market: us",
            "market: us\nhistory:\n- {version: 1, date: soon, author: y, change: x}",
            "meta.value",
            7,
            "must be a date",
            "",
        ),
        ("market: us", "market: us\nhistory:\n- {version: 1, date: 2026-01-01, author: y}", "meta.key-missing", 7,
         "“change”", ""),
        ("market: us", "market: us\nhistory:\n- {changes: x, version: 1, date: 2026-01-01, author: y, change: z}",
         "meta.key-unknown", 7, "“changes”", "“change”"),
        ("market: us", "market: us\nwaivers:\n- {cod: a, reason: x, by: y}", "meta.key-unknown", 7, "“cod”", "“code”"),
    ],
)  # fmt: skip
def test_faults(desk: Desk, old: str, new: str, code: str, line: int, says: str, hint: str) -> None:
    reading = desk.front(lambda front: front.replace(old, new))
    finding = next(each for each in reading.findings if each.code == code)
    assert finding.place is not None
    assert (finding.place.file, finding.place.line) == ("source/leaflets/about/leaflet.md", line)
    assert says in finding.message
    assert hint in finding.hint


def test_all_faults_at_once(desk: Desk) -> None:
    reading = desk.front(
        lambda front: front.replace("draft", "final").replace("market", "markt").replace("2026-11-22", "soon")
    )
    assert [finding.message[:40] for finding in reading.findings if finding.code.startswith("meta.")] == [
        "the key “market” is missing",
        "there is no key “markt”",
        "“status” is “final”; it must be one of d",
        "“prepared” must be a date written as 202",
    ]
    assert reading.document is None


def test_body_is_read_though_the_front_matter_is_not_sound(desk: Desk) -> None:
    desk.write("leaflets/about/leaflet.md", FRONT.replace("draft", "final") + "[x](javascript:a)\n")
    assert desk.read().codes == ["meta.value", "source.link-target"]


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("", "source.empty", "empty"),
        (" \n\n", "source.empty", "empty"),
        ("# Fever\n", "source.front-matter-missing", "does not begin"),
        ("\n---\ntitle: x\n---\n", "source.front-matter-missing", "does not begin"),
        ("---\ntitle: x\n\n# Fever\n", "source.front-matter-open", "never closed"),
        ("---\ntitle: x\n  ---\n", "source.front-matter-open", "never closed"),
        ("---\n---\n\nText\n", "meta.key-missing", "“title”, “product”, “safety”"),
        ("---\n# only a remark\n---\n\nText\n", "meta.key-missing", "“title”, “product”, “safety”"),
        ("---\njust text\n---\n\nText\n", "source.front-matter", "`key: value` lines"),
        ("---\n- a\n- b\n---\n\nText\n", "source.front-matter", "`key: value` lines"),
    ],
)
def test_no_front_matter(desk: Desk, text: str, code: str, says: str) -> None:
    desk.write("leaflets/about/leaflet.md", text)
    reading = desk.read()
    assert reading.document is None
    assert code in reading.codes
    assert says in next(finding for finding in reading.findings if finding.code == code).message


def test_a_key_keeps_its_words(desk: Desk) -> None:
    reading = desk.front(lambda front: front.replace('"0.3"', "1.10").replace("EX-2026-1", "no"))
    assert reading.document is not None
    assert (reading.document.meta.version, reading.document.meta.job_code) == ("1.10", "no")


def test_language_gets_its_capitals(desk: Desk) -> None:
    reading = desk.front(lambda front: front.replace("en-US", "EN-us"))
    assert reading.document is not None
    assert reading.document.meta.language == "en-US"


def test_title_with_a_variable(desk: Desk) -> None:
    reading = desk.front(lambda front: front.replace("About Examplin", "About {{ product.name }} and {{ 7*7 }}"))
    assert reading.document is not None
    assert reading.document.meta.title == "About Examplin and {{ 7*7 }}"
