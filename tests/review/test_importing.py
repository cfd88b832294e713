"""Copies that come back: what is refused, what is told, what is merged, and what is written where."""

from __future__ import annotations

import json
import os
import re
import shutil
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

import projects
from publish.cli import app
from publish.diagnostics import Failure, Refused
from publish.project import Project, open_project
from publish.reader import read_leaflet
from publish.review import patching, store
from publish.review.importing import Choice
from publish.review.redline import redline
from publish.review.remarks import open_remarks
from publish.theme.load import load_theme
from review import made

BY = 'w:id="900" w:author="Ann" w:date="2026-03-01T10:00:00Z"'
TEXT = made.SOURCE


def swapped(data: bytes, *changes: tuple[str, str], part: str = "word/document.xml") -> bytes:
    """A Word file with markup replaced in one of its parts."""
    given, out = ZipFile(BytesIO(data)), BytesIO()
    with ZipFile(out, "w") as archive:
        for name in given.namelist():
            content = given.read(name)
            if name == part:
                text = content.decode()
                for old, new in changes:
                    assert old in text, old
                    text = text.replace(old, new, 1)
                content = text.encode()
            archive.writestr(name, content)
    return out.getvalue()


def run(words: str, *, gone: bool = False) -> str:
    name = "delText" if gone else "t"
    return f'<w:r><w:{name} xml:space="preserve">{words}</w:{name}></w:r>'


def tracked(data: bytes, old: str, new: str, author: str = "Ann") -> bytes:
    """The copy with one word replaced by a tracked change."""
    by = BY.replace("Ann", author)
    middle = f"<w:del {by}>{run(old, gone=True)}</w:del><w:ins {by}>{run(new)}</w:ins>"
    parted = f'</w:t></w:r>{middle}<w:r><w:t xml:space="preserve">'
    return swapped(data, (old, parted))


@pytest.fixture
def sent(tmp_path: Path) -> tuple[Project, bytes]:
    """A project of its own, and the copy that went out from it."""
    _, data = made.base()
    folder = tmp_path / "project"
    shutil.copytree(made.base()[0].root, folder)
    return open_project(folder), data


# --- chosen ---


def two(data: bytes) -> bytes:
    return tracked(tracked(data, "accident", "chance"), "pharmacist", "nurse", "Bea")


CHOICES = {
    "everything": (Choice(), "chance", "nurse"),
    "one is accepted": (Choice(accept=frozenset({"1", "2"})), "chance", "pharmacist"),
    "one is rejected": (Choice(reject=frozenset({"1", "2"})), "accident", "nurse"),
    "only the deletion": (Choice(reject=frozenset({"2"})), "by , and", "nurse"),
    "one author": (Choice(author="Bea"), "accident", "nurse"),
}


@pytest.mark.parametrize(("choice", "first", "second"), CHOICES.values(), ids=CHOICES)
def test_a_choice_of_changes(sent, choice, first, second):
    project, data = sent
    result = made.imported(project, two(data), choice)
    text = made.text_after(result, project)
    assert (first in text, second in text) == (True, True)
    assert [(each.id, each.kind, each.author, each.text) for each in result.changes] == [
        ("1", "deletion", "Ann", "accident"),
        ("2", "insertion", "Ann", "chance"),
        ("3", "deletion", "Bea", "pharmacist"),
        ("4", "insertion", "Bea", "nurse"),
    ]
    assert {each.line for each in result.changes} == {18, 22}


def test_untracked_changes_are_listed_and_can_be_refused(sent):
    project, data = sent
    quiet = swapped(tracked(data, "accident", "chance"), ("pharmacist", "nurse"))
    result = made.imported(project, quiet)
    assert [(each.id, each.kind, each.text, each.line) for each in result.changes][2:] == [
        ("u1", "untracked", "nurse", 22)
    ]
    assert "review.untracked" in {finding.code for finding in result.findings}
    refused = made.text_after(made.imported(project, quiet, Choice(reject=frozenset({"u1"}))), project)
    assert "your pharmacist." in refused and "by chance" in refused


