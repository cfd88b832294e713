"""Rules on the file and its pages: each fires on what breaks it and is silent on what is just inside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from press_files import ICC, MM, codes, found, press_pdf, profile_of, reopened, saved, xmp
from publish.diagnostics import Severity

FILE_RULES = (
    "undamaged", "pdf-x-identity", "pdf-x-content", "pdf-x-page", "output-intent", "crop-box", "boxes", "bleed",
    "one-size", "one-page",
)  # fmt: skip

Change = Callable[[Pdf], None]


def setting(**boxes: list[float]) -> Change:
    """Boxes of the first page, in mm."""

    def change(pdf: Pdf) -> None:
        for name, edges in boxes.items():
            pdf.pages[0].obj["/" + name] = Array([round(edge * MM, 4) for edge in edges])

    return change


def removing(*names: str) -> Change:
    """Boxes that the first page lacks."""

    def change(pdf: Pdf) -> None:
        for name in names:
            del pdf.pages[0].obj["/" + name]

    return change


def in_root(key: str, value: Callable[[Pdf], Any]) -> Change:
    """A change of the catalog."""

    def change(pdf: Pdf) -> None:
        pdf.Root[key] = value(pdf)

    return change


def with_object(make: Callable[[Pdf], Any]) -> Change:
    """A change that lets the page use another object."""

    def change(pdf: Pdf) -> None:
        pdf.pages[0].obj["/PieceInfo"] = Dictionary(X=pdf.make_indirect(make(pdf)))

    return change


def intent(**entries: Any) -> Change:
    """A change of the output intent; None removes an entry."""

    def change(pdf: Pdf) -> None:
        for key, value in entries.items():
            if value is None:
                del pdf.Root.OutputIntents[0]["/" + key]
            else:
                pdf.Root.OutputIntents[0]["/" + key] = value(pdf) if callable(value) else value

    return change


def profile(data: bytes, inks: int = 4) -> Callable[[Pdf], Any]:
    return lambda pdf: pdf.make_stream(data, N=inks)


def note(subtype: str, box: list[float]) -> Change:
    """An annotation of the first page; its box in mm from the media box."""

    def change(pdf: Pdf) -> None:
        mark = Dictionary(Type=Name.Annot, Subtype=Name("/" + subtype), Rect=Array([edge * MM for edge in box]))
        pdf.pages[0].Annots = Array([pdf.make_indirect(mark)])

    return change


def group(space: Any) -> Change:
    """A transparency group of the page."""

    def change(pdf: Pdf) -> None:
        pdf.pages[0].Group = Dictionary(S=Name.Transparency, CS=space(pdf) if callable(space) else space)

    return change


def info(key: str, value: Any) -> Change:
    def change(pdf: Pdf) -> None:
        pdf.docinfo[key] = value

    return change


def lzw(pdf: Pdf) -> pikepdf.Stream:
    """ISO 32000-1's own example of LZW (7.4.4.2)."""
    stream = pdf.make_stream(b"")
    stream.write(bytes.fromhex("800b6050220c0c8501"), filter=Name.LZWDecode)
    return stream


def test_a_sound_file_passes_every_rule_on_the_file():
    assert found(press_pdf("0 0 0 1 k 10 10 10 10 re f"), *FILE_RULES) == []


