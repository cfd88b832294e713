"""A redline as text: what was taken out in [-…-], what was put in in {+…+}, what looks other than before in ‹…›."""

from __future__ import annotations

from collections.abc import Iterator

from verify.docx_bench import Root, q, tree

_WORDS = {q("tab"): "\t", q("br"): "\n", q("noBreakHyphen"): "\u2011", q("footnoteReference"): "°"}


def told(data: bytes, part: str = "word/document.xml") -> list[str]:
    """The paragraphs of a part; rows in one line. A paragraph that is new begins with +, one that is gone with -."""
    root = tree(data, part)
    return [line for line in _lines(root) if line.strip()]


def _lines(parent: Root) -> Iterator[str]:
    for element in parent:
        if element.tag == q("p"):
            yield _mark(element) + _said(element)
        elif element.tag == q("tr"):
            properties = element.find(q("trPr"))
            kinds = [sign for name, sign in _SIGNS if properties is not None and properties.find(q(name)) is not None]
            yield "".join(kinds) + "| " + " | ".join(_said(each) for each in element.iter(q("p")))
        else:
            yield from _lines(element)


_SIGNS = (("ins", "+ "), ("del", "- "))


def _mark(paragraph: Root) -> str:
    properties = paragraph.find(q("pPr"))
    mark = properties.find(q("rPr")) if properties is not None else None
    signs = [sign for name, sign in _SIGNS if mark is not None and mark.find(q(name)) is not None]
    change = properties.find(q("pPrChange")) if properties is not None else None
    if change is None:
        return "".join(signs)
    return "".join(signs) + f"({_style(change[0])} → {_style(properties)}) "


def _style(properties: Root | None) -> str:
    style = properties.find(q("pStyle")) if properties is not None else None
    number = properties.find(f"{q('numPr')}/{q('ilvl')}") if properties is not None else None
    item = f" item {number.get(q('val'))}" if number is not None else ""
    return (style.get(q("val"), "") if style is not None else "") + item


def _said(paragraph: Root) -> str:
    shown = ""
    for run in paragraph.iter(q("r")):
        words = "".join(_words(each) for each in run)
        if run.find(f"{q('rPr')}/{q('rPrChange')}") is not None:
            words = f"‹{words}›"
        holder = run.getparent()
        name = holder.tag if holder is not None else ""
        shown += {q("ins"): f"{{+{words}+}}", q("del"): f"[-{words}-]"}.get(name, words) if words else ""
    return shown.replace("+}{+", "").replace("-][-", "").replace("›‹", "")


def _words(element: Root) -> str:
    if element.tag in (q("t"), q("delText")):
        return element.text or ""
    if element.tag == q("drawing"):
        return f"▣{next(each.get('descr') for each in element.iter() if each.get('descr'))}▣"
    return _WORDS.get(str(element.tag), "")
