"""The whole reading: names, catalogues, hashes, and what must hold for any Markdown."""

from __future__ import annotations

import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publish.model import Document, blocks_within, passages, segments
from publish.policy import known_codes
from publish.project import open_project
from publish.reader import read_leaflet
from reader.desk import FRONT, SAFETY, Desk, laid_out


def test_unknown_leaflet(desk: Desk) -> None:
    reading = desk.read("abut")
    assert reading.document is None
    assert reading.codes == ["project.leaflet-unknown"]
    assert "“about”" in reading.findings[0].hint


def test_ids_are_sequential_and_unique(desk: Desk) -> None:
    reading = desk.body("\n# One\n\nTwo[^a].\n\n- three\n\n| a |\n|---|\n| b |\n\n[^a]: Four.\n\n    Five.\n")
    assert reading.document is not None
    document = reading.document
    ids = [passage.id for segment in segments(document) for passage in segment.passages if passage.id]
    assert ids == ["b0001", "b0002", "b0003", "b0004", "b0005", "n0001p0001", "n0001p0002", "s0001", "s0002"]


def test_sources_and_hash_do_not_depend_on_where_the_project_stands(tmp_path: Path) -> None:
    first = laid_out(tmp_path / "first").read().document
    second = laid_out(tmp_path / "another-place").read().document
    assert first is not None
    assert second is not None
    assert first == second
    assert [source.path for source in first.sources] == [
        "source/glossary.toml",
        "source/leaflets/about/leaflet.md",
        "source/products/examplin.toml",
        "source/references.toml",
        "source/safety/examplin-us.md",
    ]


@pytest.mark.parametrize("name", ["glossary.toml", "safety/examplin-us.md", "products/examplin.toml"])
def test_hash_changes_with_any_file(desk: Desk, name: str) -> None:
    before = desk.read().document
    path = desk.root / "source" / name
    path.write_text(path.read_text() + "\n")
    after = desk.read().document
    assert before is not None
    assert after is not None
    assert before.source_sha256 != after.source_sha256


def test_labels_of_the_project_come_first(desk: Desk) -> None:
    desk.write("labels/en.toml", 'notes = "Remarks"\n')
    document = desk.read().document
    assert document is not None
    assert (document.labels["notes"], document.labels["references"]) == ("Remarks", "References")


def test_a_language_of_the_project(desk: Desk) -> None:
    desk.write("labels/tlh.toml", 'notes = "QIn"\n')
    for name in ("leaflets/about/leaflet.md", "safety/examplin-us.md"):
        path = desk.root / "source" / name
        path.write_text(path.read_text().replace("en-US", "tlh"))
    reading = desk.read()
    assert reading.findings == ()
    assert reading.document is not None
    assert reading.document.labels == {"notes": "QIn"}


def test_shipped_labels_have_the_same_keys() -> None:
    import tomllib
    from importlib.resources import files

    folder = files("publish") / "labels"
    keys = {each.name: set(tomllib.loads(each.read_text(encoding="utf-8"))) for each in folder.iterdir()}
    assert set(keys) == {f"{language}.toml" for language in ("de", "en", "es", "fr", "it", "nl")}
    for name, known in keys.items():
        assert known == keys["en.toml"], name


def test_glossary_in_the_leaflets_language(desk: Desk) -> None:
    for name in ("leaflets/about/leaflet.md", "safety/examplin-us.md"):
        path = desk.root / "source" / name
        path.write_text(
            path.read_text().replace("en-US", "de")
            + ("" if "safety" in name else "[x]{term=il-1}\n\n:::{glossary}\n:::\n")
        )
    document = desk.read().document
    assert document is not None
    assert "Ein Botenstoff." in [passage.text for passage in passages(document.body)]


