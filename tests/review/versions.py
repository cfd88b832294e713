"""Two versions of a leaflet for tests of redlines: made by hand, or random ones of which one grew out of the other."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from itertools import count
from typing import Any

from hypothesis import strategies as st

import documents as d
from publish import model as m
from publish.theme import Theme

WORDS = "take the tablet once daily with water after your meal not more than one 5 0.5 mg".split()


@cache
def plain_theme() -> Theme:
    """The base theme without embedded fonts: what takes longest to write is of no matter here."""
    return replace(d.theme(), faces=())


def small_safety(words: str = "Do not take Examplin if you are allergic to it.") -> m.SafetyBlock:
    """A safety block of one sentence."""
    return replace(d.safety(), parts=(m.Part("contraindications", (m.Paragraph("s0001", d.t(words)),)),))


def version(*body: m.Block, **meta: Any) -> m.Document:
    """A version of a leaflet with a small safety block."""
    notes = meta.pop("notes", ())
    block = meta.pop("block", small_safety())
    return numbered(d.document(body, notes=notes, block=block, **meta))


def numbered(document: m.Document) -> m.Document:
    """The document with the ids and anchors that a reader would give: counted, so that a new block moves all others."""
    ids = count(1)

    def walk(node: Any) -> Any:
        if isinstance(node, tuple):
            return tuple(walk(each) for each in node)
        if not isinstance(node, m.Node):
            return node
        values = {field.name: walk(getattr(node, field.name)) for field in fields(node)}
        if "id" in values and not isinstance(node, m.Claim | m.Reference | m.Note):
            values["id"] = f"b{next(ids):04d}"
        if isinstance(node, m.Heading):
            values["anchor"] = f"section-{values['id']}"
        return type(node)(**values)

    return replace(document, body=walk(document.body), notes=walk(document.notes))


# --- random documents ---

phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)


@st.composite
def inlines(draw: st.DrawFn) -> tuple[m.Inline, ...]:
    found: list[m.Inline] = []
    for _ in range(draw(st.integers(1, 4))):
        words = draw(phrases)
        kind = draw(st.sampled_from("text text text strong emphasis sub sup link code break signs".split()))
        one: dict[str, Any] = {
            "text": m.Text(words + " "),
            "strong": m.Strong(d.t(words)),
            "emphasis": m.Emphasis((m.Text(words), m.Strong(d.t("much")))),
            "sub": m.Subscript(d.t("2")),
            "sup": m.Superscript(d.t("3")),
            "link": m.Link(draw(st.sampled_from(["https://example.org/a", "https://example.org/b"])), d.t(words)),
            "code": m.Code(words),
            "break": m.LineBreak(),
            "signs": m.Text("¹ & <b> ‘’ \u00a0\u2011"),
        }
        found.append(one[kind])
    return (m.Text(draw(phrases)), *found)


def paragraphs() -> st.SearchStrategy[m.Block]:
    return inlines().map(lambda words: m.Paragraph("", words))


def cells() -> st.SearchStrategy[m.Cell]:
    return st.builds(m.Cell, st.just(""), inlines(), st.sampled_from(["", "right"]))


@st.composite
def tables(draw: st.DrawFn) -> m.Block:
    columns = draw(st.integers(1, 3))
    row = st.lists(cells(), min_size=columns, max_size=columns).map(tuple)
    return m.Table(draw(row), tuple(draw(st.lists(row, max_size=3))))


def lists(inner: st.SearchStrategy[m.Block]) -> st.SearchStrategy[m.Block]:
    items = st.lists(inner, max_size=2).flatmap(lambda rest: paragraphs().map(lambda first: m.ListItem((first, *rest))))
    return st.builds(
        m.List, st.booleans(), st.integers(1, 4), st.booleans(), st.lists(items, min_size=1, max_size=3).map(tuple)
    )


leaves = st.one_of(
    paragraphs(),
    paragraphs(),
    st.builds(m.Heading, st.just(""), st.integers(1, 3), st.just(""), inlines()),
    st.builds(m.CodeBlock, st.just(""), phrases),
    st.just(m.Rule()),
    tables(),
)
blocks = st.recursive(
    leaves,
    lambda inner: st.one_of(
        lists(inner),
        st.builds(m.Quote, st.lists(inner, min_size=1, max_size=2).map(tuple)),
        st.builds(
            m.Callout, st.just(""), st.just("note"), inlines(), st.lists(inner, min_size=1, max_size=2).map(tuple)
        ),
    ),
    max_leaves=4,
)


@st.composite
def edited(draw: st.DrawFn, old: tuple[m.Block, ...]) -> tuple[m.Block, ...]:
    """What an author might make of some blocks: some go, some come, some are written anew, two change places."""
    made: list[m.Block] = []
    for block in old:
        what = draw(st.sampled_from("keep keep keep drop insert change change".split()))
        if what == "insert":
            made.append(draw(blocks))
        if what == "change":
            made.append(draw(changed(block)))
        elif what != "drop":
            made.append(block)
    if len(made) > 1 and draw(st.booleans()):
        at = draw(st.integers(0, len(made) - 2))
        made[at], made[at + 1] = made[at + 1], made[at]
    return tuple(made) or (m.Paragraph("", d.t("nothing is left")),)


@st.composite
def changed(draw: st.DrawFn, block: m.Block) -> m.Block:
    match block:
        case m.Paragraph(inlines=words):
            heading = st.builds(m.Heading, st.just(""), st.integers(1, 3), st.just(""), st.just(words))
            same = draw(reworded(words))
            return draw(st.one_of(st.just(replace(block, inlines=same)), heading))
        case m.Heading(inlines=words):
            return replace(block, level=draw(st.integers(1, 3)), inlines=draw(reworded(words)))
        case m.List(items=items):
            kept = [item for item in items if draw(st.booleans())]
            new = [m.ListItem((draw(paragraphs()),)) for _ in range(draw(st.integers(0 if kept else 1, 2)))]
            every = tuple(draw(st.permutations([*kept, *new])))
            return replace(block, items=every, ordered=draw(st.sampled_from([block.ordered] * 3 + [not block.ordered])))
        case m.Table(head=head, rows=rows):
            row = st.lists(cells(), min_size=len(head), max_size=len(head)).map(tuple)
            kept_rows = [each for each in rows if draw(st.booleans())]
            words = replace(head[0], inlines=draw(reworded(head[0].inlines)))
            more = tuple(draw(st.lists(row, max_size=2)))
            return m.Table((words, *head[1:]), (*kept_rows, *more))
        case m.Quote(blocks=inner) | m.Callout(blocks=inner):
            return replace(block, blocks=draw(edited(inner)))
        case _:
            return draw(blocks)


@st.composite
def reworded(draw: st.DrawFn, words: tuple[m.Inline, ...]) -> tuple[m.Inline, ...]:
    """Some inlines go, some come, some are set in bold."""
    made: list[m.Inline] = []
    for inline in words:
        what = draw(st.sampled_from("keep keep drop strong word".split()))
        if what == "strong" and not isinstance(inline, m.Link):
            made.append(m.Strong((inline,)))
        elif what == "word":
            made += [inline, m.Text(f" {draw(phrases)} ")]
        elif what != "drop":
            made.append(inline)
    return tuple(made) or d.t("no word is left")


@st.composite
def pairs(draw: st.DrawFn) -> tuple[m.Document, m.Document]:
    """An old and a new version, with notes whose marks may come, go and change places."""
    body = tuple(draw(st.lists(blocks, min_size=1, max_size=6)))
    later = draw(edited(body))
    versions = []
    for blocks_ in (body, later):
        labels = draw(st.lists(st.sampled_from("abc"), unique=True, max_size=3))
        marks = tuple(
            m.Paragraph("", (m.Text("see"), m.NoteMark(label, number))) for number, label in enumerate(labels, 1)
        )
        texts = [(m.Paragraph("", draw(inlines())), *draw(st.lists(paragraphs(), max_size=1))) for _ in labels]
        notes = tuple(
            m.Note(f"n{at}", label, at, words) for at, label, words in zip((1, 2, 3), labels, texts, strict=False)
        )
        at = draw(st.integers(0, len(blocks_)))
        versions.append(version(*blocks_[:at], *marks, *blocks_[at:], notes=notes))
    return versions[0], versions[1]
