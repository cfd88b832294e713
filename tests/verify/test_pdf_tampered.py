"""Finished PDFs that somebody has changed: each change of the safety block, and of the file's form, is found."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from pikepdf import Array, ContentStreamInstruction, Dictionary, Name, Operator, Pdf, String

from publish.verify._pdf_limits import EM_PIXELS
from publish.verify._pdf_read import read_pdf
from verify.pdf_bench import DOCUMENT, FONTS, PINNED, codes, draw, judge, mutate

CHECKS = ("pdf_safety", "pdf_words", "pdf_form")
Change = Callable[[Pdf], None]


@pytest.fixture(scope="module")
def sound() -> bytes:
    return draw()


# --- how a file is changed ---


def made(operator: str, *operands: Any) -> ContentStreamInstruction:
    return ContentStreamInstruction(list(operands), Operator(operator))


def rewrite(pdf: Pdf, change: Callable[[list[Any]], list[Any]]) -> None:
    page = pdf.pages[0]
    page.obj["/Contents"] = pdf.make_stream(
        pikepdf.unparse_content_stream(change(list(pikepdf.parse_content_stream(page))))
    )


def texts(pdf: Pdf) -> dict[str, dict[int, str]]:
    """By font resource, the text of each code."""
    found: dict[str, dict[int, str]] = {}
    for name, font in pdf.pages[0].Resources.Font.items():
        lines = font.ToUnicode.read_bytes().decode().split("beginbfchar")[1:]
        pairs = [line.split() for part in lines for line in part.split("endbfchar")[0].strip().splitlines()]
        found[name] = {int(c[1:-1], 16): bytes.fromhex(t[1:-1]).decode("utf-16-be") for c, t in pairs}
    return found


def shows(pdf: Pdf, words: str) -> Callable[[list[Any], int], bool]:
    """Whether an instruction shows a string that holds the words."""
    known = texts(pdf)

    def look(instructions: list[Any], at: int) -> bool:
        if str(instructions[at].operator) != "TJ":
            return False
        font = next(str(each.operands[0]) for each in reversed(instructions[:at]) if str(each.operator) == "Tf")
        said = "".join(
            known[font].get(piece[i] << 8 | piece[i + 1], "")
            for piece in (bytes(p) for p in instructions[at].operands[0] if isinstance(p, String))
            for i in range(0, len(piece), 2)
        )
        return words in said

    return look


def around(words: str, before: list[Any], after: list[Any] | None = None) -> Change:
    """Puts instructions before and after the string that holds the words."""

    def change(pdf: Pdf) -> None:
        look = shows(pdf, words)

        def put(instructions: list[Any]) -> list[Any]:
            out: list[Any] = []
            for at, each in enumerate(instructions):
                out += [*before, each, *(after or [])] if look(instructions, at) else [each]
            assert len(out) > len(instructions)
            return out

        rewrite(pdf, put)

    return change


def code_of(pdf: Pdf, font: str, letter: str) -> int:
    return next(code for code, text in texts(pdf)[font].items() if text == letter)


def exchanged(words: str, old: str, new: str) -> Change:
    """Draws one letter in place of another in the string that holds the words ("" takes it out)."""

    def change(pdf: Pdf) -> None:
        look = shows(pdf, words)

        def put(instructions: list[Any]) -> list[Any]:
            for at, each in enumerate(instructions):
                if look(instructions, at):
                    font = next(str(i.operands[0]) for i in reversed(instructions[:at]) if str(i.operator) == "Tf")
                    was = code_of(pdf, font, old).to_bytes(2, "big")
                    now = code_of(pdf, font, new).to_bytes(2, "big") if new else b""
                    pieces = [
                        String(bytes(p).replace(was, now)) if isinstance(p, String) else p for p in each.operands[0]
                    ]
                    instructions[at] = made("TJ", Array(pieces))
            return instructions

        rewrite(pdf, put)

    return change


def appended(*instructions: Any) -> Change:
    """Paints something over the finished page. Lengths in pt from the bottom left."""

    def change(pdf: Pdf) -> None:
        rewrite(pdf, lambda all_: [made("q"), *all_, made("Q"), *instructions])

    return change


def rectangle(x: float, y: float, width: float, height: float, *color: float) -> list[Any]:
    paint = [made("rg", *color), made("re", x, y, width, height), made("f")]
    return [made("BMC", Name.Artifact), *paint, made("EMC")]


def where(words: str) -> tuple[float, float]:
    """The base line of the block's sentences on the sound page, in pt from the bottom left."""
    from publish.verify._pdf_match import drawn_letters
    from publish.verify._pdf_read import read_pdf

    drawn = read_pdf(draw(), "x.pdf")
    letters = drawn_letters(drawn, drawn.reading)
    glyph = int(letters.where[letters.solid.index(words.replace(" ", ""))])
    return float(drawn.x[glyph]), float(drawn.y[glyph])


