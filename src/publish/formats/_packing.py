"""ZIP archives in which the files that many leaflets share, such as a theme's fonts, are packed once.

Kept in the process, and by inputs.kept for the next one. An entry is laid down as zipfile lays it down, so that the
bytes are the same whether it was packed now or kept.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import OrderedDict

from publish import inputs
from publish.inputs import Contents

_MOST = 3_000_000
"""Packed bytes that are kept, all in all."""

_LARGE = 20_000
"""Bytes of a file from which on its packed form is handed to the next process: to pack less takes no time."""
_TOO_LARGE = 4_000_000
"""Bytes from which on it is not: the memory counts entries."""
_SHRUNK = 0.9
"""The part of its size to which a file is packed that the next process gets, too. Photographs are of one leaflet, and
they pack neither small nor slowly."""

_kept: OrderedDict[tuple[str, int], tuple[int, bytes]] = OrderedDict()


def put(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, data: str | bytes, level: int) -> None:
    """Add a deflated entry, as `archive.writestr(entry, data, compresslevel=level)` does."""
    entry.compress_type = zipfile.ZIP_DEFLATED
    if isinstance(data, Contents) and _ALIKE:
        _lay_down(archive, entry, len(data), *_packed(data, level))
    else:
        archive.writestr(entry, data, compresslevel=level)


def _packed(data: Contents, level: int) -> tuple[int, bytes]:
    """Check sum and deflated bytes of a file's contents."""
    key = (data.sha256, level)
    if key in _kept:
        _kept.move_to_end(key)
        return _kept[key]
    made = _kept[key] = (zlib.crc32(data), _deflated(data, level))
    while sum(len(packed) for _, packed in _kept.values()) > _MOST:
        _kept.popitem(last=False)
    return made


def _deflated(data: Contents, level: int) -> bytes:
    def pack(size: int) -> bytes:
        packer = zlib.compressobj(level, zlib.DEFLATED, -15)
        return packer.compress(data[:size]) + packer.flush()

    def unpacks(packed: bytes) -> bool:
        opener = zlib.decompressobj(-15)
        try:
            same = opener.decompress(packed, len(data) + 1) == data
        except zlib.error:
            return False
        return same and opener.eof and not opener.unused_data

    if not _LARGE <= len(data) < _TOO_LARGE or len(pack(_LARGE // 2)) > _SHRUNK * _LARGE // 2:
        return pack(len(data))
    key = f"{data.sha256} {level} {zlib.ZLIB_RUNTIME_VERSION}"
    return inputs.kept("packed", key, lambda: pack(len(data)), unpacks)


def _lay_down(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, size: int, crc: int, packed: bytes) -> None:
    """Add an entry that is packed already: its header, its bytes, and its line in the table of contents."""
    file = archive.fp
    assert file is not None
    entry.flag_bits, entry.file_size, entry.compress_size, entry.CRC = 0, size, len(packed), crc
    file.seek(archive.start_dir)
    entry.header_offset = file.tell()
    file.write(entry.FileHeader(zip64=False))
    file.write(packed)
    archive.start_dir = file.tell()
    archive.filelist.append(entry)
    archive.NameToInfo[entry.filename] = entry
    archive._didModify = True  # type: ignore[attr-defined]


def _alike() -> bool:
    """Whether this Python's zipfile writes what `_lay_down` writes; if not, each entry is packed anew."""
    archives = io.BytesIO(), io.BytesIO()
    data = Contents(b"probe" * 9)
    try:
        for written, lay_down in zip(archives, (True, False), strict=True):
            with zipfile.ZipFile(written, "w") as archive:
                for name in ("mimetype", "größe.txt", "last"):
                    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                    entry.external_attr, entry.create_system = 0o644 << 16, 3
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    if lay_down and name != "mimetype":
                        _lay_down(archive, entry, len(data), *_packed(data, 6))
                    else:
                        archive.writestr(entry, data, compresslevel=6)
    except (AttributeError, TypeError, ValueError, OSError):
        return False
    return archives[0].getvalue() == archives[1].getvalue()


_ALIKE = _alike()
_kept.clear()
