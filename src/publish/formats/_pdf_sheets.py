"""Style sheets and fonts as WeasyPrint reads them: once a theme, for all leaflets that a process draws in it.

They are kept by what they say, and by the contents of the fonts and sheets that they name; what WeasyPrint logs while
it reads a sheet is said again for each leaflet. A font configuration costs a process memory that is never given back,
so that one a leaflet would not do.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import weasyprint
from weasyprint.css.tokens import Pending
from weasyprint.text.fonts import FontConfiguration

from publish import inputs
from publish.formats._pdf_culprit import Sheet
from publish.formats._pdf_fetch import ThemeFetcher

LOGGERS = ("weasyprint", "fontTools", "PIL")
"""Who says something about a theme or a picture while pages are drawn."""

_MOST_THEMES = 6
_MOST_SHEETS = 40


@dataclass(frozen=True)
class _Read:
    """Sheets as they were read, and what was logged meanwhile. `alone`: they are of one leaflet, and not kept."""

    fonts: FontConfiguration
    sheets: tuple[weasyprint.CSS, ...]
    said: tuple[logging.LogRecord, ...]
    alone: bool
    unsolved: tuple[Pending, ...] = field(default=(), repr=False)

    def used(self) -> _Read:
        """For the next leaflet: what was logged is logged again, and what fails only with its values, too."""
        for value in self.unsolved:
            value._reported_error = False
        for record in self.said:
            logging.getLogger(record.name).handle(record)
        return self

    @property
    def whole(self) -> bool:
        """Whether the fonts are still where they were unpacked: someone may have cleared the temporary files."""
        return self.fonts._folder is None or bool(self.fonts._folder.is_dir())


_themes: inputs.Memory[_Read] = inputs.Memory(_MOST_THEMES)
_sheets: inputs.Memory[_Read] = inputs.Memory(_MOST_SHEETS)
_clearings = 0
"""How often the fonts were gone."""


def of_theme(
    faces: Sheet, own: list[Sheet], fetcher: ThemeFetcher, profiles: dict[str, Any]
) -> tuple[FontConfiguration, tuple[weasyprint.CSS, ...]]:
    """The theme's fonts, and its own sheets read with them. `faces` is CSS that names the fonts."""

    global _clearings
    found = _answer(_themes, (faces, *own), None, fetcher, profiles)
    if not found.whole:
        _clearings += 1
        found = _answer(_themes, (faces, *own), None, fetcher, profiles)
    return found.fonts, found.sheets[1:]


def parsed(sheet: Sheet, fonts: FontConfiguration, fetcher: ThemeFetcher, profiles: dict[str, Any]) -> weasyprint.CSS:
    """One more sheet, which names no fonts that `fonts` does not have."""
    return _answer(_sheets, (sheet,), fonts, fetcher, profiles).sheets[0]


def _answer(
    memory: inputs.Memory[_Read], sheets: tuple[Sheet, ...], fonts: FontConfiguration | None, fetcher: ThemeFetcher,
    profiles: dict[str, Any],
) -> _Read:  # fmt: skip
    fresh: list[_Read] = []

    def read() -> _Read:
        fresh.append(_read(sheets, fonts or FontConfiguration(), fetcher, profiles))
        return fresh[-1]

    key = (type(fetcher), fetcher.roots, _clearings, fonts, *sheets)
    found = memory.answer(key, read, lambda made: not made.alone)
    return found if fresh else found.used()


def _read(
    sheets: tuple[Sheet, ...], fonts: FontConfiguration, fetcher: ThemeFetcher, profiles: dict[str, Any]
) -> _Read:
    named, lent = dict(profiles), fetcher.lent
    with _overheard() as said:
        read = tuple(
            weasyprint.CSS(
                string=sheet.css, base_url=sheet.address, font_config=fonts, url_fetcher=fetcher,
                color_profiles=profiles,
            )
            for sheet in sheets
        )  # fmt: skip
    alone = profiles != named or fetcher.lent != lent
    return _Read(fonts, read, tuple(said), alone, tuple(_unsolved(read)))


def _unsolved(sheets: tuple[weasyprint.CSS, ...]) -> Iterator[Pending]:
    """The values that wait for those of custom properties."""
    for sheet in sheets:
        matcher = sheet.matcher
        by_name = (matcher.id_selectors, matcher.class_selectors, matcher.lower_local_name_selectors)
        lists = [entries for named in (*by_name, matcher.namespace_selectors) for entries in named.values()]
        declared = [entry[-1][0] for entries in (*lists, matcher.lang_attr_selectors, matcher.other_selectors)
                    for entry in entries]  # fmt: skip
        for declarations in (*declared, *(rule[-1] for rule in sheet.page_rules)):
            yield from (value for _, value, _ in declarations if isinstance(value, Pending))


class _Listener(logging.Handler):
    def __init__(self, said: list[logging.LogRecord]) -> None:
        super().__init__(logging.WARNING)
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record)


@contextmanager
def _overheard() -> Iterator[list[logging.LogRecord]]:
    """What is logged meanwhile, which reaches the loggers' handlers as well."""
    said: list[logging.LogRecord] = []
    listener = _Listener(said)
    loggers = [logging.getLogger(name) for name in LOGGERS]
    for logger in loggers:
        logger.addHandler(listener)
    try:
        yield said
    finally:
        for logger in loggers:
            logger.removeHandler(listener)
