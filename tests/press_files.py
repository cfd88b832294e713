"""Press files for tests: a small sound PDF/X-4 with a die-line, and ways to spoil it one thing at a time."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from publish.diagnostics import Finding
from publish.policy import PressProfile, load_press_profile
from publish.verify.preflight import examine

MM = 72 / 25.4
ICC = (files("publish") / "press" / "icc" / "ISOcoated_v2_300_bas.icc").read_bytes()
MARGIN_MM = 10.0
"""From the media box to the trim box."""

XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"><rdf:Description rdf:about="" pdfxid:GTS_PDFXVersion="PDF/X-4"
 pdf:Trapped="False" xmp:CreateDate="2026-11-22T10:00:00+00:00" xmp:ModifyDate="2026-11-22T10:00:00+00:00"
 xmpMM:DocumentID="uuid:1" xmpMM:VersionID="1" xmpMM:RenditionClass="default">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A leaflet</rdf:li></rdf:Alt></dc:title>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def separation(name: str, cmyk: tuple[float, float, float, float] = (0, 1, 0, 0)) -> Array:
    """A spot ink."""
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=list(cmyk), N=1)
    return Array([Name.Separation, Name("/" + name), Name.DeviceCMYK, tint])


def step(pdf: Pdf, group: str, kind: str = "", name: str = "") -> Any:
    """A layer that is a processing step."""
    said = Dictionary(GTS_ProcStepsGroup=Name("/" + group)) if group else Dictionary()
    if kind:
        said.GTS_ProcStepsType = Name("/" + kind)
    return pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name or kind or group), GTS_Metadata=said))


def press_pdf(
    content: str = "",
    *,
    size: tuple[float, float] = (60, 50),
    bleed: float = 3,
    pages: int = 1,
    version: str = "1.6",
    change: Callable[[Pdf], None] = lambda pdf: None,
) -> bytes:
    """A sound press file of `pages` pages, trimmed to `size` mm, with `content` on each, then changed by `change`.

    `content` is drawn in mm from the trim's bottom left. It may use the spots /Cut and /Spot (PANTONE 186 C), /All, the
    state /Over (overprint) and the layer /Die, which is the step Structural/Cutting.
    """
    pdf = Pdf.new()
    die = step(pdf, "Structural", "Cutting")
    width, height = size
    inner = [MARGIN_MM, MARGIN_MM, MARGIN_MM + width, MARGIN_MM + height]
    outer = [inner[0] - bleed, inner[1] - bleed, inner[2] + bleed, inner[3] + bleed]
    die_line = f"/OC /Die BDC /Over gs /CutSpace CS 1 SCN 0.1 w 0 0 {width} {height} re S EMC"
    drawn = f"q {MM} 0 0 {MM} {MARGIN_MM * MM} {MARGIN_MM * MM} cm q {content} Q {die_line} Q"
    for _ in range(pages):
        pdf.add_blank_page(page_size=((width + 2 * MARGIN_MM) * MM, (height + 2 * MARGIN_MM) * MM))
        page = pdf.pages[-1]
        page.TrimBox = Array([round(edge * MM, 4) for edge in inner])
        page.BleedBox = Array([round(edge * MM, 4) for edge in outer])
        page.Resources = Dictionary(
            ColorSpace=Dictionary(
                CutSpace=separation("Cutting", (0, 1, 0, 0)),
                Spot=separation("PANTONE 186 C", (0, 1, 0.8, 0.04)),
                All=separation("All", (1, 1, 1, 1)),
            ),
            ExtGState=Dictionary(Over=Dictionary(OP=True, op=True, OPM=1), Off=Dictionary(OP=False, op=False)),
            Properties=Dictionary(Die=die),
        )
        page.Contents = pdf.make_stream(drawn.encode())
    _identify(pdf)
    pdf.Root.OCProperties = Dictionary(
        OCGs=Array([die]), D=Dictionary(Name=String("Default"), ON=Array([die]), Order=Array([die]))
    )
    change(pdf)
    return saved(pdf, version)


def saved(pdf: Pdf, version: str = "1.6", **options: Any) -> bytes:
    """The bytes of an open file."""
    buffer = io.BytesIO()
    options["fix_metadata_version"] = False
    if "encryption" not in options:
        options |= {"deterministic_id": True, "stream_decode_level": pikepdf.StreamDecodeLevel.none}
        options["compress_streams"] = False  # or LZW would be replaced
    pdf.save(buffer, force_version=version, **options)
    return buffer.getvalue()


def _identify(pdf: Pdf) -> None:
    pdf.docinfo["/Title"] = "A leaflet"
    pdf.docinfo["/CreationDate"] = "D:20261122100000Z"
    pdf.docinfo["/ModDate"] = "D:20261122100000Z"
    pdf.docinfo["/Trapped"] = Name("/False")
    pdf.Root.Metadata = pdf.make_stream(XMP.encode(), Type=Name.Metadata, Subtype=Name.XML)
    profile = pdf.make_stream(ICC, N=4)
    pdf.Root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFX,
                OutputConditionIdentifier=String("FOGRA39"),
                RegistryName=String("http://www.color.org"),
                DestOutputProfile=profile,
            )
        ]
    )


def xmp(old: str, new: str) -> Callable[[Pdf], None]:
    """A change of the metadata: some words for others."""

    def change(pdf: Pdf) -> None:
        assert old in XMP
        pdf.Root.Metadata = pdf.make_stream(XMP.replace(old, new).encode(), Type=Name.Metadata, Subtype=Name.XML)

    return change


def profile_of(*rules: str, name: str = "gwg-2022-leaflet") -> PressProfile:
    """A press profile with only some of its rules."""
    whole = load_press_profile(name)
    assert set(rules) <= set(whole.rules), "the profile knows no such rule"
    return replace(whole, rules={rule: whole.rules[rule] for rule in rules})


def found(data: bytes, *rules: str, profile: PressProfile | None = None) -> list[Finding]:
    """What these rules say of a file."""
    return list(examine(data, "leaflet.pdf", profile or profile_of(*rules), None))


def codes(data: bytes, *rules: str) -> list[str]:
    """The codes of what these rules say of a file."""
    return [finding.code for finding in found(data, *rules)]


def reopened(data: bytes) -> Pdf:
    """A file, opened."""
    return pikepdf.open(io.BytesIO(data))