def test_an_unknown_change_is_refused(sent):
    with pytest.raises(Refused, match=r"review\.change-unknown"):
        made.imported(sent[0], sent[1], Choice(accept=frozenset({"77"})))


def test_a_redline_that_comes_back_unedited_changes_nothing(sent):
    project, _ = sent
    old, _ = read_leaflet(project, "examplin")
    (project.root / made.FILE).write_text(TEXT.replace("accident", "chance"), "utf-8")
    new, _ = read_leaflet(project, "examplin")
    store.keep(project, new)
    theme = load_theme("base", projects.ROOT / "themes")
    data = redline(old, new, theme, "Ann", datetime(2026, 3, 1, tzinfo=UTC))
    result = made.imported(project, data)
    assert result.files == {} and result.findings == ()
    taken_back = made.imported(project, data, Choice(author="nobody"))
    assert made.text_after(taken_back, project) == TEXT


# --- the source moved on ---


def test_changes_that_do_not_touch_are_merged(sent):
    project, data = sent
    path = project.root / made.FILE
    path.write_text(TEXT.replace("milk", "cream").replace("in the year 1999", "in the year 2001"), "utf-8")
    result = made.imported(project, tracked(data, "accident", "chance"))
    assert result.files[made.FILE] == path.read_text("utf-8").replace("accident", "chance")
    assert result.conflicts == ()


def test_changes_that_touch_are_conflicts(sent):
    project, data = sent
    path = project.root / made.FILE
    path.write_text(TEXT.replace("by accident", "by luck").replace("milk", "cream"), "utf-8")
    result = made.imported(project, two(data))
    (conflict,) = result.conflicts
    assert (conflict.base, conflict.ours, conflict.theirs) == (
        "found in the year 1999 by accident, and",
        "found in the year 1999 by luck, and",
        "found in the year 1999 by chance, and",
    )
    assert conflict.line == 19 and result.blocked
    assert made.text_after(result, project) == path.read_text("utf-8").replace("pharmacist", "nurse")


def test_the_same_change_on_both_sides_is_none(sent):
    project, data = sent
    (project.root / made.FILE).write_text(TEXT.replace("accident", "chance"), "utf-8")
    result = made.imported(project, tracked(data, "accident", "chance"))
    assert result.files == {} and result.conflicts == ()


# --- the safety block ---


@pytest.mark.parametrize("quiet", [False, True], ids=["tracked", "untracked"])
def test_a_changed_safety_block_is_refused_with_both_texts(sent, quiet):
    project, data = sent
    change = swapped(data, ("headache", "migraine")) if quiet else tracked(data, "headache", "migraine")
    result = made.imported(project, tracked(change, "accident", "chance"))
    (finding,) = [each for each in result.findings if each.code == "review.safety-changed"]
    assert "before: “headache”; after: “migraine”" in finding.message
    assert ("tracking switched off" in finding.message) == quiet
    assert finding.place and finding.place.file == "source/safety/examplin-us-patient.md"
    assert set(result.files) == {made.FILE}
    assert "migraine" not in result.files[made.FILE] and result.blocked


def test_a_safety_passage_that_looks_like_another_kind_is_told(sent):
    project, data = sent
    item = '<w:pStyle w:val="SafetyList"/><w:numPr><w:ilvl w:val="{}"/>'
    for change in (
        ('<w:pStyle w:val="SafetyText"/>', '<w:pStyle w:val="Heading3"/>'),
        (item.format(0), item.format(1)),
    ):
        result = made.imported(project, swapped(data, change))
        assert [finding.code for finding in result.findings] == ["review.safety-look"] and not result.blocked


