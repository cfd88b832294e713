"""A file in which one thing after another is of the wrong kind: the rules on the file tell of it or do not, but end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from press_files import press_pdf, reopened, saved
from publish.diagnostics import Refused
from publish.policy import load_press_profile
from publish.press import separations
from publish.verify.preflight import plates, rule_modules
from publish.verify.preflight._file import bounded, open_file

PROFILE = load_press_profile("vendor-example")
Path = tuple[str | int, ...]

WRONG = (
    lambda pdf: 7,
    lambda pdf: Name.X,
    lambda pdf: Array([7, Name.A, Dictionary()]),
    lambda pdf: Dictionary(),
    lambda pdf: pdf.make_stream(b"x"),
    lambda pdf: None,
)


def rich(pdf: Pdf) -> None:
    """Everything that the rules ask for."""
    page = pdf.pages[0]
    page.Annots = Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 50, 50]))])
    page.Group = Dictionary(S=Name.Transparency, CS=Array([Name.ICCBased, pdf.make_stream(b"", N=3)]))
    pdf.Root.AcroForm = Dictionary(Fields=Array([]))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary())
    pdf.Root.ViewerPreferences = Dictionary(PrintArea=Name.TrimBox)
    pdf.Root.OCProperties.Configs = Array([Dictionary(Name=String("other"))])
    pdf.Root.OCProperties.D.AS = Array([Dictionary(Event=Name.Print)])
    pdf.Root.OutputIntents[0].DestOutputProfile = pdf.make_stream(b"a profile would only take time", N=4)


BASE = press_pdf("0 0 0 1 k 1 1 5 5 re f", change=rich)


def paths(node: Any, way: Path = ()) -> Iterator[Path]:
    """The way to each entry below a node; the page tree's own links are left alone."""
    if len(way) > 6:
        return
    if isinstance(node, pikepdf.Array):
        for at, each in enumerate(node):
            yield from paths(each, (*way, at))
    elif isinstance(node, pikepdf.Dictionary | pikepdf.Stream):
        for key in node.keys() - {"/Parent", "/Kids", "/Length"}:
            yield (*way, key)
            yield from paths(node[key], (*way, key))


def ways() -> list[Path]:
    with reopened(BASE) as pdf:
        page = [("/Pages", "/Kids", 0, *way) for way in paths(pdf.pages[0].obj)]
        return sorted({*paths(pdf.Root), *page}, key=str)


WAYS = ways()


def spoilt(way: Path, wrong: Any) -> bytes:
    with reopened(BASE) as pdf:
        node: Any = pdf.Root
        for step in way[:-1]:
            node = node[step]
        value = wrong(pdf)
        if value is None:
            del node[way[-1]]
        else:
            node[way[-1]] = value
        return saved(pdf)


@pytest.mark.expects_logs
@pytest.mark.parametrize("wrong", range(len(WRONG)))
def test_no_rule_breaks_off_over_a_wrong_type(wrong, monkeypatch):
    def undrawn(data, ppi, pages, **options):
        separations._prepared(data, 20.0, None, "media", options["steps"])
        raise TimeoutError("Ghostscript has tests of its own")

    monkeypatch.setattr(plates, "plates", undrawn)
    assert len(WAYS) > 60
    for way in WAYS:
        try:
            data = spoilt(way, WRONG[wrong])
        except (ValueError, RuntimeError, pikepdf.PdfError, TypeError):
            continue  # pikepdf does not write it
        with bounded():
            try:
                file = open_file(data, "leaflet.pdf")
            except Refused:
                continue
            for module in rule_modules():
                if hasattr(module, "look_at_file"):
                    list(module.look_at_file(file, PROFILE))
