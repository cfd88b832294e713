"""The model as a few readable lines, for cases that show input and result side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from publish import model
from publish.model import Block, Document, Inline


def outline(document: Document) -> list[str]:
    """Body, notes and references, a line a leaf, children indented."""
    lines = list(_blocks(document.body, ""))
    for note in document.notes:
        lines += [f"note {note.number} {note.label}", *_blocks(note.blocks, "  ")]
    lines += [f"reference {each.number} {each.key}: {each.text}" for each in document.references]
    return lines


def _blocks(blocks: Iterable[Block], indent: str) -> Iterator[str]:
    for block in blocks:
        for line in _block(block):
            yield indent + line


def _block(block: Block) -> Iterator[str]:
    match block:
        case model.Heading():
            yield f"heading {block.level} #{block.anchor}: {_inlines(block.inlines)}"
        case model.Paragraph():
            yield f"paragraph: {_inlines(block.inlines)}"
        case model.List():
            kind = f"numbers from {block.start}" if block.ordered else "bullets"
            yield f"{kind}, {'tight' if block.tight else 'loose'}"
            for item in block.items:
                yield "  item"
                yield from _blocks(item.blocks, "    ")
        case model.Table():
            yield "table " + " ".join(cell.align or "-" for cell in block.head)
            for row in (block.head, *block.rows):
                yield "  " + " | ".join(_inlines(cell.inlines) for cell in row)
        case model.Quote():
            yield "quote"
            yield from _blocks(block.blocks, "  ")
        case model.CodeBlock():
            yield f"code {block.language}".rstrip() + f": {block.value!r}"
        case model.Rule():
            yield "rule"
        case model.DefinitionList():
            yield "definitions"
            for item in block.items:
                yield f"  term: {_inlines(item.term)}"
                for detail in item.details:
                    yield from _blocks(detail, "    ")
        case model.Callout():
            yield f"callout {block.kind}: {_inlines(block.title)}"
            yield from _blocks(block.blocks, "  ")
        case model.Figure():
            yield f"figure {block.asset} “{block.alt}”: {_inlines(block.caption)}"
        case model.Story():
            yield f"story <{block.url}> “{block.label}”: {_inlines(block.title)}"
            yield from _blocks(block.blocks, "  ")
        case model.Glossary():
            yield f"glossary #{block.anchor}: {_inlines(block.title)}"
            for entry in block.entries:
                yield f"  {entry.key} #{entry.anchor}: {entry.term} = {_inlines(entry.definition)}"
        case model.Resources():
            yield f"resources #{block.anchor}: {_inlines(block.title)}"
            yield from _blocks(block.blocks, "  ")
        case model.PanelBreak():
            yield "panel"


def _inlines(inlines: Iterable[Inline]) -> str:
    return "".join(_inline(inline) for inline in inlines)


def _inline(inline: Inline) -> str:
    match inline:
        case model.Text():
            return inline.value
        case model.Variable():
            return f"${{{inline.key}={inline.value}}}"
        case model.Code():
            return f"code({inline.value})"
        case model.LineBreak():
            return "⏎"
        case model.Citation():
            return f"cite({','.join(f'{n}={key}' for n, key in zip(inline.numbers, inline.keys, strict=True))})"
        case model.NoteMark():
            return f"note({inline.number}={inline.label})"
        case model.Link():
            title = f" “{inline.title}”" if inline.title else ""
            return f"link({inline.target}{title}|{_inlines(inline.children)})"
        case model.Term():
            return f"term({inline.entry}|{_inlines(inline.children)})"
        case model.Claim():
            return f"claim({inline.id} {','.join(inline.references)}|{_inlines(inline.children)})"
        case _:
            return f"{type(inline).__name__.lower()}({_inlines(inline.children)})"
