"""A running session: a change brings the right pictures and findings, and never a picture of what must not be seen."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import projects
from publish.build import Made
from publish.diagnostics import Refused, WrongUsage
from publish.project import open_project
from publish.watch import Came, Changed, Found, Kept, Noted, Pictures, Went, Working
from publish.watch import notices as notices_module
from publish.watch import session as session_module
from publish.watch._leaflet import Basis, Watched
from publish.watch._post import Came as Result
from publish.watch._results import proven
from publish.watch.drawing import Order, Sketch
from publish.watch.notices import Notices
from publish.watch.preview import Preview
from publish.watch.session import Session
from watch.watches import Running, watching

NAME = "examplin"
TOKENS = '[colors.brand]\nrgb = "#7a1f6b"\n'


class Case:
    """A tiny project with a theme of its own, and a watch of its leaflet that has come to rest."""

    def __init__(self, project: Path, running: Running) -> None:
        self.project, self.running = project, running
        self.leaflet = project / "source" / "leaflets" / NAME / "leaflet.md"
        self.safety = project / "source" / "safety" / "examplin-us-patient.md"
        self.theme = project / "themes" / "own"
        self.folder = project / ".publish" / "preview" / NAME
        self._kept = {path: path.read_bytes() for path in self._written()}

    def _written(self) -> list[Path]:
        return [path for top in ("source", "themes", "publish.toml") for path in _files(self.project / top)]

    def edit(self, path: Path, old: str, new: str) -> None:
        """As an editor saves."""
        words = path.read_text()
        assert old in words
        path.write_text(words.replace(old, new))

    def back(self) -> None:
        """Everything as it was, and drawn again."""
        spoilt = [path for path in self._written() if path not in self._kept]
        lost = [path for path, data in self._kept.items() if not path.exists() or path.read_bytes() != data]
        for path in spoilt:
            path.unlink()
        for path in lost:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._kept[path])
        if lost or spoilt:
            self.running.until(Pictures)

    def rest(self) -> Found:
        return self.running.until(Found, lambda found: found.proven is True)

    def state(self) -> dict[str, Any]:
        told = (self.folder / "state.js").read_text()
        state: dict[str, Any] = json.loads(told[told.index("(") + 1 : told.rindex(")")])
        return state

    def picture(self) -> bytes:
        return (self.folder / "page-1.jpg").read_bytes()


def _files(top: Path) -> list[Path]:
    return [top] if top.is_file() else [path for path in top.rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    project = projects.tiny(tmp_path_factory.mktemp("watched") / "")
    projects.write(project, {"themes/own/theme.toml": f'extends = "base"\n{TOKENS}'})
    leaflet = project / "source" / "leaflets" / NAME / "leaflet.md"
    leaflet.write_text(leaflet.read_text().replace("theme: base", "theme: own"))
    with watching(project) as running:
        case = Case(project, running)
        case.rest()
        yield case


@pytest.fixture
def case(begun: Case) -> Iterator[Case]:
    yield begun
    begun.back()


def test_an_edited_word_is_in_the_picture_and_proven_after(case: Case) -> None:
    before = case.picture()
    case.edit(case.leaflet, "tells you", "tells everybody")
    changed = case.running.until(Changed)
    assert changed.files == (f"source/leaflets/{NAME}/leaflet.md",)
    pictures = case.running.until(Pictures)
    assert case.picture() != before
    assert pictures.files == (case.folder / "page-1.jpg",) and pictures.pages == 1
    assert case.state()["proof"] == "pending" and case.state()["pictures"] == "fresh"
    assert Image.open(pictures.files[0]).size == (1191, 1684), "A4 at 144 ppi"
    found = case.rest()
    assert found.proven and case.state()["proof"] == "proven"


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("source/products/examplin.toml", projects.PRODUCT.replace("Example Company", "Another Company")),
        ("themes/own/theme.toml", 'extends = "base"\n[colors.brand]\nrgb = "#0b5d1e"\n'),
        ("themes/own/leaflet.css", "h1 { color: #444 }\n"),
        ("source/glossary.toml", '[terms.leaflet]\nlanguage = "en-US"\nmeaning = "a sheet"\n'),
    ],
)
def test_whatever_the_leaflet_is_made_of_is_watched(case: Case, file: str, words: str) -> None:
    path = case.project / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(words)
    assert file in case.running.until(Changed).files


def test_what_it_is_not_made_of_is_not(case: Case) -> None:
    case.leaflet.touch()
    (case.leaflet.parent / ".leaflet.md.swp").write_text("an editor's own")
    (case.project / "source" / "products" / "other.toml").write_text(projects.PRODUCT)
    assert case.running.quiet(1.6, Changed)
    (case.leaflet.parent / ".leaflet.md.swp").unlink()
    (case.project / "source" / "products" / "other.toml").unlink()


BROKEN = {
    "TOML": ("themes/own/theme.toml", 'extends = "base\n', "theme.toml-broken"),
    "a template without the block": (
        "themes/own/leaflet.html.j2",
        "<html>{{ body_html }}</html>",
        "theme.slot-missing",
    ),
    "a template that is none": ("themes/own/leaflet.html.j2", "{% if %}", "theme.template-broken"),
    "front matter": (f"source/leaflets/{NAME}/leaflet.md", "---\ntitle: [\n---\ntext\n", "source.front-matter"),
    "a lost safety list": (
        "source/safety/examplin-us-patient.md",
        projects.SAFETY.replace(
            "- are allergic to exemplinum\n- are allergic to any other ingredient of Examplin\n", ""
        ),
        "safety.lead-in-empty",
    ),
    "no safety text": ("source/safety/examplin-us-patient.md", "---\n---\n", "safety.missing"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_keeps_the_last_good_pictures_until_it_is_mended(case: Case, what: str) -> None:
    file, words, code = BROKEN[what]
    before = case.picture()
    path = case.project / file
    already = len(case.running.told)
    path.write_text(words)
    case.running.until(Kept)
    found = case.running.until(Found)
    if code not in [each.code for each in found.wrong]:  # the save was seen half-done: it is looked at again
        found = case.running.until(Found, lambda each: code in [wrong.code for wrong in each.wrong])
    assert found.proven is False
    state = case.state()
    assert state["pictures"] == "kept" and state["proof"] == "blocked"
    assert [each["code"] for each in state["findings"]] == [
        each.code for each in sorted(found.wrong, key=lambda each: ("error", "warning", "note").index(each.severity))
    ]
    assert case.picture() == before
    since = [each for each in case.running.told[already:] if isinstance(each, Found)]
    assert code in [each.code for event in since for each in event.new], (found, case.running.told[-6:])
    assert code in [each.code for each in found.wrong]
    case.back()
    assert code in [each.code for each in case.running.until(Found).mended]
    assert case.state()["pictures"] == "fresh" and case.state()["proof"] == "pending"


def test_a_block_that_the_page_hides_is_told_in_red_as_soon_as_the_proof_says_so(case: Case) -> None:
    (case.theme / "leaflet.css").write_text(".safety { font-size: 3pt }\n")
    case.running.until(Pictures)
    assert case.state()["proof"] == "pending", "nothing is called proven before it is"
    found = case.running.until(Found, lambda found: found.proven is not None)
    assert found.proven is False
    assert case.state()["proof"] == "blocked" and case.state()["findings"][0]["severity"] == "error"


def test_a_mistake_in_the_text_does_not_keep_the_picture_but_is_told(case: Case) -> None:
    case.edit(case.leaflet, "{{ product.name }}", "{{ product.nonsense }}")
    case.running.until(Pictures)
    found = case.running.until(Found)
    assert "source.variable-unknown" in [each.code for each in found.new]
    assert case.state()["proof"] == "blocked"


def test_an_endless_template_hangs_nothing_and_mended_it_goes_on(case: Case) -> None:
    loops = "{% for a in range(9999) %}" * 4 + "{% endfor %}" * 4
    base = Path(__file__).parents[2] / "themes" / "base" / "leaflet.html.j2"
    (case.theme / "leaflet.html.j2").write_text(base.read_text() + loops)
    case.running.until(Changed)
    time.sleep(0.7)
    assert case.state()["pictures"] == "drawing"
    began = time.monotonic()
    case.back()
    assert time.monotonic() - began < 30


def test_surplus_pages_are_taken_away(case: Case) -> None:
    case.leaflet.write_text(case.leaflet.read_text() + "\nA long leaflet goes on and on.\n" * 120)
    assert case.running.until(Pictures).pages > 1
    assert (case.folder / "page-2.jpg").exists()
    case.back()
    assert sorted(path.name for path in case.folder.iterdir()) == ["index.html", "page-1.jpg", "state.js"]


def test_a_checkout_of_a_thousand_files_is_drawn_in_the_end_as_it_is(case: Case) -> None:
    for number in range(1000):
        (case.project / "source" / "safety" / f"other-{number}.md").write_text(projects.SAFETY)
        if number % 250 == 0:
            case.leaflet.write_text(case.leaflet.read_text() + f"\nWith file {number}.\n")
    case.running.until(Pictures)
    case.rest()
    assert case.running.quiet(1.3, Changed)
    for number in range(1000):
        (case.project / "source" / "safety" / f"other-{number}.md").unlink()


def test_a_leaflet_taken_away_keeps_its_pictures_and_comes_back(case: Case) -> None:
    away = case.project / "away"
    shutil.move(case.project / "source", away)
    case.running.until(Went)
    noted = case.running.until(Noted)
    assert noted.finding.code == "watch.leaflet-gone"
    assert case.state()["pictures"] == "kept" and case.picture()
    shutil.move(away, case.project / "source")
    case.running.until(Came)
    case.running.until(Pictures)
    assert case.state()["pictures"] == "fresh"
    case.edit(case.leaflet, "This leaflet", "That leaflet")  # the folder that came back is listened to
    case.running.until(Pictures)


def test_a_new_leaflet_is_watched(case: Case) -> None:
    new = case.project / "source" / "leaflets" / "another"
    shutil.copytree(case.leaflet.parent, new)
    assert case.running.until(Came).name == "another"
    case.running.until(Pictures, lambda pictures: pictures.name == "another")
    assert (case.folder.parent / "another" / "page-1.jpg").exists()
    shutil.rmtree(new)
    case.running.until(Went)


def test_publish_toml_is_followed_and_broken_it_changes_nothing(case: Case) -> None:
    settings = case.project / "publish.toml"
    settings.write_text("[limits\n")
    case.running.until(Noted, lambda noted: noted.finding.code == "project.syntax")
    settings.write_text("[limits]\nseconds = 77\n")
    assert case.running.until(Changed).files == ("publish.toml",)
    case.running.until(Pictures)


def test_a_folder_of_pictures_that_was_thrown_away_comes_back(case: Case) -> None:
    shutil.rmtree(case.folder)
    case.edit(case.leaflet, "This leaflet", "This other leaflet")
    case.running.until(Pictures)
    assert sorted(path.name for path in case.folder.iterdir()) == ["index.html", "page-1.jpg", "state.js"]


def test_who_saves_all_the_time_still_sees_pictures(case: Case) -> None:
    stop = threading.Event()

    def save() -> None:
        for number in range(10**6):
            if stop.wait(0.1):
                return
            case.leaflet.write_text(case.leaflet.read_text() + f"\n{number}\n")

    saver = threading.Thread(target=save)
    saver.start()
    try:
        case.running.until(Pictures)
        case.running.until(Pictures)
    finally:
        stop.set()
        saver.join()
    case.running.until(Found, lambda found: found.proven is True)


def test_a_workplace_thrown_away_in_the_midst_of_the_work_costs_nothing(case: Case) -> None:
    case.edit(case.leaflet, "This leaflet", "This one leaflet")
    case.running.until(Working)
    for folder in case.folder.parent.glob(".watch-*"):
        shutil.rmtree(folder, ignore_errors=True)
    case.running.until(Pictures)


def test_what_was_proven_must_be_what_is_shown(case: Case, tmp_path: Path) -> None:
    """Should drawing ever depend on more than its sources, no green bar stands over a picture of another file."""
    preview = Preview(tmp_path, NAME)
    made = Made(NAME, files={"examplin.pdf": "1" * 64}, inputs={"leaflet.md": "a"})
    leaflet = Watched(NAME, case.leaflet, preview, None, Basis(), Basis(), unproven=0.0)
    leaflet.sketch = Sketch(Made(NAME, inputs={"leaflet.md": "a"}), "", "examplin.pdf", "2" * 64)
    (found,) = proven(leaflet, Result(Order(None, tmp_path, tmp_path), made), tmp_path)  # type: ignore[arg-type]
    assert isinstance(found, Found)
    assert [each.code for each in found.new] == ["watch.other-file"] and not found.proven


# --- beginnings and ends ---


def test_pictures_without_a_place_are_refused(tiny_project: Path) -> None:
    (tiny_project / ".publish").write_text("a file")
    with pytest.raises(Refused) as caught, Session(open_project(tiny_project)):
        pass
    assert caught.value.findings[0].code == "watch.cannot-write"


def test_two_watches_do_not_share_a_leaflet(case: Case) -> None:
    with pytest.raises(Refused) as caught, Session(open_project(case.project)):
        pass
    assert caught.value.findings[0].code == "watch.busy"
    assert case.state()["ended"] is False


def test_a_leaflet_that_is_not_there_is_wrong_usage(tiny_project: Path) -> None:
    with pytest.raises(WrongUsage) as caught, Session(open_project(tiny_project), ["examplim"]):
        pass
    assert "examplin" in caught.value.findings[0].hint
    assert not list((tiny_project / ".publish" / "preview").glob(".watch-*"))


def test_too_many_leaflets_are_refused(tiny_project: Path) -> None:
    folder = tiny_project / "source" / "leaflets"
    for number in range(session_module.MOST_LEAFLETS):
        shutil.copytree(folder / NAME, folder / f"copy-{number}")
    with pytest.raises(WrongUsage) as caught, Session(open_project(tiny_project)):
        pass
    assert caught.value.findings[0].code == "watch.too-many"


def test_without_notices_of_the_system_it_looks_by_itself(tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deaf(*paths: Path, **options: Any) -> Iterator[set[Any]]:
        raise OSError(28, "No space left on device (os error 28)")

    monkeypatch.setattr(notices_module, "watch", deaf)
    with watching(tiny_project, NAME) as running:
        assert running.until(Noted).finding.code == "watch.no-notices"
        running.until(Pictures)
        leaflet = tiny_project / "source" / "leaflets" / NAME / "leaflet.md"
        leaflet.write_text(leaflet.read_text() + "\nMore.\n")
        running.until(Changed)


def test_notices_come_within_milliseconds(tmp_path: Path) -> None:
    notices, folder = Notices(), tmp_path / "source"
    folder.mkdir()
    try:
        notices.follow([folder])
        time.sleep(0.3)
        waits = []
        for number in range(5):
            notices.heard()
            (folder / f"{number}").write_text("x")
            began = time.monotonic()
            while not notices.heard() and time.monotonic() - began < 5:
                time.sleep(0.001)
            waits.append(time.monotonic() - began)
        assert sorted(waits)[1] < 0.5
        assert not notices.follow([folder])
        folder.rename(tmp_path / "away")
        folder.mkdir()
        assert notices.follow([folder]), "another folder by the same name"
    finally:
        notices.close()


def test_the_folder_of_a_watch_that_was_killed_is_taken_away(tiny_project: Path) -> None:
    left = tiny_project / ".publish" / "preview" / ".watch-1-1"
    left.mkdir(parents=True)
    (left / "7.wanted").touch()
    with watching(tiny_project, NAME) as running:
        assert not left.exists()
        running.until(Pictures)
    assert sorted(path.name for path in left.parent.iterdir()) == ["_beat.js", NAME]
