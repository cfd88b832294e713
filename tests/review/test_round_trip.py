"""Whatever a leaflet holds and whatever is edited in its copy: what comes back is what was written."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from zipfile import ZipFile

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from lxml import etree

import projects
from publish.formats import Options, docx
from publish.project import open_project
from publish.reader import read_leaflet
from publish.review import carry, returned
from publish.review.revisions import W
from publish.theme.load import load_theme
from publish.wordfile import open_word_file

HEAD = projects.LEAFLET.split("\n# ", 1)[0].replace("status: draft", "status: in-review") + "\n"
FILE = "source/leaflets/examplin/leaflet.md"
FEW = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))

WORD = st.sampled_from(
    "alpha beta dose 25 mg a_b * &amp; &nbsp;x \\*y {{product.name}} “quoted” it's H~2~O x^2^ `code` <3 [sic]".split()
)
MARKED = st.builds(lambda sign, words: f"{sign}{' '.join(words)}{sign}", st.sampled_from(["*", "**", "_", "__"]),
                   st.lists(st.sampled_from("one two three four".split()), min_size=1, max_size=3))  # fmt: skip
LINK = st.builds(lambda word: f"[{word}](https://example.com/{word})", st.sampled_from("here there site".split()))
PIECE = st.one_of(WORD, WORD, WORD, MARKED, LINK)
LINE = st.lists(PIECE, min_size=1, max_size=8).map(lambda pieces: "Say " + " ".join(pieces))
PARAGRAPH = st.builds(lambda lines, end: end.join(lines), st.lists(LINE, min_size=1, max_size=3),
                      st.sampled_from(["\n", "\n", "\\\n", "  \n"]))  # fmt: skip


def _indented(text: str, by: str) -> str:
    return text.replace("\n", "\n" + by)


BULLETS = st.builds(lambda mark, items: "\n".join(f"{mark} {_indented(item, '  ')}" for item in items),
                    st.sampled_from("-*+"), st.lists(PARAGRAPH, min_size=1, max_size=3))  # fmt: skip
NUMBERED = st.lists(LINE, min_size=1, max_size=3).map(
    lambda items: "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))
)
NESTED = st.builds(
    lambda outer, inner: f"- {outer}\n" + _indented("  " + inner, "  "), LINE, st.one_of(BULLETS, NUMBERED)
)
LOOSE = st.lists(PARAGRAPH, min_size=2, max_size=3).map(
    lambda items: "\n\n".join(f"- {_indented(item, '  ')}\n\n  Say more of it." for item in items)
)
QUOTE = PARAGRAPH.map(lambda text: "> " + _indented(text, "> "))
TABLE = st.lists(st.tuples(WORD, WORD), min_size=2, max_size=4).map(
    lambda rows: "| A | B |\n|---|--:|\n" + "\n".join(f"| {a} | {b}  |" for a, b in rows)
)
CALLOUT = st.builds(lambda title, text: f":::{{callout}} {title}\n:kind: note\n\n{text}\n:::",
                    st.sampled_from(["Mind this", "Be *very* careful"]), PARAGRAPH)  # fmt: skip
TERMS = LINE.map(lambda text: f"Term\n: {text}")
CODE = st.sampled_from(["```\ncode * here\n```", "~~~\nmore\n\ncode\n~~~"])
BLOCK = st.one_of(PARAGRAPH, PARAGRAPH, BULLETS, NUMBERED, NESTED, LOOSE, QUOTE, TABLE, CALLOUT, TERMS, CODE)
BODY = st.lists(BLOCK, min_size=1, max_size=6).map(lambda blocks: "\n# Begin\n\n" + "\n\n".join(blocks) + "\n")

FOLDER = Path(mkdtemp(prefix="publish-round-"))
PROJECT = open_project(projects.tiny(FOLDER))
THEME = load_theme("base", projects.ROOT / "themes")


def copy_of(text: str):
    """The document of a source and its copy; None when the source would be refused."""
    (FOLDER / FILE).write_text(text, "utf-8")
    document, findings = read_leaflet(PROJECT, "examplin")
    if document is None or findings:
        return None
    return document, docx.write(document, THEME, Options())


def back(text: str, document, data: bytes) -> carry.Carried:
    return carry.carried(text, document, FILE, returned.read(open_word_file(data), lambda part: True))


@FEW
@given(BODY)
@example("\n# Begin\n\n- Say a\n  - Say b\n\n    Say c\n- Say d\n")
@example("\n# Begin\n\nSay **one*two*** __a__ \\\nSay &nbsp;x\n")
def test_an_unedited_copy_gives_the_source_back(body):
    text = HEAD + body
    made = copy_of(text)
    assume(made is not None)
    result = back(text, *made)
    assert result.text == text and result.findings == []


def edited(data: bytes, at: int, old: str, new: str) -> bytes:
    """The copy with the at-th run that holds `old` (of all of them) saying `new` there."""
    given, out = ZipFile(BytesIO(data)), BytesIO()
    root = etree.fromstring(given.read("word/document.xml"))
    runs = [
        node
        for node in root.iter(f"{{{W}}}t")
        if old in (node.text or "") and any(each.tag == f"{{{W}}}p" and _is_body(each) for each in node.iterancestors())
    ]
    node = runs[at % len(runs)]
    node.text = (node.text or "").replace(old, new, 1)
    with ZipFile(out, "w") as archive:
        for name in given.namelist():
            content = etree.tostring(root) if name == "word/document.xml" else given.read(name)
            archive.writestr(name, content)
    return out.getvalue()


def _is_body(paragraph) -> bool:
    return any("blk_b" in str(each.get(f"{{{W}}}name")) for each in paragraph.iter(f"{{{W}}}bookmarkStart"))


TYPED = st.text(st.sampled_from("abz 019äéß*_`~^[](){}<>#&;:!?.,|\\/+-=@$%'\"“”‘’–…≥µ\u00a0"), max_size=9)


@FEW
@given(BODY, st.integers(0, 30), TYPED)
@example("\n# Begin\n\nSay a\n", 0, "*x*")
@example("\n# Begin\n\nSay a\n", 0, "*<{{ x }}")
@example("\n# Begin\n\n`Say a`, **b**\n", 0, "`x")
@example("\n# Begin\n\n`Say`\n", 0, "``")
@example("\n# Begin\n\n- Say a\n", 0, "- b")
@example("\n# Begin\n\n| A | B |\n|---|---|\n| a | Say |\n", 0, "|")
def test_what_is_typed_over_a_word_is_what_the_new_source_says(body, at, typed):
    """One word of some block becomes other words: the new source, made a document, shows just that."""
    text = HEAD + body
    made = copy_of(text)
    assume(made is not None and not typed.endswith((" ", "\u00a0")))
    document, data = made
    result = back(text, document, edited(data, at, "Say" if "Say" in body else "Begin", f"Tell{typed}"))
    assume(not {finding.code for finding in result.findings} & {"review.hidden-character"})
    again = copy_of(result.text)
    assert again is not None, result.text
    before, after = shown(document), shown(again[0])
    changed = [(one, two) for one, two in zip(before, after, strict=True) if one != two]
    assert len(changed) == 1
    old, new = changed[0]
    word = "Say" if "Say" in body else "Begin"
    assert new in {old[:i] + f"Tell{typed}" + old[i + len(word) :] for i in range(len(old)) if old.startswith(word, i)}


def shown(document) -> list[str]:
    from publish import model

    return [passage.text for passage in model.passages(document.body)]