BROKEN = [
    # rule, code, what is wrong, the change
    ("crop-box", "crop-box", "it hides the margin", setting(CropBox=[1, 0, 80, 70])),
    ("boxes", "boxes", "no trim box", removing("TrimBox")),
    ("boxes", "boxes", "trim and art box", setting(ArtBox=[12, 12, 60, 50])),
    ("boxes", "boxes", "trim beyond bleed", setting(TrimBox=[6.9, 10, 70, 60])),
    ("boxes", "boxes", "bleed beyond media", setting(BleedBox=[-0.1, 7, 73, 63])),
    ("bleed", "bleed", "2.9 mm on the left", setting(BleedBox=[7.1, 7, 73, 63])),
    ("bleed", "bleed", "no bleed at all", setting(BleedBox=[10, 10, 70, 60])),
    ("output-intent", "output-intent", "there is none", in_root("/OutputIntents", lambda pdf: Array([]))),
    ("output-intent", "output-intent", "it is of PDF/A", intent(S=Name("/GTS_PDFA1"))),
    ("output-intent", "output-intent", "it names no condition", intent(OutputConditionIdentifier=None)),
    ("output-intent", "output-intent", "it has no profile", intent(DestOutputProfile=None)),
    ("output-intent", "output-intent", "its profile is for a screen",
     intent(DestOutputProfile=profile(ICC[:12] + b"mntrRGB " + ICC[20:], 3))),
    ("output-intent", "output-intent", "its profile is said to have three inks",
     intent(DestOutputProfile=profile(ICC, 3))),
    ("output-intent", "output-intent", "its profile is cut off", intent(DestOutputProfile=profile(ICC[:2000]))),
    ("output-intent", "output-intent", "its profile is rubbish", intent(DestOutputProfile=profile(b"no profile"))),
    ("pdf-x-identity", "x-version", "PDF/X-1a", xmp('"PDF/X-4"', '"PDF/X-1a:2003"')),
    ("pdf-x-identity", "x-version", "PDF/X-4p", xmp('"PDF/X-4"', '"PDF/X-4p"')),
    ("pdf-x-identity", "x-version", "no metadata", lambda pdf: pdf.Root.__delitem__("/Metadata")),
    ("pdf-x-identity", "x-version", "metadata that is no XML", xmp("</x:xmpmeta>", "")),
    ("pdf-x-identity", "x-metadata", "no title", xmp("A leaflet", "")),
    ("pdf-x-identity", "x-metadata", "another title", info("/Title", "Another leaflet")),
    ("pdf-x-identity", "x-metadata", "another moment", info("/ModDate", "D:20261122110000Z")),
    ("pdf-x-identity", "x-metadata", "no date", xmp('xmp:CreateDate="2026-11-22T10:00:00+00:00"', "")),
    ("pdf-x-identity", "x-metadata", "trapped unknown", xmp('pdf:Trapped="False"', 'pdf:Trapped="Unknown"')),
    ("pdf-x-identity", "x-metadata", "trapped twice", info("/Trapped", Name("/True"))),
    ("pdf-x-identity", "x-metadata", "no version of its own", xmp('xmpMM:VersionID="1"', "")),
    ("pdf-x-content", "x-forbidden", "an action at opening",
     in_root("/OpenAction", lambda pdf: Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit])))),
    ("pdf-x-content", "x-forbidden", "JavaScript",
     in_root("/Names", lambda pdf: Dictionary(JavaScript=Dictionary(Names=Array([]))))),
    ("pdf-x-content", "x-forbidden", "a packed file",
     in_root("/Names", lambda pdf: Dictionary(EmbeddedFiles=Dictionary(Names=Array([]))))),
    ("pdf-x-content", "x-forbidden", "a form",
     in_root("/AcroForm", lambda pdf: Dictionary(Fields=Array([Dictionary()])))),
    ("pdf-x-content", "x-forbidden", "only the trim is printed",
     in_root("/ViewerPreferences", lambda pdf: Dictionary(PrintArea=Name.TrimBox))),
    ("pdf-x-content", "x-forbidden", "LZW",
     with_object(lzw)),
    ("pdf-x-content", "x-forbidden", "a stream in another file",
     with_object(lambda pdf: pdf.make_stream(b"", F=String("other.bin")))),
    ("pdf-x-content", "x-forbidden", "PostScript", with_object(lambda pdf: pdf.make_stream(b"", Subtype=Name.PS))),
    ("pdf-x-content", "x-forbidden", "OPI",
     with_object(lambda pdf: pdf.make_stream(b"", Subtype=Name.Image, OPI=Dictionary()))),
    ("pdf-x-content", "x-forbidden", "a page of another file",
     with_object(lambda pdf: pdf.make_stream(b"", Subtype=Name.Form, Ref=Dictionary(F=String("a.pdf"))))),
    ("pdf-x-content", "x-forbidden", "a picture to be swapped",
     with_object(lambda pdf: pdf.make_stream(
         b"", Subtype=Name.Image, Alternates=Array([Dictionary(DefaultForPrinting=True)])))),
    ("pdf-x-content", "x-forbidden", "a transfer curve",
     with_object(lambda pdf: Dictionary(TR=Dictionary(FunctionType=2, Domain=[0, 1], N=2)))),
    ("pdf-x-content", "x-forbidden", "a link to the web",
     with_object(lambda pdf: Dictionary(S=Name.URI, URI=String("https://example.org")))),
    ("pdf-x-page", "x-annotation", "a note on the page", note("Text", [20, 20, 30, 30])),
    ("pdf-x-page", "x-annotation", "a link half in the bleed", note("Link", [0, 20, 7.1, 30])),
    ("pdf-x-page", "x-blending", "mixed in RGB", group(Name.DeviceRGB)),
    ("pdf-x-page", "x-blending", "mixed in a screen's RGB",
     group(lambda pdf: Array([Name.ICCBased, pdf.make_stream(b"", N=3)]))),
    ("pdf-x-page", "x-layers", "layers without a default",
     in_root("/OCProperties", lambda pdf: Dictionary(OCGs=Array([])))),
    ("pdf-x-page", "x-layers", "a set of layers without a name",
     lambda pdf: pdf.Root.OCProperties.D.__delitem__("/Name")),
    ("pdf-x-page", "x-layers", "layers that switch themselves",
     lambda pdf: pdf.Root.OCProperties.D.__setitem__("/AS", Array([Dictionary(Event=Name.Print)]))),
]  # fmt: skip

