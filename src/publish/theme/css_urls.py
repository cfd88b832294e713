"""Addresses in a style sheet: only files inside the theme, and pictures written into the sheet itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol
from urllib.parse import unquote

from publish.diagnostics import Finding, Place
from publish.theme.css_values import Token, contents, within

_INLINE_PICTURE = re.compile(r"(?i)data:image/(png|jpeg|gif|webp|svg\+xml)[;,]")
_ACTIVE = re.compile(
    r"(?i)<\s*script|<\s*foreignobject|\bon[a-z]+\s*=|javascript:|<!entity|(href|src)\s*=\s*.?\s*(https?:|//|file:)"
)
_TAKING = frozenset({"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade"})


class _Placed(Protocol):
    @property
    def place(self) -> Place: ...


def outside(value: Iterable[Token], at: _Placed) -> Iterator[Finding]:
    """A finding for each address in a value that is not a file of the theme, and for each expression that runs."""
    for address in addresses(value):
        why = strange(address)
        if why:
            yield Finding(
                "css.outside",
                f"the address “{address[:60]}” {why}",
                at.place,
                "put the file into the theme's folder and name it by a relative path without `..`",
            )
    if any(token.type == "function" and token.lower_name in ("expression", "attr-url") for token in within(value)):
        yield Finding("css.outside", "the style sheet runs a program", at.place, "take expression() out")


def addresses(value: Iterable[Token]) -> Iterator[str]:
    """Every address in a value, in url() and in the strings of functions that load something."""
    for token in within(value):
        if token.type == "url":
            yield token.value
        elif token.type == "function" and token.lower_name in _TAKING:
            yield from (each.value for each in contents(token) or [] if each.type == "string")
        elif token.type == "bad-url" or (token.type == "error" and token.kind == "bad-url"):
            yield "a broken url()"


def strange(address: str) -> str:
    """Why an address may not be used, "" if it may."""
    plain = unquote(unquote(address)).strip().replace("\\", "/")
    if _INLINE_PICTURE.match(plain):
        return "holds a script or loads something else" if _ACTIVE.search(plain) else ""
    if re.match(r"(?i)[a-z][a-z0-9+.-]*:", plain):
        return "leads out of the theme"
    if plain.startswith("/"):
        return "leads out of the theme"
    if ".." in plain.split("?")[0].split("#")[0].split("/"):
        return "climbs out of its folder"
    if any(ord(character) < 32 for character in plain):
        return "holds control characters"
    return ""
