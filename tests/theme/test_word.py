"""A theme's review.docx: the body and the safety block must have their place, once and in plain sight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import documents as d
from publish.diagnostics import Refused
from publish.formats import Options, docx
from publish.theme.word import check_template
from verify.docx_bench import Root, element, paragraph_with, q, spoiled

BASE = d.ROOT / "themes" / "base" / "review.docx"
Edit = Callable[[Root], object]


def control(root: Root, tag: str) -> Root:
    (found,) = [each for each in root.iter(q("sdt")) if each.find(f"{q('sdtPr')}/{q('tag')}").get(q("val")) == tag]
    return found


def codes(folder: Path, edit: Edit, part: str = "word/document.xml") -> list[str]:
    path = folder / "review.docx"
    path.write_bytes(spoiled(BASE.read_bytes(), edit, part))
    return [finding.code for finding in check_template(path)]


def test_the_base_template_is_sound() -> None:
    assert list(check_template(BASE)) == []


def without(tag: str) -> Edit:
    return lambda root: control(root, tag).getparent().remove(control(root, tag))


def twice(tag: str) -> Edit:
    def edit(root: Root) -> None:
        from copy import deepcopy

        control(root, tag).addnext(deepcopy(control(root, tag)))

    return edit


def inside(xml: str, inner: str) -> Edit:
    """Moves the control of the safety block into new markup."""

    def edit(root: Root) -> None:
        block = control(root, "safety-block")
        made = element(xml)
        block.addprevious(made)
        next(made.iter(inner)).append(block)

    return edit


def hidden_run(root: Root) -> None:
    run = next(control(root, "safety-block").iter(q("r")))
    run.insert(0, element("<w:rPr><w:vanish/></w:rPr>"))


def hidden_mark(root: Root) -> None:
    control(root, "safety-block").find(q("sdtPr")).insert(0, element("<w:rPr><w:vanish/></w:rPr>"))


def bound(root: Root) -> None:
    control(root, "safety-block").find(q("sdtPr")).append(element("<w:dataBinding/>"))


def other_tag(root: Root) -> None:
    control(root, "safety-block").find(f"{q('sdtPr')}/{q('tag')}").set(q("val"), "safety")


BOX = "<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent/></v:textbox></v:shape></w:pict></w:r></w:p>"


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (without("safety-block"), "theme.docx-slot-missing"),
        (without("body"), "theme.docx-slot-missing"),
        (other_tag, "theme.docx-slot-missing"),
        (twice("safety-block"), "theme.docx-slot-twice"),
        (twice("body"), "theme.docx-slot-twice"),
        (inside('<w:del w:id="1" w:author="A"/>', q("del")), "theme.docx-slot-hidden"),
        (inside('<w:moveFrom w:id="1" w:author="A"/>', q("moveFrom")), "theme.docx-slot-hidden"),
        (inside(BOX, q("txbxContent")), "theme.docx-slot-hidden"),
        (inside("<w:tbl><w:tr><w:tc/></w:tr></w:tbl>", q("tc")), "theme.docx-slot-hidden"),
        (inside("<w:p/>", q("p")), "theme.docx-slot-hidden"),
        (hidden_run, "theme.docx-slot-hidden"),
        (hidden_mark, "theme.docx-slot-hidden"),
        (bound, "theme.docx-slot-hidden"),
    ],
)
def test_a_place_that_is_missing_double_or_hidden_is_refused(tmp_path: Path, edit: Edit, code: str) -> None:
    assert set(codes(tmp_path, edit)) == {code}


def test_a_body_inside_of_the_block_is_refused(tmp_path: Path) -> None:
    def edit(root: Root) -> None:
        control(root, "safety-block").find(q("sdtContent")).append(control(root, "body"))

    assert "theme.docx-slot-hidden" in codes(tmp_path, edit)


def test_a_missing_style_is_named(tmp_path: Path) -> None:
    def edit(root: Root) -> None:
        for style in list(root.iter(q("style"))):
            if style.get(q("styleId")) == "SafetyText":
                root.remove(style)

    assert codes(tmp_path, edit, "word/styles.xml") == ["theme.docx-style-missing"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"<html>", BASE.read_bytes()[:3000]])
def test_what_is_no_word_file_is_one_finding(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "review.docx"
    path.write_bytes(data)
    assert [finding.code for finding in check_template(path)] == ["theme.docx-unreadable"]


def test_the_writer_refuses_such_a_template(tmp_path: Path) -> None:
    codes(tmp_path, without("safety-block"))
    look = replace(d.theme(), folders=(tmp_path, *d.theme().folders))
    with pytest.raises(Refused, match=r"theme\.docx-slot-missing"):
        docx.write(d.document(), look, Options())


def test_a_designer_may_restyle_and_add(tmp_path: Path) -> None:
    def edit(root: Root) -> None:
        control(root, "body").addprevious(element("<w:p><w:r><w:t>Example</w:t></w:r></w:p>"))
        paragraph_with(root, "Example")

    assert codes(tmp_path, edit) == []
