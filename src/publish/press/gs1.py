"""GS1 element strings, as people write them: `(01)09501101530003(17)281231(10)ABC`.

What each element may hold is GS1's own list, which the library biip carries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from biip import ParseError
from biip.checksums import gs1_standard_check_digit
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_element_strings import GS1ElementString

from publish.diagnostics import Finding, Place, Refused, refuse

SEPARATOR = "\x1d"
"""What readers say for the FNC1 that ends an element of open length (GS1 General Specifications, 7.8)."""

_ELEMENT = re.compile(r"\((\d{2,4})\)")
_HINT = "write each element as its identifier in brackets and its value: (01)09501101530003(17)281231(10)ABC"


@dataclass(frozen=True, slots=True)
class Element:
    """One application identifier with its value. `open` elements are as long as they are: FNC1 ends them."""

    identifier: str
    value: str
    open: bool


def elements(value: str, place: Place) -> tuple[Element, ...]:
    """The elements that a value says, each held against GS1's list of identifiers, lengths and check digits.

    Raises Refused with every mistake.
    """
    said = "".join(value.split())
    parts = _ELEMENT.split(said)
    if parts[0] or len(parts) < 3:
        raise refuse("press.code-gs1", f"“{value}” is no GS1 element string", place, _HINT)
    pairs = list(zip(parts[1::2], parts[2::2], strict=True))
    found: list[Element] = []
    wrong: list[Finding] = []
    for number, (identifier, data) in enumerate(pairs):
        try:
            if identifier in [other for other, _ in pairs[:number]]:
                raise refuse("press.code-gs1", f"the identifier ({identifier}) stands twice", place, "say it once")
            found.append(_element(identifier, data, place))
        except Refused as error:
            wrong.extend(error.findings)
    if wrong:
        raise Refused(*wrong)
    return tuple(found)


def message(found: tuple[Element, ...]) -> str:
    """What a reader says of the code: identifiers and values in a row, FNC1 after those of open length but the last."""
    return "".join(_message(found))


def _message(found: tuple[Element, ...]) -> Iterator[str]:
    for element in found:
        yield element.identifier + element.value
        if element.open and element is not found[-1]:
            yield SEPARATOR


def _element(identifier: str, data: str, place: Place) -> Element:
    try:
        known = GS1ApplicationIdentifier.extract(identifier)
    except ParseError:
        known = None
    if known is None or known.ai != identifier:
        raise refuse(
            "press.code-gs1",
            f"GS1 knows no application identifier ({identifier})",
            place,
            "on medicines stand (01) the GTIN, (17) the expiry date, (10) the batch, (21) the serial number",
        )
    try:
        element = GS1ElementString.parse(identifier + data)
    except ParseError:
        raise refuse(
            "press.code-gs1",
            f"“{data}” cannot stand for ({identifier}), “{known.description}”, whose form is {_form(known)}",
            place,
            "a GTIN of 13 digits gets a 0 in front, one of 12 gets 00" if identifier == "01" else "correct the value",
        ) from None
    if element.gtin_error or element.sscc_error or element.gln_error:
        right = gs1_standard_check_digit(data[:-1])
        if data[-1] != str(right):
            raise refuse(
                "press.code-check-digit",
                f"the check digit of ({identifier}) {data} is wrong: after {data[:-1]} comes {right}, not {data[-1]}",
                place,
                "look the number up where it was assigned; one of its digits is mistyped",
            )
        said = element.gtin_error or element.sscc_error or element.gln_error
        raise refuse("press.code-gs1", f"({identifier}) {data} is no number that GS1 gives: {said}", place, _HINT)
    return Element(identifier, data, known.separator_required)


def _form(known: GS1ApplicationIdentifier) -> str:
    """GS1's short form of what a value holds, in words: `N2+X..20` is 1 to 20 characters."""
    words = {"N": "digits", "X": "letters, digits or signs", "Y": "capital letters, digits or signs", "Z": "letters"}
    said = []
    for part in known.format.split("+")[1:]:
        shape = re.fullmatch(r"\[?([NXYZ])(\.\.)?(\d+)\]?(\[.*\])?", part)
        if not shape:
            return known.format
        said.append(f"{'up to ' if shape[2] else ''}{shape[3]} {words[shape[1]]}")
    return ", then ".join(said)