@pytest.mark.parametrize(
    ("name", "content", "code", "line", "says"),
    [
        ("products/examplin.toml", "name = ", "source.toml", 1, "no TOML"),
        ("products/examplin.toml", 'name = "a"\nname = "b"\n', "source.toml", 2, "no TOML"),
        ("products/examplin.toml", 'name = "Examplin"\n', "source.product", None, "generic-name"),
        ("products/examplin.toml", "name = 5\n", "source.product", 1, "“name” must be text"),
        ("products/examplin.toml", 'boxed-warning = "no"\n', "source.product", 1, "true or false"),
        ("products/examplin.toml", "a = " + "[" * 5000, "source.toml", None, "no TOML"),
        ("products/examplin.toml", "a = " + "9" * 5000, "source.toml", None, "no TOML"),
        ("products/examplin.toml", 'name = "a\\u200bb"\n', "source.hidden-character", 1, "U+200B"),
        ("glossary.toml", "[cytokine\n", "source.toml", 1, "no TOML"),
        ("glossary.toml", "cytokine = 5\n", "source.toml", 1, "must be a table"),
        ("glossary.toml", '[cytokine]\nterm = "a"\ndefintion = "b"\n', "source.toml", 3, "“defintion”"),
        ("references.toml", '[smith]\nurl = "https://www.example.org"\n', "source.reference", 1, "has no text"),
        ("references.toml", '[smith]\ntext = "a"\nurl = "javascript:x"\n', "source.link-target", 1, "javascript"),
        ("references.toml", "\xff", "source.toml", 1, "no TOML"),
    ],
)  # fmt: skip
def test_catalogues(desk: Desk, name: str, content: str, code: str, line: int | None, says: str) -> None:
    desk.write(name, content)
    reading = desk.body("\nOne[@smith].\n")
    finding = next(each for each in reading.findings if each.code == code and says in each.message)
    assert finding.place is not None
    assert (finding.place.file, finding.place.line) == (f"source/{name}", line)


def test_no_code_is_listed_in_vain() -> None:
    folder = Path(__file__).parent.parent.parent / "src/publish/reader"
    stated = set(
        re.findall(r'"((?:source|meta)\.[a-z0-9-]+)"', "\n".join(each.read_text() for each in folder.glob("*.py")))
    )
    assert stated == {name for name in known_codes() if name.split(".")[0] in ("source", "meta")}


def test_odd_folder_name(desk: Desk) -> None:
    desk.write("leaflets/a b/leaflet.md", FRONT + "\nText.\n")
    assert desk.read("a b").codes == ["project.leaflet-name"]


def test_values_keep_no_break_spaces_and_lose_line_ends(desk: Desk) -> None:
    path = desk.root / "source/products/examplin.toml"
    path.write_text(path.read_text().replace('"Examplin"', '"""Examplin\n 5\u00a0mg"""'))
    document = desk.read().document
    assert document is not None
    assert document.product.values["product.name"] == "Examplin 5\u00a0mg"


def test_variables_are_not_told_unknown_while_the_product_is(desk: Desk) -> None:
    reading = desk.front(lambda front: front.replace("product: examplin", "product: exampln") + "{{ product.name }}\n")
    assert reading.codes == ["meta.product-unknown", "source.safety-differs"]


# --- what must hold for any Markdown ---