def annotated(kind: Name, **entries: Any) -> Change:
    def change(pdf: Pdf) -> None:
        x, y = where("Never take more")
        form = pdf.make_stream(b"1 1 1 rg 0 0 300 20 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 300, 20])
        note = Dictionary(
            Type=Name.Annot, Subtype=kind, Rect=[x - 2, y - 4, x + 298, y + 16], F=4, AP=Dictionary(N=form), **entries
        )
        pdf.pages[0].obj["/Annots"] = Array([*pdf.pages[0].obj.get("/Annots", []), pdf.make_indirect(note)])

    return change


def on_page(**entries: Any) -> Change:
    def change(pdf: Pdf) -> None:
        for key, value in entries.items():
            pdf.pages[0].obj[f"/{key}"] = value

    return change


def in_root(**entries: Any) -> Change:
    def change(pdf: Pdf) -> None:
        for key, value in entries.items():
            if value is None:
                del pdf.Root[f"/{key}"]
            else:
                pdf.Root[f"/{key}"] = value

    return change


def layered(state: str) -> Change:
    def change(pdf: Pdf) -> None:
        group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("more")))
        pdf.Root["/OCProperties"] = Dictionary(
            OCGs=Array([group]), D=Dictionary({"/Order": Array([group]), f"/{state}": Array([group])})
        )
        pdf.pages[0].Resources["/Properties"] = Dictionary(More=group)
        around("Never take", [made("BDC", Name.OC, Name.More)], [made("EMC")])(pdf)

    return change


def graphics(words: str, **entries: Any) -> Change:
    def change(pdf: Pdf) -> None:
        pdf.pages[0].Resources.ExtGState["/Zz"] = Dictionary(**entries)
        around(words, [made("gs", Name.Zz)])(pdf)

    return change


def masked(pdf: Pdf) -> None:
    group = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
    form = pdf.make_stream(
        b"0 g 0 0 2000 2000 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 2000, 2000], Group=group
    )
    graphics("Never take", SMask=Dictionary(S=Name.Luminosity, G=form))(pdf)


def untagged(pdf: Pdf) -> None:
    """The sentence as an artifact."""

    def put(instructions: list[Any]) -> list[Any]:
        look = shows(pdf, "Never take")
        for at in range(len(instructions)):
            if look(instructions, at):
                begin = max(i for i in range(at) if str(instructions[i].operator) == "BDC")
                instructions[begin] = made("BMC", Name.Artifact)
        return instructions

    rewrite(pdf, put)


def tree_turned(pdf: Pdf) -> None:
    node = pdf.Root.StructTreeRoot
    while node.get("/S") != "/Sect":
        node = node.K[-1] if isinstance(node.K, Array) else node.K
    node["/K"] = Array(list(reversed(list(node.K))))


def swapped_words(pdf: Pdf) -> None:
    """Draws the first word of a sentence behind its last, in the same order of the file."""
    look = shows(pdf, "Never take")

    def put(instructions: list[Any]) -> list[Any]:
        for at, each in enumerate(instructions):
            if look(instructions, at):
                pieces = list(each.operands[0])
                cut = 10
                first, rest = pieces[:cut], pieces[cut:]
                matrix = next(i for i in reversed(range(at)) if str(instructions[i].operator) == "Tm")
                a, b, c, d, e, f = (float(x) for x in instructions[matrix].operands)
                aside = [made("Tm", a, b, c, d, e + 400, f), made("TJ", Array(first))]
                return [
                    *instructions[:at], *aside, made("Tm", a, b, c, d, e, f), made("TJ", Array(rest)),
                    *instructions[at + 1 :],
                ]  # fmt: skip
        raise AssertionError

    rewrite(pdf, put)