def test_a_proposal_falls_back_to_review(sent):
    project, data = sent
    file = "source/safety/examplin-us-patient.md"
    old = (project.root / file).read_text("utf-8")
    result = made.imported(project, tracked(data, "headache", "migraine"), propose=True)
    assert result.files[file] == old.replace("- headache", "- migraine").replace("status: draft", "status: in-review")


def test_a_proposal_loses_its_approval(sent):
    project, _ = made.sample("beispielin")
    _, data = made.sample("beispielin")
    result = made.imported(project, tracked(data, "Ohrensausen und", "Ohrenpfeifen und"), propose=True)
    new = result.files["source/safety/beispielin-eu-patient.md"]
    assert "\nstatus: in-review\n" in new and "approved-by" not in new and "text-sha256" not in new
    assert "Ohrenpfeifen" in new


# --- where it comes from ---


def no_bookmarks(data: bytes) -> bytes:
    given = ZipFile(BytesIO(data)).read("word/document.xml").decode()
    plain = re.sub(r"<w:bookmark(Start|End)[^>]*/>", "", given)
    return swapped(data, (given, plain))


def test_without_anchors_words_decide_and_it_is_said(sent):
    project, data = sent
    result = made.imported(project, no_bookmarks(tracked(data, "accident", "chance")))
    assert made.text_after(result, project) == TEXT.replace("accident", "chance")
    assert "review.no-anchors" in {finding.code for finding in result.findings}


def test_without_anchors_and_properties_the_base_is_found_by_its_words(sent):
    project, data = sent
    bare = swapped(no_bookmarks(data), ("publish-source", "x"), ("publish-leaflet", "y"), part="docProps/custom.xml")
    result = made.imported(project, bare)
    assert result.files == {} and {each.code for each in result.findings} == {
        "review.base-guessed",
        "review.no-anchors",
    }


def test_a_copy_of_another_leaflet(sent):
    project, data = sent
    other = swapped(data, (">examplin<", ">another<"), part="docProps/custom.xml")
    with pytest.raises(Refused, match=r"review\.other-leaflet"):
        made.imported(project, other)


def test_a_base_that_is_not_kept(sent):
    project, data = sent
    shutil.rmtree(project.root / ".publish")
    with pytest.raises(Refused, match=r"review\.base-unknown"):
        made.imported(project, data)


# --- comments ---

COMMENTS = """<?xml version="1.0"?><w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml">
<w:comment w:id="70" w:author="Ann" w:date="2026-03-01T10:00:00Z">
<w:p w14:paraId="00000A01"><w:r><w:t>Is that so?</w:t></w:r></w:p></w:comment>
<w:comment w:id="71" w:author="Bea" w:date="2026-03-02T10:00:00Z">
<w:p w14:paraId="00000A02"><w:r><w:t>It is.</w:t></w:r></w:p></w:comment>
</w:comments>"""
EXTENDED = """<?xml version="1.0"?><w15:commentsEx xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml">
<w15:commentEx w15:paraId="00000A01" w15:done="{done}"/>
<w15:commentEx w15:paraId="00000A02" w15:paraIdParent="00000A01" w15:done="{done}"/></w15:commentsEx>"""


def commented(data: bytes, done: int = 0) -> bytes:
    """The copy with a comment on “accident” and its answer."""
    given, out = ZipFile(BytesIO(data)), BytesIO()
    kind = "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"
    with ZipFile(out, "w") as archive:
        for name in given.namelist():
            content = given.read(name)
            if name == "word/comments.xml":
                content = COMMENTS.encode()
            if name == "word/_rels/document.xml.rels":
                link = f'<Relationship Id="rIdX" Type="{kind}" Target="commentsExtended.xml"/></Relationships>'
                content = content.replace(b"</Relationships>", link.encode())
            archive.writestr(name, content)
        archive.writestr("word/commentsExtended.xml", EXTENDED.format(done=done))
    start = '</w:t></w:r><w:commentRangeStart w:id="70"/><w:r><w:t>accident</w:t></w:r><w:commentRangeEnd w:id="70"/>'
    start += '<w:r><w:commentReference w:id="70"/></w:r><w:r><w:t xml:space="preserve">'
    return swapped(out.getvalue(), ("accident", start))