INSIDE = [
    # rule, what is still right, the change
    ("crop-box", "it is the media box", setting(CropBox=[0, 0, 80, 70])),
    ("crop-box", "it is rounded", setting(CropBox=[0.005, 0, 80, 70])),
    ("boxes", "an art box in place of the trim box",
     lambda pdf: (setting(ArtBox=[10, 10, 70, 60])(pdf), removing("TrimBox")(pdf))),
    ("boxes", "the bleed box is the media box", setting(BleedBox=[0, 0, 80, 70])),
    ("boxes", "no bleed box, which is then the media box", removing("BleedBox")),
    ("bleed", "3.0 mm, rounded", setting(BleedBox=[7.005, 7, 73, 63])),
    ("bleed", "5 mm", setting(BleedBox=[5, 5, 75, 65])),
    ("output-intent", "PDF/A's beside it",
     lambda pdf: pdf.Root.OutputIntents.append(Dictionary(Type=Name.OutputIntent, S=Name("/GTS_PDFA1")))),
    ("pdf-x-identity", "no old document information", lambda pdf: pdf.trailer.__delitem__("/Info")),
    ("pdf-x-identity", "the same moment in another zone", info("/ModDate", "D:20261122120000+02'00'")),
    ("pdf-x-identity", "trapped", lambda pdf: (
        xmp('pdf:Trapped="False"', 'pdf:Trapped="True"')(pdf), info("/Trapped", Name("/True"))(pdf))),
    ("pdf-x-content", "bookmarks", in_root("/Outlines", lambda pdf: Dictionary(Count=0))),
    ("pdf-x-content", "it opens on its first page",
     in_root("/OpenAction", lambda pdf: Array([pdf.pages[0].obj, Name.Fit]))),
    ("pdf-x-content", "a form without fields", in_root("/AcroForm", lambda pdf: Dictionary(Fields=Array([])))),
    ("pdf-x-content", "the bleed is printed",
     in_root("/ViewerPreferences", lambda pdf: Dictionary(PrintArea=Name.BleedBox))),
    ("pdf-x-content", "the identity as transfer curve", with_object(lambda pdf: Dictionary(TR=Name.Identity))),
    ("pdf-x-content", "a curve in a soft mask",
     with_object(lambda pdf: Dictionary(S=Name.Luminosity, TR=Dictionary(FunctionType=2, Domain=[0, 1], N=2)))),
    ("pdf-x-content", "a font called TR", with_object(lambda pdf: Dictionary(TR=Dictionary(Type=Name.Font)))),
    ("pdf-x-page", "a note beside the bleed", note("Text", [0, 20, 6.9, 30])),
    ("pdf-x-page", "a printer's mark", note("PrinterMark", [0, 0, 80, 70])),
    ("pdf-x-page", "mixed in CMYK", group(Name.DeviceCMYK)),
    ("pdf-x-page", "no layers", lambda pdf: pdf.Root.__delitem__("/OCProperties")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "code", "what", "change"), BROKEN, ids=[f"{each[0]}: {each[2]}" for each in BROKEN])