def typed(text: str, y: float, artifact: bool = True) -> Change:
    """Writes more words on the page, in a font that is there."""

    def change(pdf: Pdf) -> None:
        known = texts(pdf)
        font = next(name for name, codes_ in known.items() if set(text) <= set("".join(codes_.values())))
        drawn = b"".join(code_of(pdf, font, letter).to_bytes(2, "big") for letter in text)
        shown = [
            made("BT"), made("Tf", Name(font), 10), made("Tm", 1, 0, 0, 1, 60, y), made("Tj", String(drawn)),
            made("ET"),
        ]  # fmt: skip
        appended(*([made("BMC", Name.Artifact), *shown, made("EMC")] if artifact else shown))(pdf)

    return change


def with_font(change: Callable[[TTFont], None]) -> Change:
    """Changes each embedded font file."""

    def put(pdf: Pdf) -> None:
        for _, font in pdf.pages[0].Resources.Font.items():
            stream = font.DescendantFonts[0].FontDescriptor.FontFile2
            face = TTFont(io.BytesIO(stream.read_bytes()))
            change(face)
            buffer = io.BytesIO()
            face.save(buffer)
            stream.write(buffer.getvalue())

    return put


def two_is_eight(face: TTFont) -> None:
    names = face.getBestCmap()
    if ord("2") in names and ord("8") in names:
        face["glyf"][names[ord("2")]] = face["glyf"][names[ord("8")]]


def blank(letter: str) -> Callable[[TTFont], None]:
    def change(face: TTFont) -> None:
        name = face.getBestCmap().get(ord(letter))
        if name:
            face["glyf"][name] = type(face["glyf"][name])()

    return change


def instructed(face: TTFont) -> None:
    """A program that moves a point when the letter is drawn."""
    from fontTools.ttLib.tables.ttProgram import Program

    name = face.getBestCmap().get(ord("2"))
    if name:
        program = Program()
        program.fromAssembly(["PUSHB[ ] 4 100", "SHPIX[ ]"])
        face["glyf"][name].program = program


def each_font(change: Callable[[Any], None]) -> Change:
    def put(pdf: Pdf) -> None:
        for _, font in pdf.pages[0].Resources.Font.items():
            change(font)

    return put


def unembedded(font: Any) -> None:
    del font.DescendantFonts[0].FontDescriptor["/FontFile2"]


def no_width(font: Any) -> None:
    del font.DescendantFonts[0]["/W"]
    font.DescendantFonts[0]["/DW"] = 60


def lied(pdf: Pdf) -> None:
    """Draws T for 2, and says in the font's map to Unicode that it is a 2."""
    exchanged("Never take", "2", "T")(pdf)
    for name, font in pdf.pages[0].Resources.Font.items():
        known = texts(pdf)[name]
        codes_ = {text: code for code, text in known.items()}
        if "2" in codes_ and "T" in codes_:
            old, new = (f"<{codes_['T']:04x}> <{ord(letter):04x}>".encode() for letter in "T2")
            font.ToUnicode.write(font.ToUnicode.read_bytes().replace(old, new))


def remapped(pdf: Pdf) -> None:
    for _, font in pdf.pages[0].Resources.Font.items():
        font.DescendantFonts[0]["/CIDToGIDMap"] = pdf.make_stream(b"\0\1" * 3000)


def links(**action: Any) -> Change:
    def change(pdf: Pdf) -> None:
        pdf.pages[0].obj["/Annots"][0]["/A"] = Dictionary(**action)

    return change


def twice(pdf: Pdf) -> None:
    pdf.pages.append(pdf.pages[0])


def bigger_page(pdf: Pdf) -> None:
    for box in ("MediaBox", "TrimBox", "BleedBox"):
        pdf.pages[0].obj[f"/{box}"] = [0, 0, 20000, 20000]


def attached(pdf: Pdf) -> None:
    pdf.attachments["more.txt"] = pikepdf.AttachedFileSpec(pdf, b"more", filename="more.txt")


def no_identifier(pdf: Pdf) -> None:
    pdf.Root.Metadata.write(pdf.Root.Metadata.read_bytes().replace(b"pdfuaid:part", b"pdfuaid:pert"))


def no_title(pdf: Pdf) -> None:
    pdf.docinfo["/Title"] = String("report_final_2")


def no_bookmarks(pdf: Pdf) -> None:
    del pdf.Root["/Outlines"]


def spoken(pdf: Pdf) -> None:
    """Other words for screen readers, on the sentence."""

    def put(instructions: list[Any]) -> list[Any]:
        look = shows(pdf, "Never take")
        for at in range(len(instructions)):
            if look(instructions, at):
                begin = max(i for i in range(at) if str(instructions[i].operator) == "BDC")
                tag, properties = instructions[begin].operands
                more = Dictionary(MCID=properties.MCID, ActualText=String("Take as many as you like."))
                instructions[begin] = made("BDC", tag, more)
        return instructions

    rewrite(pdf, put)