@pytest.mark.parametrize("done", [0, 1])
def test_comments_come_with_thread_state_and_line(sent, done):
    project, data = sent
    result = made.imported(project, commented(data, done))
    question, answer = result.comments
    assert (question.author, question.text, question.quoted, question.line) == ("Ann", "Is that so?", "accident", 18)
    assert (answer.author, answer.parent, question.resolved) == ("Bea", question.id, bool(done))
    assert result.files == {}


# --- the command line ---


@pytest.fixture
def at(sent, tmp_path, monkeypatch) -> Callable[..., tuple[int, str]]:
    """`at(data, "--apply")` runs the import of one copy in the project; its exit code and what it says."""
    project, _ = sent
    monkeypatch.chdir(tmp_path)

    def go(data: bytes, *options: str, name: str = "copy.docx") -> tuple[int, str]:
        (tmp_path / name).write_bytes(data)
        ran = CliRunner().invoke(app, ["--project", str(project.root), "review", "import", name, *options])
        if isinstance(ran.exception, Failure):
            return ran.exception.exit_code, str(ran.exception)
        assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
        return ran.exit_code, ran.output

    return go


def test_showing_writes_nothing_and_applying_writes_the_patch(sent, at):
    project, data = sent
    path = project.root / made.FILE
    code, said = at(tracked(data, "accident", "chance"))
    assert code == 0 and path.read_text("utf-8") == TEXT
    assert "[1] deletion by Ann, 2026-03-01T10:00:00Z (line 18): “accident”" in said
    assert "-found in the year 1999 by accident, and\n+found in the year 1999 by chance, and\n" in said
    code, said = at(tracked(data, "accident", "chance"), "--apply")
    assert code == 0 and f"wrote {made.FILE}" in said
    assert path.read_text("utf-8") == TEXT.replace("accident", "chance")


def test_line_ends_and_byte_order_mark_stay(sent, at):
    project, data = sent
    path = project.root / made.FILE
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    at(tracked(data, "accident", "chance"), "--apply")
    assert path.read_bytes() == b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").replace("accident", "chance").encode()


def test_json_says_all_in_one_line(sent, at):
    code, said = at(tracked(sent[1], "accident", "chance"), "--json")
    told = json.loads(next(line for line in said.splitlines() if '"import"' in line))
    assert code == 0 and told["leaflet"] == "examplin" and [each["id"] for each in told["changes"]] == ["1", "2"]
    assert told["files"][made.FILE]["text"] == TEXT.replace("accident", "chance")


def test_open_comments_keep_an_approved_leaflet_in(sent, at):
    project, data = sent
    at(commented(data), "--keep-comments")
    kept = project.root / "source/leaflets/examplin/review.toml"
    (entry,) = tomllib.loads(kept.read_text("utf-8"))["comment"]
    assert (entry["state"], entry["author"], entry["line"], entry["about"]) == ("open", "Ann", 18, "accident")
    assert entry["answers"] == [{"author": "Bea", "date": "2026-03-02T10:00:00Z", "text": "It is."}]
    assert [finding.code for finding in open_remarks(project, "examplin")] == ["review.comment-open"]
    kept.write_text(kept.read_text("utf-8").replace('state = "open"', 'state = "closed"'), "utf-8")
    at(commented(data), "--keep-comments")
    assert list(open_remarks(project, "examplin")) == []


def test_several_copies_of_one_base(sent, at, tmp_path):
    project, data = sent
    (tmp_path / "bea.docx").write_bytes(tracked(data, "pharmacist", "nurse", "Bea"))
    code, _ = at(tracked(data, "accident", "chance"), "bea.docx", "--apply")
    text = (project.root / made.FILE).read_text("utf-8")
    assert code == 0 and text == TEXT.replace("accident", "chance").replace("pharmacist", "nurse")


