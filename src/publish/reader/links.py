"""Which addresses a leaflet may hold: http(s), mailto, tel, and anchors inside itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from publish.model import Citation, Inline, Link, NoteMark, Term, inlines_within

_LONGEST = 2_000  # characters; longer ones fail in browsers and make no QR code
SCHEMES = ("http", "https", "mailto", "tel")
# RFC 3986 reserved characters and “%” stay; everything else outside ASCII letters and digits is percent-encoded.
_KEPT = "!#$%&'()*+,/:;=?@[]~-._"


def fault(target: str) -> str:
    """Why an address may not stand in a leaflet; "" when it may."""
    if len(target) > _LONGEST:
        return f"is longer than {_LONGEST:,} characters"
    if target.startswith("#"):
        return "" if re.fullmatch(r"#[A-Za-z][\w.-]*", target) else "is no anchor"
    if re.search(r"[\x00-\x20\x7f\\]", target.strip()):
        return "holds spaces, control characters or a backslash"
    scheme, colon, rest = target.partition(":")
    if not colon or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        return "has no scheme such as https:"
    if scheme.lower() not in SCHEMES:
        return f"has the scheme “{scheme}:”"
    if scheme.lower() in ("http", "https"):
        return _web_fault(target)
    pattern = r"[^@\s/]+@[^@\s/]+\.[^@\s/]+" if scheme.lower() == "mailto" else r"\+?[0-9()./-]{3,30}"
    return "" if re.fullmatch(pattern, rest) else f"is no {scheme.lower()} address"


def _web_fault(target: str) -> str:
    try:
        parts = urlsplit(target)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return "is no web address"
    if not re.fullmatch(r"[^\s/@]+\.[^\s/@.]{2,}\.?", host):
        return "names no host such as www.example.org"
    return "holds a user name, which misleads readers about the host" if parts.username is not None else ""


def leading(inlines: Iterable[Inline]) -> str:
    """What among inlines leads somewhere by itself, in words; "" if nothing does."""
    kinds = {Link: "a link", Term: "a glossary term", Citation: "a citation", NoteMark: "the mark of a note"}
    return next((kinds[type(inner)] for inner in inlines_within(inlines) if type(inner) in kinds), "")


def encoded(target: str) -> str:
    """An address with all characters outside RFC 3986 percent-encoded; escapes that are there stay."""
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quote(target, safe=_KEPT))


def host(target: str) -> str:
    """The host of a web address as people say it, without `www.`."""
    return (urlsplit(target).hostname or target).removeprefix("www.")
