"""Figures: a directive, or an image that stands alone in its paragraph."""

from __future__ import annotations

from markdown_it.token import Token

from publish.diagnostics import Place
from publish.model import Figure, Inline
from publish.reader import inlines, pictures
from publish.reader.scope import Scope


def alone(tokens: list[Token]) -> list[Token]:
    """The image of a paragraph that holds nothing else; empty for any other."""
    children = [child for token in tokens for child in token.children or []]
    shown = [child for child in children if child.type not in ("softbreak", "text") or child.content.strip()]
    return shown if len(shown) == 1 and shown[0].type == "image" else []


def from_image(scope: Scope, token: Token, place: Place) -> Figure | None:
    """`![alt](path "caption")` as a figure."""
    path, caption = str(token.attrs.get("src", "")), str(token.attrs.get("title", ""))
    alt = inlines.alternative(scope, token, place)
    for words in (path, token.content, str(token.meta.get("label", ""))):
        scope.account(place.line or 1, words)
    figure = built(scope, path, alt, inlines.plain(scope, caption, place), place)
    if figure is None:
        scope.account(place.line or 1, caption)
    return figure


def built(scope: Scope, path: str, alt: str, caption: tuple[Inline, ...], place: Place) -> Figure | None:
    """The figure, its picture checked and kept; None, told, when the picture or its words are missing."""
    if not alt.strip():
        scope.tell(
            "source.figure-alt",
            f"the picture “{path}” has no words for those who cannot see it",
            place,
            "say in a sentence what it shows: `:alt: …` or ![…](path)",
        )
    asset = pictures.asset(scope, path, place)
    if asset is None or not alt.strip():
        return None
    scope.assets[asset.name] = asset
    return Figure(scope.next_id(), asset.name, " ".join(alt.split()), caption, place=place)
