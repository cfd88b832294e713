"""How the block's words come out in each environment: size, contrast, opacity, distance of lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from publish.diagnostics import Finding
from publish.theme.css_cascade import Cascade
from publish.theme.css_media import Environment
from publish.theme.css_scene import Scene
from publish.theme.css_sheet import Declaration, Element

RAISED = frozenset({"sup", "sub"})
RAISED_LEAST = 0.58
"""Superscripts and subscripts may be this part of the least size."""
_RAISED_LONGEST = 12


def environments(cascade: Cascade, target: str) -> tuple[Environment, ...]:
    """The ways in which a target is read: a PDF has no night."""
    return tuple(env for env in cascade.environments if target == "epub" or env.medium == "print")


def illegible(
    scene: Scene, cascade: Cascade, target: str, min_size: float, min_contrast: float, own: Collection[Declaration]
) -> Iterator[Finding]:
    """Words of the block that come out too small, too faint or too close, by declarations among `own`."""
    pieces = [(each, cascade.kind(each), least_size(each, min_size)) for each in scene.with_text]
    for env in environments(cascade, target):
        known: dict[tuple[int, float], tuple[tuple[str, Declaration | None, str], ...]] = {}
        for element, kind, least in pieces:
            if (kind, least) not in known:
                known[kind, least] = tuple(_wrong(element, env, cascade, least, min_contrast))
            for code, by, says in known[kind, least]:
                if by is not None and by in own:
                    shown = f"“{start(element)}”"
                    yield Finding(
                        code, f"“{by.text}” {says}: {shown} {env.name}", by.place, _HINT.format(min_size, min_contrast)
                    )


_HINT = "the safety block needs at least {:g} pt and a contrast of {:g}"


def start(element: Element) -> str:
    """The first words of an element, for messages."""
    words = " ".join("".join(element.etree_element.itertext()).split())
    return words[:40] + ("…" if len(words) > 40 else "")


def _wrong(
    element: Element, env: Environment, cascade: Cascade, least: float, min_contrast: float
) -> Iterator[tuple[str, Declaration | None, str]]:
    size, by = cascade.font_size(element, env)
    if size < least - 0.005:
        yield "css.shrinks", by, f"makes words {size:.3g} pt small"
    factor, by = cascade.line_height(element, env)
    if factor is not None and factor < 0.995 and not _raised(element):
        yield "css.covers", by, f"sets lines {factor:.2g} of their size apart, on top of one another"
    opacity, by = cascade.opacity(element, env)
    if opacity < 0.8495:
        yield "css.recolours", by, f"makes words see-through ({opacity:.2g})"
    ratio, by = cascade.contrast(element, env)
    lone_at_night = env.dark and (cascade.color(element, env)[0] is None or cascade.grounds(element, env)[0] is None)
    if ratio is not None and ratio < min_contrast - 0.005 and not lone_at_night:
        yield "css.recolours", by, f"leaves words a contrast of {ratio:.3g}"


def _raised(element: Element) -> bool:
    return str(element.local_name).lower() in RAISED


def least_size(element: Element, min_size: float) -> float:
    """The least size in pt for an element's text: marks and indices, a few characters, may be smaller."""
    holder = next((each for each in (element, *reversed(element.ancestors)) if _raised(each)), None)
    if holder is not None and len("".join(holder.etree_element.itertext()).strip()) <= _RAISED_LONGEST:
        return min_size * RAISED_LEAST
    return min_size
