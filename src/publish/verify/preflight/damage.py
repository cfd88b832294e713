"""That the file is whole: a reader that repairs a file guesses, and another guesses otherwise.

ISO 32000-1, 7.5: header, cross-reference table, trailer. qpdf says what it had to repair.
"""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf

from publish.diagnostics import Finding, Place
from publish.policy import PressProfile
from publish.verify.preflight._file import PressFile
from publish.verify.preflight._telling import told

RULES = ("undamaged",)
CODES = ("preflight.damaged",)

MOST_OBJECTS = 300_000


def look_at_file(file: PressFile, profile: PressProfile) -> Iterator[Finding]:
    """The fact that the file had to be repaired, if it had to be."""
    rule = profile.rules.get("undamaged")
    if rule is None:
        return
    said: list[str] = []
    try:
        for number, _ in enumerate(file.pdf.objects):
            if number > MOST_OBJECTS:
                break
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        said.append(str(error))
    said += [str(each) for each in file.pdf.get_warnings()]
    if said:
        told_ = said[0].rpartition(">")[2].lstrip(": ")[:160]
        more = f", and {len(said) - 1} more faults" if len(said) > 1 else ""
        yield told(
            "preflight.damaged",
            f"the file is damaged and was repaired by guessing: {told_}{more}",
            Place(file.name),
            "export it again; if it came by mail, let it be sent once more",
            rule,
        )
