"""What the file says of itself, and its bytes: properties, then a zip that is the same each time."""

from __future__ import annotations

import zipfile
from datetime import datetime, time
from io import BytesIO
from typing import Any, cast

from docx.document import Document as Package
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.opc.pkgwriter import PackageWriter
from lxml import etree

from publish.formats._packing import put
from publish.model import Document

_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_FIRST = ("[Content_Types].xml", "_rels/.rels")


def describe(package: Package, document: Document, changed_from: str = "") -> None:
    """Core properties, and custom properties by which a returned copy is known: build id, source hash, versions."""
    meta, core = document.meta, package.core_properties
    core.title, core.subject, core.author = meta.title[:255], meta.subtitle[:255], document.product.company[:255]
    core.last_modified_by = document.product.company[:255]
    core.identifier, core.language, core.content_status = meta.job_code[:255], meta.language, meta.status
    core.version, core.revision = meta.version[:255], 1
    core.created = core.modified = datetime.combine(meta.prepared, time())
    values = {
        "build-id": document.source_sha256[:16],
        "publish-source": document.source_sha256,
        "publish-leaflet": document.name,
        "status": meta.status,
        "version": meta.version,
        "label-version": document.safety.label_version,
    }
    if changed_from:
        values["publish-redline-from"] = changed_from
    root = etree.Element(f"{{{_CUSTOM}}}Properties", nsmap={"op": _CUSTOM, "vt": _TYPES})
    for number, (name, value) in enumerate(values.items(), 2):
        entry = etree.SubElement(root, f"{{{_CUSTOM}}}property", fmtid=_FORMAT_ID, pid=str(number), name=name)
        etree.SubElement(entry, f"{{{_TYPES}}}lpwstr").text = value
    blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    opc = package.part.package
    for key in [key for key, relation in opc.rels.items() if relation.reltype == _RELATION]:
        del opc.rels[key]
    opc.relate_to(Part(PackURI("/docProps/custom.xml"), _CONTENT_TYPE, blob, opc), _RELATION)


def to_bytes(package: Package) -> bytes:
    """The finished file: content types and package relations first, then all parts by name, with one fixed time."""
    parts, made = _Parts(), BytesIO()
    parts.take(package)
    with zipfile.ZipFile(made, "w") as archive:
        for name in (*_FIRST, *sorted(parts.blobs.keys() - set(_FIRST))):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            put(archive, entry, parts.blobs[name], 6)
    return made.getvalue()


class _Parts:
    """What python-docx takes for a ZIP file: it packs nothing, so that each part is packed once, in our order."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    def write(self, name: PackURI, blob: bytes) -> None:
        """Take a part."""
        self.blobs[name.membername] = blob

    def take(self, package: Package) -> None:
        """Take all parts of a package: what `package.save` does, without the file."""
        opc, writer = package.part.package, cast(Any, PackageWriter)
        parts = opc.parts
        for part in parts:
            part.before_marshal()
        writer._write_content_types_stream(self, parts)
        writer._write_pkg_rels(self, opc.rels)
        writer._write_parts(self, parts)
