"""Two versions of a PDF to draw against the finished one: without the safety block's letters, and with nothing else.

Letters are taken out by putting their advance in their place, so all that follows stands where it stood. The letters
alone are set in black, under no clip, mask, opacity or blend mode: that is what must be seen.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from typing import Any

import pikepdf

from publish.verify._pdf_content import Box, Run
from publish.verify._pdf_read import Drawn, open_pdf

_Streams = dict[tuple[int, int], dict[int, Run]]


def without_and_alone(data: bytes, drawn: Drawn, runs: Iterable[int]) -> tuple[bytes, list[int]]:
    """A PDF whose first pages are the pages that `runs` stand on, without these, and whose last are these alone.

    Also tells the pages (from 0 in the finished file), in the order in which they stand in either half.
    """
    pdf = open_pdf(data)
    chosen = list(runs)
    pages = sorted({int(drawn.run_pages[run]) for run in chosen})
    streams: _Streams = {}
    for number in chosen:
        run = drawn.runs[number]
        page = int(drawn.run_pages[number]) if run.stream == 0 else -1
        streams.setdefault((run.stream, page), {})[run.at] = run
    for (stream, page), taken in streams.items():
        if stream:
            form = pdf.get_object((stream, 0))
            form.write(_taken_out(drawn.parsed[stream, -1], taken))
        else:
            target = pdf.pages[page]
            target.obj["/Contents"] = pdf.make_stream(_taken_out(drawn.parsed[0, page], taken))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pikepdf warns of form fields on copied pages; pdf_form tells of them
        _keep_only(pdf, drawn, chosen, pages)
    for key in _NOT_DRAWN:
        if key in pdf.Root:
            del pdf.Root[key]
    buffer = io.BytesIO()
    pdf.save(
        buffer, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none, fix_metadata_version=False
    )
    return buffer.getvalue(), pages


_NOT_DRAWN = ("/StructTreeRoot", "/Outlines", "/Metadata")
"""Parts of a file that change nothing of what is seen; to write them takes longer than all else."""


def _keep_only(pdf: pikepdf.Pdf, drawn: Drawn, chosen: list[int], pages: list[int]) -> None:
    """Leaves the given pages, and adds for each one that holds the chosen runs alone."""
    fonts: dict[int, Any] = {}
    for page in pages:
        own = [drawn.runs[number] for number in chosen if drawn.run_pages[number] == page]
        _add_alone(pdf, drawn, drawn.sheets[page].visible, own, fonts)
    total = len(drawn.sheets)
    for number in reversed([each for each in range(total) if each not in pages]):
        del pdf.pages[number]


def _taken_out(content: list[Any], taken: dict[int, Run]) -> bytes:
    instructions: list[Any] = []
    done = 0
    for at in sorted(taken):
        instructions += content[done:at]
        instruction, done = content[at], at + 1
        run, operator = taken[at], str(instruction.operator)
        if operator == '"':
            instructions += [_make("Tw", instruction.operands[0]), _make("Tc", instruction.operands[1])]
        if operator in ("'", '"'):
            instructions.append(_make("T*"))
        scale = run.size * run.stretch
        if scale:
            instructions.append(_make("TJ", pikepdf.Array([-1000 * run.advance / scale])))
    return pikepdf.unparse_content_stream(instructions + content[done:])


def _add_alone(pdf: pikepdf.Pdf, drawn: Drawn, box: Box, runs: list[Run], copied: dict[int, Any]) -> None:
    fonts = pikepdf.Dictionary()
    lines = [b"0 g BT"]  # written as it stands in the file: to make an object of each number takes far longer
    for run in runs:
        font = id(run.font)
        if font not in copied:
            copied[font] = _in(pdf, drawn, run.font.resource)
        key = f"/F{list(copied).index(font)}"
        fonts[key] = copied[font]
        numbers = (run.size, *run.spacing, 100 * run.stretch, run.rise)
        lines.append(key.encode() + b" %.6f Tf %.6f Tc %.6f Tw %.6f Tz %.6f Ts" % numbers)
        lines += [b"%.6f %.6f %.6f %.6f %.6f %.6f Tm" % run.matrix, _shown(run)]
    lines.append(b"ET")
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=pikepdf.Array(list(box)),
        Resources=pikepdf.Dictionary(Font=fonts),
        Contents=pdf.make_stream(b"\n".join(lines)),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))


def _in(pdf: pikepdf.Pdf, drawn: Drawn, font: Any) -> Any:
    """A font of the file that is read, in the same file opened again; a copy of it would be loaded once more."""
    return pdf.get_object(font.objgen) if font.is_indirect else pdf.copy_foreign(drawn.pdf.make_indirect(font))


def _shown(run: Run) -> bytes:
    array = run.operand if isinstance(run.operand, pikepdf.Array) else pikepdf.Array([run.operand[-1]])
    return array.unparse() + b" TJ"


def _make(operator: str, *operands: Any) -> Any:
    return pikepdf.ContentStreamInstruction(list(operands), pikepdf.Operator(operator))
