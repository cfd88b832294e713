"""When a leaflet is up to date, row by row: each test says what is done to a built project, and what is told of it.

The files are plain texts here; that real builds go the same way is for test_builds.py.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

import projects
from publish.incremental import asked, book, making, program, quick, rows, stamps, store
from publish.incremental.book import Asked, Book, Fresh, Result
from publish.incremental.looking import Eyes

SETTINGS = asked.settings("source", "themes", "outputs", 400, 200)
OPTIONS = asked.options(("pdf",), None, False)
OLD = 10 * 10**9
"""ns before now: of an age that proves something on any file system."""

SOURCES = {
    "publish.toml": "",
    "source/leaflets/one/leaflet.md": "one",
    "source/leaflets/one/images/a.png": "picture",
    "source/leaflets/two/leaflet.md": "two",
    "source/products/p.toml": "product",
}
ABSENT = ("source/glossary.toml", "source/leaflets/{}/review.toml", "source/leaflets/{}/more/b.png")


def sha(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def old(root: Path) -> None:
    """Let time pass: nothing here was written a moment ago."""
    time.sleep(1.6 * stamps.FINE / 1e9)


def result(root: Path, name: str, out: str = "outputs") -> Result:
    """What a build of a leaflet would have told, and its outputs laid down."""
    own = root / "source" / "leaflets" / name
    read = [*(each for each in own.rglob("*") if each.is_file()), root / "source/products/p.toml"]
    read += [each for each in (root / "source/glossary.toml", root / "themes/t/theme.toml") if each.exists()]
    told = {each.relative_to(root).as_posix(): sha(each) for each in read}
    inputs = {each.format(name): "" for each in ABSENT} | told
    projects.write(root, {f"{out}/{name}/{name}.pdf": f"PDF of {told}", f"{out}/{name}/build.json": "{}"})
    return Result(inputs, {each: sha(root / out / name / each) for each in (f"{name}.pdf", "build.json")})


def wanted(
    root: Path, name: str = "one", options: str = OPTIONS, day: str = "2026-11-22", out: str = "outputs"
) -> Asked:
    return Asked(name, str(root / out), options, day)


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """publish.toml must be at rest for a moment before the quick answer counts on it: a short one here."""
    monkeypatch.setattr(book, "_MOMENT", 0.05)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A project with two leaflets, built, and at rest."""
    root = tmp_path / "project"
    projects.write(root, SOURCES)
    old(root)
    record(root, "one", "two")
    return root


def record(root: Path, *names: str, **more: str) -> None:
    with closing(Book(root, SETTINGS)) as kept:
        for name in names:
            kept.record(wanted(root, name, **more), result(root, name))


def why(root: Path, name: str = "one", **more: str) -> tuple[str, ...] | str:
    with closing(Book(root, SETTINGS)) as kept:
        standing = kept.standing([wanted(root, name, **more)])
        said = kept.why(wanted(root, name, **more))
        if standing:  # the answer for ten thousand never says more than the thorough one
            assert isinstance(said, Fresh)
            assert standing == {name: said.noted}
        return "up to date" if isinstance(said, Fresh) else said


