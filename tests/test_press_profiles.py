"""A vendor's press profile: what its file may say, and that each mistake is told by its line with the next action."""

from __future__ import annotations

from pathlib import Path

import pytest

from publish import inputs
from publish.diagnostics import Refused
from publish.policy import load_press_profile, press_profile_names

HEAD = 'title = "Vendor"\nextends = "gwg-2022-leaflet"\n'


def told(folder: Path, text: str | bytes) -> tuple[str, str, int | None, str]:
    """Code, message, line and hint of the one mistake in a vendor's file."""
    own = folder / "source" / "press"
    own.mkdir(parents=True)
    (own / "vendor.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Refused) as caught:
        load_press_profile("vendor", own)
    (finding,) = caught.value.findings
    assert finding.place is not None and finding.place.file == "source/press/vendor.toml" and finding.hint
    return finding.code, finding.message, finding.place.line, finding.hint


@pytest.mark.parametrize(
    ("text", "code", "line", "said", "hint"),
    [
        ('title = "Vendor"\nextends = [\n', "press.profile", None, "no valid TOML", "vendor-example"),
        (HEAD + "bleed = = 3\n", "press.profile", 3, "no valid TOML", "vendor-example"),
        (HEAD.encode() + b"# \xff\n", "press.profile", None, "no valid TOML", "UTF-8"),
        ('title = "Vendor"\nextends = "vendor"\n', "press.profile", 2, "extends itself", "gwg-2022-leaflet"),
        (HEAD.replace("leaflet", "leafle"), "press.profile-unknown", 2, "gwg-2022-leafle", "gwg-2022-leaflet"),
        (HEAD + "[sheet]\nbleed = 3\n", "press.profile", 4, "no key “sheet.bleed”", "bleed-mm"),
        (HEAD + "[sheet]\nbleed-mm = 300\n", "press.profile", 4, "sheet.bleed-mm", "correct"),
        (HEAD + "[rules.total-ik]\noff = true\n", "press.profile", 3, "no rule “total-ik”", "total-ink"),
        (HEAD + "[compensation]\nrol = 1\n", "press.profile", 4, "no fold “rol”", "roll"),
        (HEAD + '[sheet]\nicc = "../../../etc/passwd"\n', "press.icc", 4, "etc/passwd", "beside"),
        (HEAD + '[sheet]\nicc = "a\\u0000b"\n', "press.icc", 4, "no colour profile", "beside"),
        (HEAD + f'[sheet]\nicc = "{"x" * 400}"\n', "press.icc", 4, "no colour profile", "beside"),
        (HEAD + '[sheet]\nicc = "."\n', "press.icc", 4, "no colour profile", "beside"),
    ],
)
def test_a_mistake_is_told_by_its_line(
    tmp_path: Path, text: str | bytes, code: str, line: int | None, said: str, hint: str
) -> None:
    found, message, where, action = told(tmp_path, text)
    assert (found, where) == (code, line) and said in message and hint in action, (message, action)


@pytest.mark.parametrize("name", press_profile_names())
def test_a_profile_that_ships_may_be_extended(tmp_path: Path, name: str) -> None:
    (tmp_path / "vendor.toml").write_text(
        f'title = "Vendor"\nextends = "{name}"\n[compensation]\nroll = 1\n[rules.total-ink]\nwarning = 260\n'
    )
    assert load_press_profile("vendor", tmp_path).rules.keys() == load_press_profile(name).rules.keys()


def test_a_colour_profile_that_comes_to_stand_beside_the_file_counts(tmp_path: Path) -> None:
    """So it is one that was looked for in vain: when it comes, the press file is not up to date any more."""
    own, name = tmp_path / "source/press", "ISOcoated_v2_300_bas.icc"
    own.mkdir(parents=True)
    (own / "vendor.toml").write_text(HEAD + f'[sheet]\nicc = "{name}"\n')
    with inputs.listening() as heard:
        shipped = load_press_profile("vendor", own)
    assert heard.told()[own / name] == inputs.ABSENT
    (own / name).write_bytes(b"another one")
    assert load_press_profile("vendor", own).icc == own / name != shipped.icc
    with inputs.listening() as heard:
        load_press_profile("gwg-2022-leaflet")
    assert heard.told() == {}, "what ships is known by the program's version"