def spoken_by_the_tree(pdf: Pdf) -> None:
    node = pdf.Root.StructTreeRoot
    while node.get("/S") != "/Sect":
        node = node.K[-1] if isinstance(node.K, Array) else node.K
    node["/ActualText"] = String("Nothing to worry about.")


def unpackable(pdf: Pdf) -> None:
    """A stream that nothing shows, whose bytes are not what its filter says."""
    stream = pdf.make_stream(b"")
    stream.write(b"these bytes were never packed", filter=Name.FlateDecode)
    pdf.pages[0].obj.Resources["/XObject"] = Dictionary(Unused=pdf.make_indirect(stream))


def garbled(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"q <zz> pop Q")


LINE = where("Never take more")
X, Y = LINE

BLOCK: list[tuple[str, Change, str]] = [
    ("a letter exchanged", exchanged("Never take", "2", "4"), "pdf.safety-altered"),
    ("a letter taken out", exchanged("Never take", "2", ""), "pdf.safety-altered"),
    ("another digit in the telephone number", exchanged("1-800", "8", "0"), "pdf.safety-altered"),
    ("a hyphen taken out", exchanged("1-800", "-", ""), "pdf.safety-altered"),
    ("a letter exchanged, and the map to Unicode with it", lied, "pdf.safety-glyph"),
    ("the words of a sentence in another order", swapped_words, "pdf.safety-order"),
    ("a white box over a line", appended(*rectangle(X, Y - 3, 300, 12, 1, 1, 1)), "pdf.safety-covered"),
    ("a white box over a word", appended(*rectangle(X, Y - 3, 24, 12, 1, 1, 1)), "pdf.safety-covered"),
    ("a black box over a word", appended(*rectangle(X, Y - 3, 24, 12, 0, 0, 0)), "pdf.safety-contrast"),
    ("a white sliver over the feet of a line", appended(*rectangle(X, Y - 1, 300, 3, 1, 1, 1)), "pdf.safety-covered"),
    ("a white comment over a line", annotated(Name.Square), "pdf.safety-covered"),
    ("a stamp over a line", annotated(Name.Stamp), "pdf.safety-covered"),
    ("a line through a sentence", appended(*rectangle(X, Y + 2.2, 300, 0.5, 0, 0, 0)), "pdf.safety-struck"),
    ("a red line through a word", appended(*rectangle(X, Y + 2.2, 24, 0.6, 0.9, 0, 0)), "pdf.safety-struck"),
    ("invisible text", around("Never take", [made("Tr", 3)], [made("Tr", 0)]), "pdf.safety-hidden"),
    ("outlined in nothing", around("Never take", [made("Tr", 7)], [made("Tr", 0)]), "pdf.safety-hidden"),
    ("squeezed", around("Never take", [made("Tz", 40)], [made("Tz", 100)]), "pdf.safety-condensed"),
    ("set wide", around("Never take", [made("Tc", 9)], [made("Tc", 0)]), "pdf.safety-spacing"),
    ("in white", around("Never take", [made("rg", 1, 1, 1)], [made("rg", 0, 0, 0)]), "pdf.safety-contrast"),
    ("under a clip", around("Never take", [made("re", 0, 0, 90, 2000), made("W"), made("n")]), "pdf.safety-clipped"),
    ("nearly transparent", graphics("Never take", ca=0.05), "pdf.safety-contrast"),
    ("in a blend that only lightens", graphics("Never take", BM=Name.Lighten), "pdf.safety-hidden"),
    ("under a soft mask", masked, "pdf.safety-hidden"),
    ("on a layer that is off", layered("OFF"), "pdf.safety-hidden"),
    ("on a layer that is on", layered("ON"), "pdf.safety-hidden"),
    ("not tagged", untagged, "pdf.safety-untagged"),
    ("without a tag tree", in_root(StructTreeRoot=None), "pdf.safety-untagged"),
    ("a tag tree in another order", tree_turned, "pdf.safety-untagged"),
    ("other words for screen readers", spoken, "pdf.safety-altered"),
    ("other words in the tag tree", spoken_by_the_tree, "pdf.safety-altered"),
    ("trimmed through it", on_page(TrimBox=Array([0, 400, 595, 841])), "pdf.safety-off-page"),
    ("cropped through it", on_page(CropBox=Array([100, 0, 595, 841])), "pdf.safety-off-page"),
    ("a page turned on its head", on_page(Rotate=180), "pdf.safety-turned"),
    ("a page shown smaller", on_page(UserUnit=0.5), "pdf.unreadable"),
    ("a page as big as a room", bigger_page, "pdf.page-size"),
    ("the page twice", twice, "pdf.safety-copy"),
    ("an altered copy below", typed("Never take more than 24 tablets in 2 hours.", 60), "pdf.safety-copy"),
    ("a copy in the tags", typed("Stop and call a doctor at once if you have", 60, artifact=False), "pdf.safety-copy"),
    ("a font that draws 2 as 8", with_font(two_is_eight), "pdf.safety-glyph"),
    ("a font without an n", with_font(blank("n")), "pdf.safety-glyph"),
    ("a font that moves points when it is drawn", with_font(instructed), "pdf.safety-glyph"),
    ("a font that is not embedded", each_font(unembedded), "pdf.safety-font"),
    ("a font with another map to glyphs", remapped, "pdf.safety-font"),
    ("widths of nothing", each_font(no_width), "pdf.safety-spacing"),
]  # fmt: skip

