"""The names by which each piece of a document is found again in a Word file that comes back.

A leaf block (a model.Passage with an id) is the bookmark `blk_<id>`. What has no id of its own has a bookmark made from
what it belongs to; a figure's alternative text is in the drawing whose name is `alt_<id>`. Word allows 40 letters,
digits and underscores for a bookmark; a longer or odder name is replaced by a hash of it.
"""

from __future__ import annotations

import hashlib
import re

TITLE = "meta_title"
SUBTITLE = "meta_subtitle"
SAFETY_TITLE = "safety_title"


def of_block(id_: str) -> str:
    """The bookmark of a leaf block, a reference or a glossary definition."""
    return _name("blk_", id_)


def of_alt(id_: str) -> str:
    """The name of the drawing whose alternative text is that of the figure `id_`."""
    return _name("alt_", id_)


def of_address(id_: str) -> str:
    """The bookmark of the link below the story `id_`: its words are the label, its target the address."""
    return _name("url_", id_)


def of_title(anchor: str) -> str:
    """The bookmark of the title of a glossary or of resources, by the anchor of the section."""
    return _name("ttl_", anchor)


def of_term(id_: str) -> str:
    """The bookmark of the word that the glossary entry `id_` explains."""
    return _name("trm_", id_)


def _name(prefix: str, id_: str) -> str:
    if len(prefix + id_) <= 40 and re.fullmatch(r"[A-Za-z0-9_]+", id_):
        return prefix + id_
    return prefix + hashlib.sha256(id_.encode()).hexdigest()[:32]