PIECES = [
    "word", "two words", "\n", "\n\n", "# ", "## ", "- ", "1. ", "2) ", "> ", "    ", "`", "```", "~~~", "*", "**",
    "_", "[", "]", "(", ")", "![", "](", "[a]: https://a.bc", "[^1]", "[^1]: ", "[@smith]", "{claim}", "{term}",
    "{term=il-1}", "{{ product.name }}", "{{x}}", "{{", "{%", ":::{callout} T\n", ":::\n", ":::{only} market=eu\n",
    "::::\n",
    "::::{only} audience=patient\n", ":::{story} S\n:url: https://a.bc\n", ":::{glossary}\n", ":::{resources} R\n",
    ":::{figure} a.png\n:alt: b\n", ":::{panel}\n", ":::", "|", "a | b\n--|--\n", "\n: def", "~", "^", "\\", "&amp;",
    "&ouml;", "&#0;", "&shy;", "<div>", "<", "<!--", "https://x.yz", "<https://x.yz>", "{.x}", "{", "}", "é", "日本",
    "\t", "  \n", "---\n", "===\n", ":kind: x\n", ":", ";", "%", "5 mg", "\u00a0", "\u200b", "cytokine", "@smith",
    "](#x)",    "](javascript:x)", "10.", '"t"', "\0", "\r\n", "\u2028",
]  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    root = tmp_path_factory.mktemp("property") / "project"
    yield laid_out(root)
    shutil.rmtree(root)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(markdown=st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_markdown_is_read_or_told(shared: Desk, markdown: str) -> None:
    """No exception, ever; and a clean reading holds every word, in the source's own count."""
    shared.write("leaflets/about/leaflet.md", FRONT + "\n" + markdown)
    document, findings = read_leaflet(open_project(shared.root), "about")
    assert document is not None or findings
    assert {finding.code for finding in findings} <= set(known_codes())
    if document is not None:
        segments(document)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_told(shared: Desk, data: bytes) -> None:
    for name, before in (("leaflets/about/leaflet.md", FRONT), ("safety/examplin-us.md", SAFETY)):
        shared.write(name, data)
        assert shared.read().findings
        shared.write(name, before.encode() + b"\n\n" + data)
        shared.read()
    shared.write("safety/examplin-us.md", SAFETY)


WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8)
SHAPES = ["{}", "*{}*", "**{}**", "`{}`", "[{}](https://a.bc)", "{}^{}^", "\\*{}", "&lt;{}", "[{}]{{claim ref=smith}}"]
BLOCKS = ["{}\n\n", "- {}\n- {}\n\n", "# {}\n\n", "> {}\n\n", "```\n{}\n```\n\n", "{} | {}\n---|---\n{} | {}\n\n",
          ":::{{callout}} {}\n{}\n:::\n\n", "{}\n: {}\n\n", "{}  \n{}\n\n", "> - {}\n>   {}\n\n"]  # fmt: skip


@st.composite
def leaflets(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Sound Markdown, and the words in it."""
    words: list[str] = []

    def filled(shape: str, part: st.SearchStrategy[str]) -> str:
        return shape.format(*(draw(part) for _ in range(shape.count("{}"))))

    def word() -> st.SearchStrategy[str]:
        return WORD.map(lambda each: (words.append(each), each)[1])

    text = ""
    for shape in draw(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=8)):
        code = shape.startswith("```")
        phrases = []
        for _ in range(shape.count("{}")):
            forms = ["{}"] if code else draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=4))
            phrases.append(" ".join(filled(form, word()) for form in forms))
        text += shape.format(*phrases)
    return text, words


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(leaflet=leaflets())
def test_sound_markdown_keeps_each_word_once(shared: Desk, leaflet: tuple[str, list[str]]) -> None:
    text, words = leaflet
    shared.write("leaflets/about/leaflet.md", FRONT + "\n" + text)
    document, findings = read_leaflet(open_project(shared.root), "about")
    assert "source.words-lost" not in {finding.code for finding in findings}
    assert document is not None
    assert Counter(letters_of(document)) == Counter("".join(words))


def letters_of(document: Document) -> str:
    return "".join(re.sub(r"[^a-z]", "", passage.text) for passage in passages(document.body))


@pytest.mark.parametrize(
    "markdown",
    [
        ">" * 10_000 + " deep",
        "".join("  " * level + "- deep\n" for level in range(300)),
        "*a **a " * 8_000,
        "".join("e" + "`" * run for run in range(500)),
        "[" * 10_000,
        "![" * 10_000,
        "[a](" * 10_000,
        "[a]{claim " * 5_000,
        "<!-- " * 10_000,
        "{{ a " * 10_000,
        "&" * 50_000,
        "^a" * 20_000,
        ":::{callout} T\n" * 2_000,
        "\n".join(":" * (1003 - level) + "{callout} T" for level in range(1000)),
        "word\n" * 20_000,
        "x" * 100_000,
        "|".join("a" * 500) + "\n" + "|".join("-" * 500) + "\n" + ("|".join("b" * 500) + "\n") * 40,
        "\n\n".join(f"[^{number}]: x[^{number + 1}]" for number in range(1000)) + "\n\nstart[^0]",
    ],
    ids=lambda markdown: repr(markdown[:12]),
)
def test_pathologies_end_soon(desk: Desk, markdown: str) -> None:
    start = time.process_time()
    reading = desk.body("\n" + markdown)
    assert time.process_time() - start < 5
    if reading.document is not None:
        assert list(blocks_within(reading.document.body)) or reading.findings