FORM: list[tuple[str, Change, str]] = [
    ("words nobody wrote", typed("take 4 tablets", 60), "pdf.words-added"),
    ("a word of the body exchanged", exchanged("people whose", "w", "v"), "pdf.words-missing"),
    ("a comment", annotated(Name.Square), "pdf.annotation"),
    ("a form field", annotated(Name.Widget, FT=Name.Tx), "pdf.annotation"),
    ("a script at opening", in_root(OpenAction=Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))),
     "pdf.active-content"),
    ("a form", in_root(AcroForm=Dictionary(Fields=Array([]))), "pdf.active-content"),
    ("a link that starts a program", links(S=Name.Launch, F=String("cmd.exe")), "pdf.active-content"),
    ("a link to a script", links(S=Name.URI, URI=String("javascript:alert(1)")), "pdf.link"),
    ("a link to a file", links(S=Name.URI, URI=String("file:///etc/passwd")), "pdf.link"),
    ("a file inside", attached, "pdf.attachment"),
    ("layers", layered("ON"), "pdf.layers"),
    ("no language", in_root(Lang=None), "pdf.language"),
    ("another language", in_root(Lang=String("de")), "pdf.language"),
    ("another title", no_title, "pdf.title"),
    ("a title not shown", in_root(ViewerPreferences=None), "pdf.title"),
    ("not marked as tagged", in_root(MarkInfo=None), "pdf.not-tagged"),
    ("no PDF/UA identifier", no_identifier, "pdf.ua-identifier"),
    ("no bookmarks", no_bookmarks, "pdf.bookmarks"),
    ("a font that is not embedded", each_font(unembedded), "pdf.font"),
    ("a stream that cannot be unpacked", unpackable, "pdf.damaged"),
    ("a page with a string that is none", garbled, "pdf.damaged"),
    ("a turned page", on_page(Rotate=90), "pdf.page-box"),
    ("a trim box off the page", on_page(TrimBox=Array([-50, 0, 595, 841])), "pdf.page-box"),
]  # fmt: skip


def test_the_sound_file_passes(sound: bytes) -> None:
    findings, sightings = judge(sound, checks=CHECKS)
    assert findings == []
    assert [sighting.page for sighting in sightings] == [1]


def test_a_line_whose_place_is_half_a_pixel_passes(sound: bytes) -> None:
    """The picture of the letters alone shows it a pixel higher or lower than the page, for a difference in the last
    bit. The page is moved until each of its lines stands so."""
    drawn = read_pdf(sound, "examplin.pdf")
    high = drawn.sheets[0].visible[3]
    scale = math.ceil(high * EM_PIXELS / 9) / high  # the block's smallest letters are of 9 pt
    places = (high - drawn.y) * scale
    for place in sorted(set(places.round(6).tolist()))[-14:]:
        for last in (0.0, 5e-5):
            moved = Decimal(f"{(place % 1 - 0.5 + last) / scale:.8f}")
            shift = made("cm", 1, 0, 0, 1, 0, moved)
            file = mutate(sound, lambda pdf, shift=shift: rewrite(pdf, lambda content: [shift, *content]))  # type: ignore[misc]
            assert codes(file) == set(), (place, last)