def test_a_rule_fires(rule, code, what, change):
    facts = found(press_pdf(change=change), rule)
    assert [fact.code for fact in facts] == [f"preflight.{code}"], facts
    assert facts[0].hint and facts[0].source and facts[0].place.file == "leaflet.pdf"


@pytest.mark.parametrize(("rule", "what", "change"), INSIDE, ids=[f"{each[0]}: {each[1]}" for each in INSIDE])
def test_a_rule_is_silent_just_inside(rule, what, change):
    assert found(press_pdf(change=change), rule) == []


@pytest.mark.parametrize(
    ("version", "codes_"),
    [("1.4", ["x-version"]), ("1.5", ["x-version"]), ("1.6", []), ("1.7", []), ("2.0", ["x-version"])],
)
def test_pdf_x_4_is_built_on_pdf_1_6(version, codes_):
    facts = found(press_pdf(version=version), "pdf-x-identity")
    assert [fact.code.removeprefix("preflight.") for fact in facts] == codes_
    assert all((fact.severity is Severity.WARNING) == (version == "2.0") for fact in facts), "2.0 is unconfirmed"


def test_what_is_not_confirmed_never_is_an_error():
    for change in (xmp('xmpMM:VersionID="1"', ""), lambda pdf: pdf.Root.OCProperties.D.__delitem__("/Name")):
        weights = {fact.severity for fact in found(press_pdf(change=change), "pdf-x-identity", "pdf-x-page")}
        assert weights == {Severity.WARNING}


def test_a_file_without_an_id_is_told():
    data = press_pdf()
    start = data.rindex(b"/ID [")
    spoilt = data[:start] + b"/XD [" + data[start + 5 :]
    assert codes(spoilt, "pdf-x-identity") == ["preflight.x-metadata"]


def test_one_page_a_file():
    assert codes(press_pdf(pages=1), "one-page") == []
    facts = found(press_pdf(pages=2), "one-page")
    assert [(fact.code, fact.severity) for fact in facts] == [("preflight.one-page", Severity.WARNING)]


@pytest.mark.parametrize(("wider_mm", "codes_"), [(0.0, []), (0.01, []), (0.2, ["preflight.one-size"])])
def test_all_pages_are_of_one_size(wider_mm, codes_):
    def change(pdf: Pdf) -> None:
        pdf.pages[1].TrimBox = Array([10 * MM, 10 * MM, (70 + wider_mm) * MM, 60 * MM])

    assert codes(press_pdf(pages=2, change=change), "one-size") == codes_


def test_a_turned_page_is_of_another_size():
    def change(pdf: Pdf) -> None:
        pdf.pages[1].Rotate = 90

    assert codes(press_pdf(pages=2, change=change), "one-size") == ["preflight.one-size"]


def test_many_pages_with_one_fault_do_not_drown_what_is_said():
    facts = found(press_pdf(pages=40, bleed=1), "bleed")
    assert len(facts) == 6
    assert facts[-1].message == "and so on 35 more times"


def test_a_file_that_is_locked_but_opens_is_told():
    with reopened(press_pdf()) as pdf:
        locked = saved(pdf, encryption=pikepdf.Encryption(owner="secret", user="", R=4))
    facts = found(locked, "pdf-x-content")
    assert [fact.code for fact in facts] == ["preflight.x-locked"]


def test_a_place_is_in_mm_from_the_trims_top_left():
    facts = found(press_pdf(change=note("Text", [20, 20, 30, 35])), "pdf-x-page")
    assert facts[0].place.page == 1
    assert facts[0].place.box == pytest.approx((10, 25, 20, 40), abs=0.02)


def test_the_vendors_condition_is_asked_for_only_by_the_vendor():
    vendor = profile_of("output-condition", name="vendor-example")
    other = press_pdf(change=intent(OutputConditionIdentifier=String("FOGRA51")))
    assert [fact.code for fact in found(other, profile=vendor)] == ["preflight.output-condition"]
    assert found(press_pdf(), profile=vendor) == []