def is_quick(root: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> bool:
    """Whether the quick answer knows that there is nothing to do."""
    monkeypatch.chdir(root)
    return quick.answer(["build", "-f", "pdf", *words]) is not None


# --- nothing to do ---


def test_nothing_changed(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert why(built) == why(built, "two") == "up to date"
    wait_for_settings(built)
    assert is_quick(built, monkeypatch)


def wait_for_settings(root: Path) -> None:
    """publish.toml counts when it has been at rest for a moment."""
    time.sleep(max(0.0, book._MOMENT + 0.05 - (time.time() - (root / "publish.toml").stat().st_ctime)))
    Book(root, SETTINGS).close()


def test_a_leaflet_that_was_never_built(built: Path) -> None:
    projects.write(built, {"source/leaflets/three/leaflet.md": "three"})
    assert why(built, "three") == ("never built",)
    assert why(built, out="elsewhere") == ("never built",)


def test_touching_is_no_change_and_is_looked_into_once(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_for_settings(built)
    for name in ("source/leaflets/one/leaflet.md", "source/products/p.toml", "outputs/one/one.pdf"):
        os.utime(built / name)
    assert not is_quick(built, monkeypatch)
    old(built)
    assert why(built) == "up to date"
    assert is_quick(built, monkeypatch), "the new stamps were not kept"


def test_a_file_that_nobody_reads(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_for_settings(built)
    projects.write(built, {"source/leaflets/one/draft.txt": "words", "source/products/q.toml": "another"})
    assert why(built) == "up to date"


def test_a_copy_of_the_project_knows_itself(built: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(built, copy)
    shutil.rmtree(built)
    assert why(copy) == "up to date"
    (copy / "source/products/p.toml").write_text("PRODUCT")
    assert why(copy) == ("source/products/p.toml changed",)


# --- what was changed ---

Change = Callable[[Path], object]
CHANGES: dict[str, tuple[Change, tuple[str, ...]]] = {
    "the text": (
        lambda root: (root / "source/leaflets/one/leaflet.md").write_text("ONE"),
        ("source/leaflets/one/leaflet.md changed",),
    ),
    "what is shared": (
        lambda root: (root / "source/products/p.toml").write_text("PRODUCT"),
        ("source/products/p.toml changed",),
    ),
    "a picture is gone": (
        lambda root: (root / "source/leaflets/one/images/a.png").unlink(),
        ("source/leaflets/one/images/a.png is gone",),
    ),
    "the glossary comes": (
        lambda root: (root / "source/glossary.toml").write_text("new"),
        ("source/glossary.toml has come",),
    ),
    "remarks come": (
        lambda root: (root / "source/leaflets/one/review.toml").write_text("new"),
        ("source/leaflets/one/review.toml has come",),
    ),
    "a picture comes into a folder that comes": (
        lambda root: projects.write(root, {"source/leaflets/one/more/b.png": "new"}),
        ("source/leaflets/one/more/b.png has come",),
    ),
    "an output is lost": (
        lambda root: (root / "outputs/one/one.pdf").unlink(),
        ("outputs/one/one.pdf is missing",),
    ),
    "the record is lost": (
        lambda root: (root / "outputs/one/build.json").unlink(),
        ("outputs/one/build.json is missing",),
    ),
    "an output is a folder": (
        lambda root: [(root / "outputs/one/one.pdf").unlink(), (root / "outputs/one/one.pdf").mkdir()],
        ("outputs/one/one.pdf is missing",),
    ),
    "an output is a pipe": (
        lambda root: [(root / "outputs/one/one.pdf").unlink(), os.mkfifo(root / "outputs/one/one.pdf")],
        ("outputs/one/one.pdf is missing",),
    ),
    "all outputs are lost": (
        lambda root: shutil.rmtree(root / "outputs"),
        ("outputs/one/one.pdf is missing", "outputs/one/build.json is missing"),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told(built: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    change, reasons = CHANGES[name]
    wait_for_settings(built)
    change(built)
    assert not is_quick(built, monkeypatch)
    assert why(built) == reasons


def same_size(path: Path) -> bytes:
    data = path.read_bytes()
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize("name", ["outputs/one/one.pdf", "source/leaflets/one/images/a.png", "source/products/p.toml"])
@pytest.mark.parametrize("moved", [False, True], ids=["in place", "by a file put there"])
def test_same_size_and_the_old_time_deceive_nobody(
    built: Path, name: str, moved: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for_settings(built)
    path = built / name
    told, data = path.stat(), same_size(path)
    target = path.with_name("new") if moved else path
    target.write_bytes(data)
    os.utime(target, ns=(told.st_atime_ns, told.st_mtime_ns))
    target.replace(path)
    assert path.stat().st_size == told.st_size and path.stat().st_mtime_ns == told.st_mtime_ns
    assert not is_quick(built, monkeypatch)
    assert why(built) == (f"{name} {'was altered' if name.startswith('outputs') else 'changed'}",)


def test_a_change_in_the_very_moment_of_the_build(tmp_path: Path) -> None:
    """Written right before and right after, of the same size: the clock may not have moved on in between."""
    root = tmp_path / "project"
    projects.write(root, SOURCES)
    for number in range(20):
        with closing(Book(root, SETTINGS)) as kept:
            projects.write(root, {"source/leaflets/one/leaflet.md": f"{number:04}"})
            kept.record(wanted(root), result(root, "one"))
            projects.write(root, {"source/leaflets/one/leaflet.md": f"{number:04}"[::-1] + "."[number:]})
        assert why(root) != "up to date", number


def test_a_file_that_comes_while_its_build_is_written_down(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files were missed in one folder; one of them comes after it was looked for, and before the other one is."""
    late, look = built / "source/leaflets/one/a.png", Eyes.look

    def slow(eyes: Eyes, path: str) -> tuple[stamps.Stamp, str]:
        found = look(eyes, path)
        if path == str(late) and not late.exists():
            late.write_text("it came")
            old(built)
        return found

    told = result(built, "one")
    missed = {f"source/leaflets/one/{name}.png": "" for name in "az"}
    with closing(Book(built, SETTINGS)) as kept:
        monkeypatch.setattr(Eyes, "look", slow)
        kept.record(wanted(built), Result({**told.inputs, **missed}, told.outputs))
    monkeypatch.undo()
    assert why(built) == ("source/leaflets/one/a.png has come",)


@pytest.mark.parametrize("ahead", [-5, 3600 * 24])
def test_a_clock_that_was_set_back(built: Path, ahead: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files from before are from the future then: their stamps prove nothing, and their bytes decide."""
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() - ahead * 10**9)
    assert why(built) == "up to date"
    (built / "source/leaflets/one/leaflet.md").write_text("ONE")
    os.utime(built / "source/leaflets/one/leaflet.md", ns=(0, now() - 2 * ahead * 10**9))
    assert why(built) == ("source/leaflets/one/leaflet.md changed",)
    record(built, "one")
    assert why(built) == "up to date"
    (built / "source/leaflets/one/leaflet.md").write_text("TWO")
    assert why(built) == ("source/leaflets/one/leaflet.md changed",)


def test_links_are_followed(tmp_path: Path) -> None:
    root = tmp_path / "project"
    projects.write(root, SOURCES | {"pictures/a.png": "picture", "pictures/b.png": "PICTURE"})
    link = root / "source/leaflets/one/images/a.png"
    link.unlink()
    link.symlink_to(root / "pictures/a.png")
    record(root, "one")
    assert why(root) == "up to date"
    (root / "pictures/a.png").write_text("another")
    assert why(root) == ("source/leaflets/one/images/a.png changed",)
    (root / "pictures/a.png").write_text("picture")
    assert why(root) == "up to date"
    link.unlink()
    link.symlink_to(root / "pictures/b.png")
    assert why(root) == ("source/leaflets/one/images/a.png changed",)


def test_a_link_to_nothing_may_come_to_lead_somewhere(tmp_path: Path) -> None:
    root = tmp_path / "project"
    projects.write(root, SOURCES)
    (root / "source/leaflets/one/review.toml").symlink_to(tmp_path / "elsewhere.toml")
    record(root, "one")
    assert why(root) == "up to date"
    (tmp_path / "elsewhere.toml").write_text("it came")
    assert why(root) == ("source/leaflets/one/review.toml has come",)


# --- other questions ---


def test_what_is_asked_counts(built: Path) -> None:
    assert why(built, options=asked.options(("pdf", "docx"), None, False)) == ("formats: pdf before, pdf,docx now",)
    assert why(built, options=asked.options(("pdf",), "clinic", False)) == (
        "theme: the leaflet's own before, clinic now",
    )
    assert why(built, options=asked.options(("pdf",), None, True)) == ("strict: no before, yes now",)
    with closing(Book(built, asked.settings("source", "themes", "outputs", 4, 200))) as kept:
        assert kept.why(wanted(built)) == ("pages: 400 before, 4 now",)


def test_the_day_counts_when_an_approval_ends(built: Path) -> None:
    with closing(Book(built, SETTINGS)) as kept:
        told = result(built, "one")
        kept.record(wanted(built), Result(told.inputs, told.outputs, (), "0001-01-01", "2026-12-31"))
    assert why(built, day="2026-12-31") == "up to date"
    assert why(built, day="2027-01-01") == ("on 2027-01-01 an approval holds otherwise than when it was built",)


def test_another_program_builds_anew(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_for_settings(built)
    real = program.parts
    monkeypatch.setattr(program, "started", lambda: "another Python")
    monkeypatch.setattr(quick, "started", lambda: "another Python")
    assert not is_quick(built, monkeypatch)
    monkeypatch.setattr(program, "parts", lambda libraries: real(libraries) | {"weasyprint": "another"})
    assert why(built) == ("publish or a library was updated: Python, weasyprint",)


def test_a_library_that_is_installed_again_is_no_other(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, library = program.evidence, built.parent / "RECORD"
    library.write_text("the same")
    old(built)
    monkeypatch.setattr(program, "evidence", lambda libraries: [*real(libraries), str(library)])
    shutil.rmtree(built / ".publish")
    record(built, "one", "two")
    wait_for_settings(built)
    os.utime(library)
    assert not is_quick(built, monkeypatch)
    old(built)
    assert why(built) == "up to date"
    assert is_quick(built, monkeypatch), "the new stamps were not kept"


def test_code_that_was_edited_while_it_ran_is_not_believed(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process runs what it loaded at its start; the files say something else by now."""
    (built / "source/leaflets/one/leaflet.md").write_text("ONE")
    with closing(Book(built, SETTINGS)) as kept:
        real = list(program.own_files())
        monkeypatch.setattr(program, "own_files", lambda folder="": iter([*real, ("new.py", 1, 1)]))
        kept.record(wanted(built), result(built, "one"))
    assert why(built) != "up to date"


# --- the store itself ---


def garbage(path: Path) -> None:
    path.write_bytes(b"no data base at all\n" * 500)


def another_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as kept:
        kept.execute("PRAGMA user_version=1")


def somebody_elses(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as kept:
        kept.execute("CREATE TABLE recipes (name TEXT)")


def a_folder(path: Path) -> None:
    path.unlink()
    (path / "inside").mkdir(parents=True)


def tables_lost(path: Path) -> None:
    with closing(sqlite3.connect(path)) as kept:
        kept.execute("DROP TABLE contents")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def no_text(path: Path) -> None:
    with closing(sqlite3.connect(path)) as kept, kept:
        kept.execute("UPDATE environments SET parts = CAST(x'7bff7d' AS TEXT)")


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    "spoil",
    [garbage, another_version, somebody_elses, a_folder, tables_lost, cut_short, no_text, emptied],
    ids=lambda spoil: spoil.__name__,
)
def test_a_store_that_is_no_good_begins_anew(
    built: Path, spoil: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for_settings(built)
    spoil(built / store.FILE)
    assert not is_quick(built, monkeypatch)
    with closing(Book(built, SETTINGS)) as kept:
        assert kept.why(wanted(built)) == ("never built",)
        assert spoil is emptied or "begins anew" in kept.note, kept.note
        kept.record(wanted(built), result(built, "one"))
    assert why(built) == "up to date"


def test_damage_anywhere_in_the_store_is_never_believed(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The product was changed: whatever bytes of the store are spoilt, the leaflet is not up to date."""
    wait_for_settings(built)
    (built / "source/products/p.toml").write_text("PRODUCT")
    sound = (built / store.FILE).read_bytes()
    for at in range(0, len(sound), 997):
        for tail in ("-wal", "-shm"):
            (built / f"{store.FILE}{tail}").unlink(missing_ok=True)
        (built / store.FILE).write_bytes(
            sound[:at] + bytes(byte ^ 0x5A for byte in sound[at : at + 40]) + sound[at + 40 :]
        )
        assert not is_quick(built, monkeypatch)
        assert why(built) != "up to date", at


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE builds SET shared = x''",
        "UPDATE builds SET paths = 'publish.toml', stamps = (SELECT stamp FROM contents LIMIT 1)",
        "UPDATE builds SET until = '9999-12-30'",
        "UPDATE contents SET name = 'publish.toml', path = 'publish.toml'",
        "UPDATE environments SET started = started || ' '",
        "DELETE FROM environments",
        "DELETE FROM contents",
    ],
)
def test_a_row_that_somebody_changed_is_not_believed(built: Path, spoil: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_for_settings(built)
    with closing(sqlite3.connect(built / store.FILE)) as kept, kept:
        kept.execute(spoil)
    assert why(built) != "up to date"
    assert not is_quick(built, monkeypatch, "one")
    assert not is_quick(built, monkeypatch)


def test_hashes_that_somebody_changed_are_not_believed(built: Path) -> None:
    """The quick answers have no use for them."""
    with closing(sqlite3.connect(built / store.FILE)) as kept, kept:
        kept.execute("UPDATE builds SET told = replace(told, 'one.pdf', 'two.pdf')")
    with closing(Book(built, SETTINGS)) as kept:
        assert kept.why(wanted(built)) == ("never built",)


def test_what_the_quick_answer_saw_is_good_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "project"
    names = [f"leaflet-{number}" for number in range(quick.FEW + 2)]
    projects.write(root, SOURCES | {f"source/leaflets/{name}/leaflet.md": f"# {name}\n" for name in names})
    shutil.rmtree(root / "source/leaflets/one")
    shutil.rmtree(root / "source/leaflets/two")
    old(root)
    record(root, *names)
    wait_for_settings(root)
    change = root / "source/leaflets/leaflet-3/leaflet.md"
    change.write_text("# changed\n")
    assert not is_quick(root, monkeypatch)
    with monkeypatch.context() as patched, closing(Book(root, SETTINGS)) as kept:
        patched.delattr(quick, "_stands")
        first = kept.standing([wanted(root, name, day=asked.day()) for name in names])
    (root / "source/leaflets/leaflet-5/leaflet.md").write_text("# changed\n")
    with closing(Book(root, SETTINGS)) as kept:
        second = kept.standing([wanted(root, name, day=asked.day()) for name in names])
    assert set(names) - first.keys() == {"leaflet-3"}
    assert set(names) - second.keys() == {"leaflet-3", "leaflet-5"}


def test_of_many_leaflets_only_those_in_doubt_are_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With 12,000 leaflets, one of them changed, looking into each took five times as long as building the one."""
    root = tmp_path / "project"
    names = [f"leaflet-{number}" for number in range(30)]
    projects.write(root, SOURCES | {f"source/leaflets/{name}/leaflet.md": f"# {name}\n" for name in names})
    old(root)
    record(root, *names)
    (root / "outputs/leaflet-3/leaflet-3.pdf").unlink()
    (root / "source/leaflets/leaflet-7/leaflet.md").write_text("# changed\n")
    with closing(Book(root, SETTINGS)) as kept:
        assert set(names) - kept.standing(wanted(root, name) for name in names).keys() == {"leaflet-3", "leaflet-7"}
        assert kept.standing(wanted(root, name) for name in (*names[:3], "leaflet-x")).keys() == set(names[:3])
        assert kept.standing(wanted(root, name, asked.options(("epub",), None, False)) for name in names) == {}


def test_a_store_that_cannot_be_written_is_done_without(built: Path) -> None:
    shutil.rmtree(built / ".publish")
    (built / ".publish").write_text("a file where the folder would be")
    with closing(Book(built, SETTINGS)) as kept:
        assert "cannot be kept in .publish/, for a file stands in the place of that folder" in kept.note
        assert kept.why(wanted(built)) == ("never built",)
        kept.record(wanted(built), result(built, "one"))
    assert why(built) == ("never built",)


def test_a_store_that_is_taken_away_in_the_midst(built: Path) -> None:
    with closing(Book(built, SETTINGS)) as kept:
        assert isinstance(kept.why(wanted(built)), Fresh)
        shutil.rmtree(built / ".publish")
        kept.record(wanted(built), result(built, "one"))
        kept.record(wanted(built, "two"), result(built, "two"))
    assert why(built) in ("up to date", ("never built",))
    record(built, "one")
    assert why(built) == "up to date"


def test_two_builds_share_one_store(built: Path) -> None:
    with closing(Book(built, SETTINGS)) as one, closing(Book(built, SETTINGS)) as other:
        (built / "source/products/p.toml").write_text("PRODUCT")
        assert one.why(wanted(built)) == other.why(wanted(built)) == ("source/products/p.toml changed",)
        one.record(wanted(built), result(built, "one"))
        other.record(wanted(built, "two"), result(built, "two"))
        old(built)
        one.settle(everything=True)
        other.settle(everything=True)
        assert isinstance(other.why(wanted(built)), Fresh)
        assert isinstance(one.why(wanted(built, "two")), Fresh)


def test_what_a_build_remembers_of_the_store_is_not_taken_for_what_another_one_put_in_its_place(built: Path) -> None:
    def of(name: str, product: str) -> Result:
        told = result(built, name)
        product = f"source/products/{product}.toml"
        return Result({**told.inputs, product: sha(built / product)}, told.outputs)

    projects.write(built, {"source/products/late.toml": "late", "source/products/other.toml": "other"})
    old(built)
    with closing(Book(built, SETTINGS)) as one:
        one.record(wanted(built), of("one", "late"))
        one.settle(everything=True)
        record(built, "one")  # which is not made of late.toml any more: nobody refers to that
        with closing(sqlite3.connect(built / store.FILE)) as another:
            rows.drop_unused(another)
            another.commit()
        with closing(Book(built, SETTINGS)) as another:
            another.record(wanted(built), of("one", "other"))
        one.record(wanted(built, "two"), of("two", "late"))
    assert why(built, "two") == "up to date"
    (built / "source/products/late.toml").write_text("LATE")
    assert why(built, "two") == ("source/products/late.toml changed",)


def test_what_was_changed_since_it_was_read_is_not_written_down(built: Path) -> None:
    with closing(Book(built, SETTINGS)) as kept:
        told = result(built, "one")
        (built / "source/leaflets/one/leaflet.md").write_text("ONE")
        assert kept.changed(told.inputs) == ("source/leaflets/one/leaflet.md",)
        kept.record(wanted(built), told)
    assert why(built) == ("source/leaflets/one/leaflet.md changed",)


def test_what_nobody_refers_to_goes(built: Path) -> None:
    for text in ("2", "3", "4"):
        (built / "source/products/p.toml").write_text(text)
        record(built, "one", "two")
    with closing(sqlite3.connect(built / store.FILE)) as kept:
        assert kept.execute("SELECT count(*) FROM contents WHERE name = 'source/products/p.toml'").fetchone() == (1,)


def test_a_store_put_aside_can_be_looked_at(built: Path) -> None:
    garbage(built / store.FILE)
    why(built)
    assert (built / making.ASIDE).read_bytes().startswith(b"no data base")
