"""Tracked changes, resolved both ways, and listed: what stands in the file, beside what is read from it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lxml import etree

from publish.review.revisions import W, changes, resolved, revisions

BY = 'w:author="Ann" w:date="2026-03-01T10:00:00Z"'
INS, DEL = f"<w:ins w:id='1' {BY}>", f"<w:del w:id='2' {BY}>"


def body(inner: str) -> etree._Element:
    return etree.fromstring(f'<w:document xmlns:w="{W}"><w:body>{inner}</w:body></w:document>')


def p(content: str, *, mark: str = "", style: str = "") -> str:
    look = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{look}<w:rPr>{mark}</w:rPr></w:pPr>{content}</w:p>"


def r(words: str, look: str = "") -> str:
    return f"<w:r><w:rPr>{look}</w:rPr><w:t>{words}</w:t></w:r>"


def gone(words: str) -> str:
    return f"<w:r><w:delText>{words}</w:delText></w:r>"


def row(*cells: str, mark: str = "", cell: str = "") -> str:
    inner = "".join(f"<w:tc><w:tcPr>{cell}</w:tcPr>{p(r(words))}</w:tc>" for words in cells)
    return f"<w:tr><w:trPr>{mark}</w:trPr>{inner}</w:tr>"


def mark(name: str) -> str:
    return f'<w:{name} w:id="9" {BY}/>'


def shown(root: etree._Element) -> str:
    """Paragraphs parted by ¶, cells by |, rows by /; bold in stars, a style before a colon."""

    def walk(element: etree._Element) -> Iterator[str]:
        name = etree.QName(element).localname
        if name == "p":
            style = element.find(f"{{{W}}}pPr/{{{W}}}pStyle")
            yield f"{style.get(f'{{{W}}}val')}:" if style is not None else ""
            for run in element.iter(f"{{{W}}}r"):
                words = "".join(run.itertext())
                yield f"*{words}*" if run.find(f"{{{W}}}rPr/{{{W}}}b") is not None else words
            yield "¶"
            return
        for child in element:
            yield from walk(child)
        yield {"tc": "|", "tr": "/", "tbl": "."}.get(name, "")

    return "".join(walk(root))


CASES = {
    "words": (p(r("a") + INS + r("b") + "</w:ins>" + DEL + gone("c") + "</w:del>"), "ac¶", "ab¶"),
    "insertion deleted again": (p(r("a") + INS + DEL + gone("b") + "</w:del></w:ins>"), "a¶", "a¶"),
    "deletion of w:t": (p(DEL + r("b") + "</w:del>" + r("a")), "ba¶", "a¶"),
    "moved": (
        p(f"<w:moveFrom w:id='1' {BY}>" + r("m") + "</w:moveFrom>") + p(f"<w:moveTo w:id='2' {BY}>{r('m')}</w:moveTo>"),
        "m¶¶",
        "¶m¶",
    ),
    "paragraph inserted": (p(r("a")) + p(INS + r("b") + "</w:ins>", mark=mark("ins")) + p(r("c")), "a¶c¶", "a¶b¶c¶"),
    "paragraph deleted": (
        p(r("a"), style="H") + p(DEL + gone("b") + "</w:del>", mark=mark("del"), style="H") + p(r("c"), style="P"),
        "H:a¶H:b¶P:c¶",
        "H:a¶P:c¶",
    ),
    "split": (p(r("a"), mark=mark("ins"), style="N") + p(r("b"), style="O"), "O:ab¶", "N:a¶O:b¶"),
    "merged": (p(r("a"), mark=mark("del"), style="F") + p(r("b"), style="S"), "F:a¶S:b¶", "F:ab¶"),
    "three merged": (p(r("a"), mark=mark("del")) + p(r("b"), mark=mark("del")) + p(r("c")), "a¶b¶c¶", "abc¶"),
    "bold": (p(r("a", f"<w:b/><w:rPrChange w:id='1' {BY}><w:rPr/></w:rPrChange>")), "a¶", "*a*¶"),
    "style": (
        f"<w:p><w:pPr><w:pStyle w:val='New'/><w:rPr/><w:pPrChange w:id='1' {BY}><w:pPr><w:pStyle w:val='Old'/></w:pPr>"
        f"</w:pPrChange></w:pPr>{r('a')}</w:p>",
        "Old:a¶",
        "New:a¶",
    ),
    "row inserted": (f"<w:tbl>{row('a')}{row('b', mark=mark('ins'))}</w:tbl>", "a¶|/.", "a¶|/b¶|/."),
    "row deleted": (f"<w:tbl>{row('a', mark=mark('del'))}{row('b')}</w:tbl>", "a¶|/b¶|/.", "b¶|/."),
    "table deleted": (p(r("a")) + f"<w:tbl>{row('b', mark=mark('del'))}</w:tbl>", "a¶b¶|/.", "a¶"),
    "cell inserted": (f"<w:tbl>{row('a', cell=mark('cellIns'))}</w:tbl>", "/.", "a¶|/."),
    "cell deleted": (f"<w:tbl>{row('a', cell=mark('cellDel'))}</w:tbl>", "a¶|/.", "/."),
    "last paragraph of a cell": (
        f"<w:tbl><w:tr><w:tc>{p(DEL + gone('a') + '</w:del>', mark=mark('del'))}</w:tc></w:tr></w:tbl>",
        "a¶|/.",
        "¶|/.",
    ),
}


@pytest.mark.parametrize(("inner", "old", "new"), CASES.values(), ids=CASES)
def test_both_ways(inner, old, new):
    root = body(inner)
    before = etree.tostring(root)
    assert shown(resolved(root, accept=False)) == old
    assert shown(resolved(root, accept=True)) == new
    assert etree.tostring(root) == before
    for accept in (True, False):
        assert not list(revisions(resolved(root, accept)))


def test_each_by_itself():
    """Three revisions, each of which may be accepted or not, whatever the others are."""
    root = body(p(INS + r("a") + "</w:ins>" + DEL + gone("b") + "</w:del>" + INS + r("c") + "</w:ins>"))
    made = {chosen: shown(resolved(root, lambda n, chosen=chosen: n in chosen)) for chosen in ((), (0,), (1,), (0, 2))}
    assert made == {(): "b¶", (0,): "ab¶", (1,): "¶", (0, 2): "abc¶"}


def test_anchors_outlive_what_is_dropped():
    root = body(
        p(DEL + "<w:bookmarkStart w:id='3' w:name='blk_b1'/>" + gone("a") + "</w:del><w:bookmarkEnd w:id='3'/>")
    )
    assert resolved(root, True).find(f".//{{{W}}}bookmarkStart") is not None


LISTED = {
    "a word replaced": (
        p(r("a") + DEL + gone("b") + "</w:del>" + INS + r("c") + "</w:ins>"),
        [("deletion", "b"), ("insertion", "c")],
    ),
    "runs that follow each other": (
        p(INS + r("a") + "</w:ins>" + INS + r("b", "<w:b/>") + "</w:ins>"),
        [("insertion", "ab")],
    ),
    "parted by other words": (
        p(INS + r("a") + "</w:ins>" + r("x") + INS + r("b") + "</w:ins>"),
        [("insertion", "a"), ("insertion", "b")],
    ),
    "a whole paragraph": (p(INS + r("a") + "</w:ins>", mark=mark("ins")) + p(r("b")), [("insertion", "a")]),
    "a split": (p(r("a"), mark=mark("ins")) + p(r("b")), [("split", "")]),
    "a merge": (p(r("a"), mark=mark("del")) + p(r("b")), [("merge", "")]),
    "a row": (f"<w:tbl>{row('a', 'b', mark=mark('del'))}</w:tbl>", [("row deleted", "ab")]),
    "look": (p(r("a", f"<w:b/><w:rPrChange w:id='1' {BY}><w:rPr/></w:rPrChange>")), [("formatting", "a")]),
}


@pytest.mark.parametrize(("inner", "expected"), LISTED.values(), ids=LISTED)
def test_listed(inner, expected):
    found = changes(body(inner))
    assert [(change.kind, change.text) for change in found] == expected
    assert {(change.author, change.date) for change in found} == {("Ann", "2026-03-01T10:00:00Z")}


def test_every_revision_is_listed_once():
    inner = "".join(case[0] for case in CASES.values())
    root = body(inner)
    listed = [number for change in changes(root) for number in change.numbers]
    assert sorted(listed) == list(range(len(list(revisions(root)))))
