"""A real `publish watch`: what it draws, how it is told, and that nothing is left of it however it ends."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from publish.watch._workplace import Workplace
from watch.watches import BOUND, Command, family


def gone(leader: int) -> None:
    """No process of the watch is left, soon."""
    end = time.monotonic() + 10
    while (left := family(leader)) and time.monotonic() < end:
        time.sleep(0.05)
    assert left == []


def left_over(project: Path) -> list[str]:
    """What is not a preview: temporary files, and the watch's own folder."""
    preview = project / ".publish" / "preview"
    own = [path.name for path in preview.rglob("*") if path.name.startswith(".")]
    return own + [path.name for path in (project / "tmp").iterdir()]


def test_it_draws_on_each_save_and_ends_at_once_even_in_the_midst_of_endless_work(tiny_project: Path) -> None:
    leaflet = tiny_project / "source" / "leaflets" / "examplin" / "leaflet.md"
    picture = tiny_project / ".publish" / "preview" / "examplin" / "page-1.jpg"
    own = tiny_project / "themes" / "own"
    own.mkdir(parents=True)
    (own / "theme.toml").write_text('extends = "base"\n')
    watch = Command(tiny_project, "examplin", "--theme", "own")
    watch.until("pictures", name="examplin")
    before = picture.read_bytes()
    leaflet.write_text(leaflet.read_text().replace("tells you", "tells all"))
    told = watch.until("pictures")
    assert told["files"] == [str(picture)] and picture.read_bytes() != before
    base = Path(__file__).parents[2] / "themes" / "base" / "leaflet.html.j2"
    (own / "leaflet.html.j2").write_text(base.read_text() + "{% for a in range(9999) %}" * 4 + "{% endfor %}" * 4)
    watch.until("changed", files=["themes/own/leaflet.html.j2"])
    watch.until("working")
    began = time.monotonic()
    assert watch.end(signal.SIGINT) == 130
    assert time.monotonic() - began < 5
    assert watch.stderr == ""
    gone(watch.process.pid)
    assert left_over(tiny_project) == []
    assert not (tiny_project / "outputs").exists(), "finished files are a matter of publish build"


def test_killed_it_takes_its_workers_along_and_the_next_one_clears_up(tiny_project: Path) -> None:
    watch = Command(tiny_project, "examplin")
    watch.until("working")
    os.kill(watch.process.pid, signal.SIGKILL)
    watch.process.wait(BOUND)
    gone(watch.process.pid)
    Workplace(tiny_project / ".publish" / "preview").close()
    assert left_over(tiny_project) == []


def test_lines_for_people(tiny_project: Path) -> None:
    safety = tiny_project / "source" / "safety" / "examplin-us-patient.md"
    whole = safety.read_text()
    lost = "- are allergic to exemplinum\n- are allergic to any other ingredient of Examplin\n"
    watch = Command(tiny_project, "examplin", lines=True)
    told = watch.lines_until(lambda line: line.startswith("pages of examplin: "))
    assert told[0] == "watching examplin; end it with Ctrl-C" and "index.html" in told[-1]
    watch.lines_until(lambda line: line.endswith("s, not proven yet"))
    watch.lines_until(lambda line: "examplin: proven in PDF, Word and EPUB (" in line)
    safety.write_text(whole.replace(lost, ""))
    told = watch.lines_until(lambda line: "examplin: cannot go out: 2 errors (" in line)
    assert told[0].endswith("examplin: source/safety/examplin-us-patient.md changed")
    assert "examplin: cannot be shown as it is now (" in told[1]
    assert any("examplin-us-patient.md:19:1: error[safety.lead-in-empty] “Do not" in line for line in told)
    safety.write_text(whole)
    told = watch.lines_until(lambda line: "examplin: proven in PDF, Word and EPUB (" in line)
    mended = "source/safety/examplin-us-patient.md:19:1: mended: “Do not take Examplin if you:” in the part"
    assert any(line.startswith(mended) for line in told)
    assert watch.end(signal.SIGTERM) == 143 and watch.stderr == ""
    gone(watch.process.pid)


def test_a_name_that_is_no_leaflet_is_wrong_usage(tiny_project: Path) -> None:
    watch = Command(tiny_project, "examplim")
    assert watch.process.wait(BOUND) == 2
    assert watch.process.stderr and "did you mean “examplin”?" in watch.process.stderr.read()
