"""The theme's fonts inside the Word file, so that reviewers see them on any machine (ECMA-376 Part 1, 17.8.1)."""

from __future__ import annotations

from uuid import UUID

from docx.document import Document as Package
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart

from publish import inputs
from publish.formats._docx_xml import Element, R, parse, q, w
from publish.theme import Face, Theme

_OBFUSCATED = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
_TRUETYPE = (b"\x00\x01\x00\x00", b"true")
_KINDS = {
    (400, False): "embedRegular",
    (700, False): "embedBold",
    (400, True): "embedItalic",
    (700, True): "embedBoldItalic",
}


def embed_fonts(package: Package, theme: Theme) -> None:
    """Embeds regular, bold, italic and bold italic of each family used. Word embeds TrueType outlines only."""
    relation = next(each for each in package.part.rels.values() if each.reltype == RT.FONT_TABLE)
    plain = relation.target_part
    table = XmlPart(plain.partname, plain.content_type, parse(plain.blob), plain.package)  # type: ignore[arg-type]
    relation._target = table
    for family in sorted(set(theme.families.values())):
        entry = w("font", w("charset", val="00"), w("pitch", val="variable"), name=family)
        for kind, face in _faces(theme, family):
            data = inputs.read(face.path)
            if data[:4] in _TRUETYPE:
                entry.append(_embedded(table, kind, data))
        for old in [each for each in table.element if each.get(q("name")) == family]:
            table.element.remove(old)
        table.element.append(entry)


def _faces(theme: Theme, family: str) -> list[tuple[str, Face]]:
    known = {(face.weight, face.italic): face for face in theme.faces if face.family == family}
    return [(kind, known[look]) for look, kind in _KINDS.items() if look in known]


def _embedded(table: XmlPart, kind: str, data: inputs.Contents) -> Element:
    """The font as a part. Its first 32 bytes are exclusive-or'ed with a key that here comes from the font itself."""
    key = UUID(bytes=bytes.fromhex(data.sha256)[:16], version=4)
    hidden = _hidden.of(data, lambda plain: _hide(plain, key))
    name = PackURI(f"/word/fonts/{key.hex[:16]}.odttf")
    existing = [each.target_part for each in table.rels.values() if each.target_part.partname == name]
    part = existing[0] if existing else Part(name, _OBFUSCATED, hidden, table.package)
    made = w(kind)
    made.set(f"{{{R}}}id", table.relate_to(part, RT.FONT))
    made.set(q("fontKey"), f"{{{str(key).upper()}}}")
    return made


_hidden: inputs.ByContent[inputs.Contents] = inputs.ByContent(12)


def _hide(plain: bytes, key: UUID) -> inputs.Contents:
    backwards = key.bytes[::-1]
    head = bytes(byte ^ backwards[index % 16] for index, byte in enumerate(plain[:32]))
    return inputs.Contents(head + plain[32:])
