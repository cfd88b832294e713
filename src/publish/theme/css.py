"""The lint of a style sheet: what its declarations do to the safety block, to what is around it, and lay over it.

Every selector is matched on the filled template itself. Whatever could apply in some client counts: each @media,
@supports, @layer and @container, each state such as :hover or :target, each value a custom property can have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from lxml import etree

from publish.diagnostics import Finding, Place
from publish.theme.css_at_rules import check_at_rules
from publish.theme.css_cascade import INHERITED, Cascade, plain_value
from publish.theme.css_cover import MOST_AREA, Box, area, clips, covers, covers_from_elsewhere, over_all
from publish.theme.css_flow import displaced, out_of_flow, padding_beside
from publish.theme.css_legibility import illegible, start
from publish.theme.css_markup import lint_markup
from publish.theme.css_media import DAY, applies, environments
from publish.theme.css_pseudo import HOLDING, added_words, faint_parts
from publish.theme.css_scene import Scene, scene
from publish.theme.css_sheet import Declaration, Element, Rule, Selector, read, read_style
from publish.theme.css_tables import judge, known, unprefixed
from publish.theme.css_urls import outside
from publish.theme.css_values import MEDIUM, Token, four_sides, length, words
from publish.theme.css_verdict import UNJUDGED, Role, Subject, Verdict

__all__ = ["lint", "lint_markup", "lint_style"]

_UNREAD = frozenset({"selection", "target-text", "backdrop", "spelling-error", "grammar-error", "placeholder"})
_BRINGING = frozenset({"content", "box-shadow", "outline", "outline-width", "outline-offset", "string-set", "speak"})

_SEEN_IN_THE_PDF = frozenset({"position", "top", "right", "bottom", "left"})
"""Where a block stands on the page is for the proof of the finished PDF to judge; a reader of the EPUB has no page."""

HINTS: Mapping[str, str] = {
    "css.hides": "take the declaration out, or exclude the safety block: `:not(#safety, #safety *)`",
    "css.shrinks": "leave the size of the safety block at the theme's `safety` size",
    "css.recolours": "give the safety block a colour and a background with a contrast of at least 4.5, both opaque",
    "css.alters": "take the declaration out: the words must look as they were approved",
    "css.covers": "keep clear of the safety block: no overlap, or a `z-index` below 0",
    "css.outside": "put the file into the theme's folder and name it by a relative path without `..`",
    "css.unjudged": "look at the safety block in each output, or do without the declaration there",
}


def lint(
    css: str,
    root: etree._Element,
    place: Place,
    target: str,
    *,
    before: str = "",
    min_size: float = 8.0,
    min_contrast: float = 4.5,
    faces: Collection[str] = (),
) -> Iterator[Finding]:
    """What is wrong with the style sheet `css` for the document `root` (a filled template), as css.* findings.

    `place` names the file, and the line on which `css` begins; `target` is "pdf" or "epub". `before` are the sheets
    that apply earlier (tokens, the base theme): they count in the cascade and are not judged. `min_size` is in pt with
    1em = 12 pt at the root, `min_contrast` the WCAG ratio. `faces` are the addresses that @font-face may load.
    """
    sheet = read(css, place, place.line or 1)
    earlier = read(before, Place("")) if before else None
    rules = [*(earlier.rules if earlier else ()), *sheet.rules]
    _layers_in_one_order(rules, sheet.rules, len(earlier.layers) if earlier else 0)
    stage = scene(root)
    cascade = Cascade(rules, stage, stage.chain)
    found = [*_by_itself(css, place, frozenset(faces))]
    linter = _Linter(stage, cascade, target)
    for rule in sheet.rules:
        found += linter.rule(rule)
    own = {d for rule in sheet.rules for d in rule.declarations}
    found += linter.boxes(rules, frozenset(id(d) for rule in sheet.rules for d in rule.declarations))
    if target == "epub":
        found += linter.displaced(own)
        found += added_words(stage, cascade, sheet.rules)
    if cascade.too_complex:
        found.append(_too_many_conditions(replace(place, line=place.line or 1)))
    found += faint_parts(stage, cascade, target, min_contrast, frozenset(id(each) for each in own))
    found += illegible(stage, cascade, target, min_size, min_contrast, own)
    yield from _once(found)


@lru_cache(maxsize=32)
def _by_itself(css: str, place: Place, faces: frozenset[str]) -> tuple[Finding, ...]:
    """What is wrong with a style sheet whatever the document."""
    sheet = read(css, place, place.line or 1)
    found = [*sheet.findings, *check_at_rules(sheet.at_rules, place, faces)]
    for rule in sheet.rules:
        found += (each for declaration in rule.declarations for each in outside(declaration.value, declaration))
    return tuple(found)


def lint_style(style: str, root: etree._Element, element: etree._Element, place: Place, target: str) -> list[Finding]:
    """What is wrong with the `style` attribute of one element of the document."""
    stage = scene(root)
    declarations, findings = read_style(style, place)
    holder = next((each for each in stage.elements if each.etree_element is element), None)
    if holder is None or not declarations:
        return findings
    rule = Rule((Selector("style", lambda each: each == holder, True, "", (0, 0, 0)),), tuple(declarations))
    linter = _Linter(stage, Cascade([rule], stage, stage.chain), target, inline=True)
    found = [*findings, *linter.rule(rule), *linter.boxes([rule], frozenset(id(d) for d in declarations))]
    found += (each for declaration in declarations for each in outside(declaration.value, declaration))
    return list(_once(found))


def _too_many_conditions(place: Place) -> Finding:
    return Finding(
        "css.too-complex",
        "more than 8 different conditions (@media, @supports, @container) reach the safety block",
        place,
        "leave the safety block out of the conditions, or make them fewer",
    )


def _layers_in_one_order(rules: list[Rule], own: list[Rule], shift: int) -> None:
    """Layers of a later sheet come after those of the earlier ones."""
    if shift:
        for index, rule in enumerate(rules):
            if rule.layer is not None and rule in own:
                rules[index] = replace(rule, layer=rule.layer + shift)


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    seen: set[tuple[str, Place | None]] = set()
    ordered = sorted(findings, key=lambda each: _position(each.place))
    for finding in ordered:
        key = (finding.code, finding.place)
        if key not in seen:
            seen.add(key)
            yield finding


def _position(place: Place | None) -> tuple[int, int]:
    return ((place.line or 0), (place.column or 0)) if place else (0, 0)


def finding(verdict: Verdict, declaration: Declaration, selector: str, whom: str) -> Finding:
    """A verdict as a Finding in plain words, with the declaration and its selector."""
    return Finding(
        verdict.code,
        f"“{selector} {{ {declaration.text} }}” {verdict.does} ({whom})",
        declaration.place,
        HINTS.get(verdict.code, ""),
    )


_WHOM: Mapping[Role, str] = {
    "block": "it reaches the safety block",
    "inside": "it reaches the safety block's words",
    "around": "the safety block stands inside what it reaches",
}


@dataclass(slots=True)
class _Linter:
    stage: Scene
    cascade: Cascade
    target: str
    inline: bool = False
    filled: dict[tuple[int, ...], Box] = field(default_factory=dict)

    def rule(self, rule: Rule) -> Iterator[Finding]:
        """What each declaration of a rule does to whom it reaches."""
        for role, pseudo, elements in self._reached(rule):
            beside = {declaration.name: declaration.value for declaration in rule.declarations}
            subject = Subject(
                role=role,
                pseudo=pseudo,
                em=min((self.cascade.font_size(each, DAY)[0] for each in elements), default=MEDIUM) or 1.0,
                tags=frozenset(str(each.local_name).lower() for each in elements),
                beside=beside,
                rtl=self.stage.rtl,
                beside_siblings=any("grid" in name for name in beside) and self._several(rule, elements),
                eaten=self._eaten(elements),
            )
            for declaration in rule.declarations:
                yield from self._declaration(declaration, rule, subject, elements)

    def _several(self, rule: Rule, elements: list[Element]) -> bool:
        """Whether the rule reaches one of these elements and a sibling of it."""
        for element in elements:
            for other in element.parent.iter_children() if element.parent is not None else ():
                if other != element and any(s.test(other) for s in rule.selectors if not s.pseudo):
                    return True
        return False

    def _eaten(self, elements: list[Element]) -> dict[str, float]:
        """The parent's padding that a title bar's negative margins may take up, by side."""
        sides = ("top", "bottom")
        return {side: min(padding_beside(self.cascade, each, DAY, side) for each in elements) for side in sides}

    def _reached(self, rule: Rule) -> Iterator[tuple[Role, str, list[Element]]]:
        hits: dict[tuple[Role, str], dict[Element, None]] = {}
        for selector in rule.selectors:
            for element in self.stage.reached(selector):
                if element in self.stage.chain_set:
                    hits.setdefault((self.stage.role(element), selector.pseudo), {})[element] = None
        for (role, pseudo), elements in hits.items():
            if pseudo not in _UNREAD:
                yield role, pseudo, list(elements)

    def _declaration(
        self, declaration: Declaration, rule: Rule, subject: Subject, elements: list[Element]
    ) -> Iterator[Finding]:
        if declaration.name.startswith("--"):
            return
        name = unprefixed(declaration.name)
        if subject.pseudo and subject.pseudo not in HOLDING and not _brings(name):
            return
        if subject.role == "around" and name in INHERITED and not subject.pseudo and not self.inline:
            elements = [each for each in elements if self._is_inherited(declaration, name, each)]
            if not elements:
                return
        if subject.role == "around" and subject.pseudo in HOLDING - {"first-line"}:
            return
        if not known(name):
            yield Finding(
                "css.unjudged",
                f"nobody knows what “{rule.text} {{ {declaration.text} }}” does ({_WHOM[subject.role]})",
                declaration.place,
                HINTS["css.unjudged"],
            )
            return
        values = self._values(declaration, elements)
        if not values:
            yield Finding(
                "css.variable",
                f"“{rule.text} {{ {declaration.text} }}” refers to a custom property that is not defined, or to itself",
                declaration.place,
                "define the custom property in theme.toml or in :root",
            )
        for value in values:
            for longhand, tokens in expanded(name, value):
                verdict = judge(longhand, tokens, subject) or self._in_pseudo(longhand, tokens, subject)
                if verdict is None and self.target == "epub":
                    verdict = out_of_flow(longhand, tokens, subject)
                elif verdict is None and _reorders(longhand, tokens):
                    verdict = Verdict(UNJUDGED, "changes the order in which its parts are shown")
                if verdict is not None:
                    if self.target == "pdf" and longhand in _SEEN_IN_THE_PDF and not subject.pseudo:
                        verdict = Verdict(UNJUDGED, verdict.does)
                    yield finding(verdict, declaration, rule.text, _WHOM[subject.role])

    def _in_pseudo(self, name: str, value: list[Token], subject: Subject) -> Verdict | None:
        """::first-letter, ::first-line and ::marker must not shrink: they hold the block's own letters."""
        if subject.pseudo in HOLDING and subject.role != "around" and name in ("font-size", "font") and value:
            sized = [found for token in value if (found := length(token, subject.em, subject.em)) is not None]
            tiny = words(value) & {"xx-small", "x-small", "smaller"} or (sized and sized[0] < max(8, 0.8 * subject.em))
            if tiny:
                return Verdict("css.shrinks", "shrinks its first letters or marks")
        return None

    def _is_inherited(self, declaration: Declaration, name: str, holder: Element) -> bool:
        """Whether some text of the block takes the property from this declaration in some environment."""
        for env in self.cascade.environments:
            for element in self.stage.with_text:
                for each in (element, *reversed(element.ancestors)):
                    won = self.cascade.winners(each, env).get(declaration.name)
                    if won is not None:
                        if won is declaration:
                            return True
                        break
        return not any(
            declaration is self.cascade.winners(holder, env).get(declaration.name) for env in self.cascade.environments
        ) and any(not selector.certain for selector in self._selectors_of(declaration))

    def _selectors_of(self, declaration: Declaration) -> tuple[Selector, ...]:
        return next((rule.selectors for rule in self.cascade.rules if declaration in rule.declarations), ())

    def _values(self, declaration: Declaration, elements: list[Element]) -> list[list[Token]]:
        """The values that a declaration can have, with every custom property replaced."""
        if (plain := plain_value(declaration)) is not None:
            return [list(plain)] if plain else []
        distinct: dict[str, list[Token]] = {}
        for element in elements[:20]:
            for env in self.cascade.environments:
                value = self.cascade.value(declaration, element, env)
                if value:
                    distinct.setdefault(" ".join(token.serialize() for token in value), value)
            if not any(token.type == "function" for token in declaration.value):
                break
        return list(distinct.values())

    def displaced(self, own: Collection[Declaration]) -> Iterator[Finding]:
        """What takes the block's words out of an EPUB's ordinary flow in sum."""
        for verdict, declaration, element in displaced(self.stage, self.cascade, own):
            selector = next((rule.text for rule in self.cascade.rules if declaration in rule.declarations), "style")
            yield finding(verdict, declaration, selector, f"“{start(element)}”")

    def boxes(self, rules: list[Rule], own: frozenset[int]) -> Iterator[Finding]:
        """What lies over the block or cuts it: several declarations together, wherever they stand."""
        yield from self._judged(self._all_boxes(rules), own)
        if self.target == "epub":
            for group in self._under_conditions(rules):
                yield from self._judged(group, own)

    def _under_conditions(self, rules: list[Rule]) -> Iterator[list[Box]]:
        """The boxes that conditional rules reach, once for each way of reading: one condition may undo another."""
        hits = [(rule, list(self._hits(rule))) for rule in rules]
        changed = {(id(element), pseudo) for rule, keys in hits if rule.conditions for element, pseudo in keys}
        hits = [(rule, [key for key in keys if (id(key[0]), key[1]) in changed]) for rule, keys in hits]
        hits = [(rule, keys) for rule, keys in hits if keys]
        seen: set[tuple[bool, ...]] = set()
        for env in environments(rule.conditions for rule, _ in hits):
            taking_part = tuple(applies(rule.conditions, env) for rule, _ in hits)
            if taking_part not in seen:
                seen.add(taking_part)
                yield self._boxes_of([hit for hit, part in zip(hits, taking_part, strict=True) if part])

    def _judged(self, boxes: list[Box], own: frozenset[int]) -> Iterator[Finding]:
        covered = 0.0
        for box in boxes:
            role = self.stage.role(box.element) if box.element in self.stage.chain_set else None
            if role is None:
                verdict = covers_from_elsewhere(box, self.stage, self.target)
                covered += area(box) if self.target == "epub" else 0.0
                if verdict is None and covered > MOST_AREA and area(box):
                    verdict = over_all(box)
            elif box.pseudo:
                verdict = covers(box, role, self.target)
            else:
                verdict = clips(box, role, self.target)
            if verdict is not None:
                culprit = next(
                    (
                        box.origin[name]
                        for name in verdict.names
                        if name in box.origin and id(box.origin[name][0]) in own
                    ),
                    None,
                )
                if culprit is not None:
                    whom = "it lies over the safety block" if role is None or box.pseudo else _WHOM[role]
                    yield finding(verdict.verdict, culprit[0], culprit[1].text, whom)

    def _all_boxes(self, rules: list[Rule]) -> list[Box]:
        return self._boxes_of([(rule, list(self._hits(rule))) for rule in rules])

    def _hits(self, rule: Rule) -> Iterator[tuple[Element, str]]:
        """The elements that a rule reaches, each with its pseudo-element or none."""
        for selector in rule.selectors:
            for element in self.stage.reached(selector):
                yield element, selector.pseudo

    def _boxes_of(self, hits: list[tuple[Rule, list[tuple[Element, str]]]]) -> list[Box]:
        reached: dict[tuple[int, str], tuple[Element, dict[int, Rule]]] = {}
        for rule, keys in hits:
            for element, pseudo in keys:
                reached.setdefault((id(element), pseudo), (element, {}))[1][id(rule)] = rule
        return [self._box(element, pseudo, rules) for (_, pseudo), (element, rules) in reached.items()]

    def _box(self, element: Element, pseudo: str, rules: Mapping[int, Rule]) -> Box:
        """What rules declare on an element; for all elements of a kind that they reach it is the same."""
        key = (self.cascade.kind(element), *rules)
        like = self.filled.get(key)
        if like is None:
            like = self.filled[key] = Box(element, pseudo)
            for rule in rules.values():
                for declaration in rule.declarations:
                    self._put(like, declaration, rule)
        return Box(element, pseudo, like.values, like.origin)

    def _put(self, box: Box, declaration: Declaration, rule: Rule) -> None:
        longhands = _plain_longhands(declaration)
        if longhands is None:
            value = self.cascade.value(declaration, box.element, DAY)
            longhands = tuple(expanded(unprefixed(declaration.name), value))
        for longhand, tokens in longhands:
            box.put(longhand, tokens, declaration, rule)