def test_a_conflict_is_shown_side_by_side_and_the_rest_is_written(sent, at):
    project, data = sent
    path = project.root / made.FILE
    path.write_text(TEXT.replace("by accident", "by luck"), "utf-8")
    code, said = at(two(data), "--apply")
    assert code == 1 and "conflict at line 19" in said
    (row,) = [line for line in said.splitlines() if " | " in line and "luck" in line]
    assert "by chance" in row
    assert path.read_text("utf-8") == TEXT.replace("by accident", "by luck").replace("pharmacist", "nurse")


def test_each_change_is_asked_about(sent, tmp_path):
    project, data = sent
    (tmp_path / "copy.docx").write_bytes(two(data))
    words = ["--project", str(project.root), "review", "import", str(tmp_path / "copy.docx"), "-i", "--apply"]
    ran = CliRunner().invoke(app, words, input="n\nn\ny\ny\n")
    assert ran.exit_code == 0 and ran.output.count("take it?") == 4
    assert (project.root / made.FILE).read_text("utf-8") == TEXT.replace("pharmacist", "nurse")


BAD = {
    "no Word file": (b"hello", "review.not-word"),
    "the old format": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "review.old-format"),
    "a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "review.encrypted"),
}


@pytest.mark.parametrize(("data", "code"), BAD.values(), ids=BAD)
def test_bad_input_is_one_sentence(at, sent, data, code):
    status, said = at(data)
    assert status == 1 and f"[{code}]" in said and "nothing was changed" in said
    assert (sent[0].root / made.FILE).read_text("utf-8") == TEXT


def test_a_truncated_copy(at, sent):
    status, said = at(sent[1][: len(sent[1]) // 2])
    assert status == 1 and "[review.damaged]" in said


def test_a_huge_file_is_not_even_read(at, sent, tmp_path):
    with (tmp_path / "huge.docx").open("wb") as file:
        file.truncate(100_000_000)
    ran = CliRunner().invoke(app, ["--project", str(sent[0].root), "review", "import", str(tmp_path / "huge.docx")])
    assert isinstance(ran.exception, Refused) and "review.too-large" in str(ran.exception)


# --- all or nothing ---


@pytest.mark.parametrize("fails_at", [1, 2])
def test_a_failure_between_two_files_changes_none(sent, monkeypatch, fails_at):
    project, _ = sent
    files = {made.FILE: b"one", "source/references.toml": b"two"}
    before = {name: (project.root / name).read_bytes() for name in files}
    real, count = os.replace, [0]

    def replace(source, target):
        if Path(target).is_relative_to(project.source):
            count[0] += 1
            if count[0] == fails_at:
                raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(patching.os, "replace", replace)
    with pytest.raises(Refused, match=r"review\.cannot-write"):
        patching.write_all(project, files, {})
    assert {name: (project.root / name).read_bytes() for name in files} == before


def test_what_a_crash_cut_off_is_done_by_the_next_command(sent, monkeypatch):
    project, _ = sent
    files = {made.FILE: b"one", "source/references.toml": b"two"}
    real, count = os.replace, [0]

    def replace(source, target):
        if Path(target).is_relative_to(project.source):
            count[0] += 1
            if count[0] == 2:
                raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr(patching.os, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        patching.write_all(project, files, {})
    monkeypatch.undo()
    patching.recover(project)
    assert {name: (project.root / name).read_bytes() for name in files} == files


def test_a_source_that_changed_meanwhile_is_left_alone(sent):
    project, _ = sent
    with pytest.raises(Refused, match=r"review\.source-changed"):
        patching.write_all(project, {made.FILE: b"one"}, {made.FILE: "0" * 64})
    assert (project.root / made.FILE).read_text("utf-8") == TEXT
