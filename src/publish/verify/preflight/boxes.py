"""The page's boxes: what is cut, what bleeds, what is shown, and that all sheet sides of a file are of one size.

GWG 2022 R0003 (crop box) and R0006 (one sheet side a file); ISO 15930-7 demands a trim or an art box, in the bleed box,
in the media box (Application Notes for PDF/X 3, 2.9). The width of the bleed is the vendor's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from publish.diagnostics import Finding, Place
from publish.policy import PressProfile, PressRule
from publish.verify.preflight._file import PressFile
from publish.verify.preflight._pages import MM, Box, Leaf, leaves
from publish.verify.preflight._telling import told

RULES = ("crop-box", "boxes", "bleed", "one-size", "one-page")
CODES = (
    "preflight.crop-box",
    "preflight.boxes",
    "preflight.bleed",
    "preflight.one-size",
    "preflight.one-page",
)

_EVEN = 0.02
"""Points by which edges may differ and still be one edge: writers round to two places."""

_FIRST = 5
"""Pages of which one fault is told one by one; of the others only how many there are."""


def look_at_file(file: PressFile, profile: PressProfile) -> Iterator[Finding]:
    """The facts about the boxes of each page, and about the pages together."""
    sheets = leaves(file.pdf)
    ruled = profile.rules.get
    if rule := ruled("crop-box"):
        yield from _few(_crop(sheets, file.name, rule))
    if rule := ruled("boxes"):
        yield from _few(_nested(sheets, file.name, rule))
    if rule := ruled("bleed"):
        yield from _few(_bleeds(sheets, file.name, profile, rule))
    if rule := ruled("one-size"):
        yield from _few(_sizes(sheets, file.name, rule))
    if (rule := ruled("one-page")) and len(sheets) != 1:
        yield told(
            "preflight.one-page",
            f"the file has {len(sheets)} pages; one sheet side a file is asked for",
            Place(file.name),
            "deliver each side as a file of its own, or agree with the vendor on one file",
            rule,
        )


def _crop(sheets: Iterable[Leaf], name: str, rule: PressRule) -> Iterator[Finding]:
    for sheet in sheets:
        if "/CropBox" in sheet.stated and not _same(sheet.crop, sheet.media):
            yield told(
                "preflight.crop-box",
                f"the crop box shows {_size(sheet.crop)} of a page of {_size(sheet.media)}: "
                "what lies outside is there, but nobody sees it",
                Place(name, page=sheet.number, box=sheet.mm(sheet.crop)),
                "leave the crop box out, or make it the media box",
                rule,
            )


def _nested(sheets: Iterable[Leaf], name: str, rule: PressRule) -> Iterator[Finding]:
    for sheet in sheets:
        place = Place(name, page=sheet.number)
        if "/MediaBox" not in sheet.stated:
            yield told("preflight.boxes", "the page has no media box", place, "export the file again", rule)
            continue
        if not sheet.stated & {"/TrimBox", "/ArtBox"}:
            message = "the page has no trim box, so that nobody can tell where it is cut"
            yield told("preflight.boxes", message, place, "export it with its trim box and its bleed", rule)
            continue
        if {"/TrimBox", "/ArtBox"} <= sheet.stated:
            message = "the page has a trim box and an art box; PDF/X allows only one of them"
            yield told("preflight.boxes", message, place, "leave the art box out", rule)
        for inner, outer in (("trim", "bleed"), ("bleed", "media"), ("trim", "media")):
            out = _beyond(getattr(sheet, inner), getattr(sheet, outer))
            if out > _EVEN and f"/{inner.title()}Box" in sheet.stated:
                yield told(
                    "preflight.boxes",
                    f"the {inner} box reaches {out / MM:.2f} mm beyond the {outer} box",
                    Place(name, page=sheet.number, box=sheet.mm(getattr(sheet, inner))),
                    "the trim box lies in the bleed box, and that in the media box",
                    rule,
                )
                break


def _bleeds(sheets: Iterable[Leaf], name: str, profile: PressProfile, rule: PressRule) -> Iterator[Finding]:
    """A bleed box that is not stated is the crop box (ISO 32000-1, 14.11.2): then the page bleeds as far as that."""
    for sheet in sheets:
        if not sheet.stated & {"/TrimBox", "/ArtBox"}:
            continue
        least = min(_margins(sheet.trim, sheet.bleed))
        if least < profile.bleed * MM - _EVEN:
            yield told(
                "preflight.bleed",
                f"the page bleeds by {max(least, 0) / MM:.2f} mm on its narrowest side; "
                f"{profile.bleed:g} mm are asked for",
                Place(name, page=sheet.number, box=sheet.mm(sheet.bleed)),
                f"export it with a bleed of {profile.bleed:g} mm on each side",
                rule,
            )


def _sizes(sheets: list[Leaf], name: str, rule: PressRule) -> Iterator[Finding]:
    for sheet in sheets[1:]:
        first = sheets[0].size
        if any(abs(a - b) > 2 * _EVEN / MM + 0.01 for a, b in zip(sheet.size, first, strict=True)):
            yield told(
                "preflight.one-size",
                f"the page is trimmed to {sheet.size[0]:.2f} × {sheet.size[1]:.2f} mm, "
                f"the first page to {first[0]:.2f} × {first[1]:.2f} mm",
                Place(name, page=sheet.number),
                "all sides of a sheet are of one size and stand one way; export each piece on its own",
                rule,
            )


def _few(findings: Iterator[Finding]) -> Iterator[Finding]:
    """The first of them; then how many more there are, so that a long file does not drown what it says."""
    rest = 0
    last: Finding | None = None
    for count, finding in enumerate(findings):
        if count < _FIRST:
            yield finding
        else:
            rest, last = rest + 1, finding
    if last is not None and last.place is not None:
        yield Finding(
            last.code, f"and so on {rest} more time{'s' * (rest != 1)}", Place(last.place.file), last.hint,
            last.severity, last.source,
        )  # fmt: skip


def _margins(inner: Box, outer: Box) -> tuple[float, float, float, float]:
    return inner[0] - outer[0], inner[1] - outer[1], outer[2] - inner[2], outer[3] - inner[3]


def _beyond(inner: Box, outer: Box) -> float:
    return -min(_margins(inner, outer))


def _same(one: Box, other: Box) -> bool:
    return all(abs(a - b) <= _EVEN for a, b in zip(one, other, strict=True))


def _size(box: Box) -> str:
    return f"{(box[2] - box[0]) / MM:.1f} × {(box[3] - box[1]) / MM:.1f} mm"