def _reorders(name: str, value: list[Token]) -> bool:
    """Whether a declaration may show parts in another order than they are written in."""
    return name in ("order", "box-ordinal-group", "flex-order") or any(
        word.endswith("-reverse") for word in (words(value) if name in ("flex-direction", "flex-flow") else ())
    )


def _brings(name: str) -> bool:
    return name in _BRINGING or name.startswith("margin")


@lru_cache(maxsize=2_000)
def _plain_longhands(declaration: Declaration) -> tuple[tuple[str, list[Token]], ...] | None:
    """A declaration as its longhands when it is the same for all elements; no one changes the values."""
    value = plain_value(declaration)
    return None if value is None else tuple(expanded(unprefixed(declaration.name), list(value)))


_SIDES = ("top", "right", "bottom", "left")
_LOGICAL = {"block-start": "top", "inline-end": "right", "block-end": "bottom", "inline-start": "left"}


def expanded(name: str, value: list[Token]) -> Iterator[tuple[str, list[Token]]]:
    """A declaration as its longhands, where they are judged by side; logical sides as in left-to-right text."""
    if name in ("margin", "inset", "padding"):
        prefix = "" if name == "inset" else f"{name}-"
        if name == "padding":
            yield name, value
            return
        for side, token in zip(_SIDES, four_sides(value), strict=False):
            yield prefix + side, [token]
        return
    for kind in ("margin", "inset"):
        prefix = "" if kind == "inset" else "margin-"
        if name in (f"{kind}-block", f"{kind}-inline"):
            first, second = ("top", "bottom") if name.endswith("block") else ("left", "right")
            if value:
                yield prefix + first, value[:1]
                yield prefix + second, value[-1:]
            return
        for logical, side in _LOGICAL.items():
            if name == f"{kind}-{logical}":
                yield prefix + side, value
                return
    yield name, value