@pytest.mark.parametrize("pixels", [0.5, 0.9, 1.0, 1.1, 1.5, 2.0])
@pytest.mark.parametrize("width", [0, 0.05], ids=["hairlines", "thin lines"])
def test_a_lattice_of_white_lines_is_found_at_whatever_pitch(sound: bytes, pixels: float, width: float) -> None:
    """What is bad at one scale is looked at once more at another: no pitch slips through between the two."""
    pitch = pixels * 9 / EM_PIXELS
    lines = [made("q"), made("RG", 1, 1, 1), made("w", Decimal(str(width)))]
    for number in range(int(842 / pitch)):
        y = Decimal(f"{number * pitch:.6f}")
        lines += [made("m", 0, y), made("l", 600, y), made("S")]
    file = mutate(sound, lambda pdf: rewrite(pdf, lambda content: [*content, *lines, made("Q")]))
    assert any(code.startswith("pdf.safety") for code in codes(file))


@pytest.mark.parametrize(("change", "code"), [case[1:] for case in BLOCK], ids=[case[0] for case in BLOCK])
def test_a_changed_block_is_found(sound: bytes, change: Change, code: str) -> None:
    assert code in codes(mutate(sound, change))


@pytest.mark.parametrize(("change", "code"), [case[1:] for case in FORM], ids=[case[0] for case in FORM])
def test_a_changed_form_is_found(sound: bytes, change: Change, code: str) -> None:
    assert code in codes(mutate(sound, change), checks=("pdf_words", "pdf_form"))


def test_a_removed_page_is_found() -> None:
    data = mutate(draw(css=".safety{break-before:page}"), lambda pdf: pdf.pages.remove(p=2))
    assert codes(data) == {"pdf.safety-missing"}


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"not a PDF at all", b"PK\3\4" + b"\0" * 100])
def test_what_is_no_pdf_is_told(data: bytes) -> None:
    assert codes(data, checks=CHECKS) == {"pdf.unreadable"}


def test_a_file_cut_short_is_told(sound: bytes) -> None:
    assert codes(sound[: len(sound) // 2], checks=CHECKS)


def test_an_encrypted_file_is_told(sound: bytes) -> None:
    with pikepdf.open(io.BytesIO(sound)) as pdf:
        buffer = io.BytesIO()
        pdf.save(buffer, encryption=pikepdf.Encryption(owner="secret", user=""))
    assert "pdf.encrypted" in codes(buffer.getvalue(), checks=CHECKS)


# --- a font file that lies, under the pinned name, from the start ---


@pytest.mark.parametrize(("change", "code"), [
    (two_is_eight, "pdf.safety-glyph"),
    (blank("2"), "pdf.safety-glyph"),
    (lambda face: [blank(chr(c))(face) for c in range(33, 127)], "pdf.safety-glyph"),
], ids=["draws 2 as 8", "draws no 2", "draws nothing"])  # fmt: skip
def test_a_font_that_lies_under_a_pinned_name(tmp_path: Path, change: Callable[[TTFont], None], code: str) -> None:
    face = TTFont(PINNED["SourceSans3-Regular"])
    change(face)
    face.save(tmp_path / "liar.ttf")
    css = f"@font-face{{font-family:Liar;src:url({(tmp_path / 'liar.ttf').as_uri()})}}.safety{{font-family:Liar}}"
    assert code in codes(draw(css=css))


def test_the_finding_names_page_and_words(sound: bytes) -> None:
    data = mutate(sound, around("trouble", [made("rg", 0.9, 0.9, 0.9)], [made("rg", 0, 0, 0)]))
    (finding,) = judge(data)[0]
    assert finding.place is not None and finding.place.page == 1
    assert "“trouble breathing.”" in finding.message
    assert "1.2:1" in finding.message or "1.3:1" in finding.message


def test_the_sighting_says_where_and_how(sound: bytes) -> None:
    (sighting,) = judge(sound)[1]
    assert sighting.box is not None
    left, top, right, bottom = sighting.box
    assert 20 < left < right < 190 and 20 < top < bottom < 277
    assert sighting.words == sum(len(words.split()) for words in _block_texts())
    assert sighting.contrast > 15
    assert 7 < sighting.size < 10


def _block_texts() -> list[str]:
    from publish.model import safety_passages

    return [passage.text for passage in safety_passages(DOCUMENT.safety)]


assert FONTS.is_dir()
