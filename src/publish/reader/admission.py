"""The admission of bytes to text: UTF-8 only, and no character that a reader cannot see but a program obeys.

Hidden characters can reorder, cut or alter what is read (Unicode Technical Report 36 and Technical Standard 39), so
they are told with line, column and code point, and never quietly removed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self


class NotText(Exception):
    """Bytes that are no UTF-8. `line` and `byte` (the offset in the file) count from 1."""

    def __init__(self, line: int, byte: int, value: int) -> None:
        super().__init__(f"line {line}, byte {byte}")
        self.line, self.byte, self.value = line, byte, value


@dataclass(frozen=True, slots=True)
class Fault:
    """A character that may not stand in the text; line and column count from 1."""

    code: str
    message: str
    hint: str
    line: int
    column: int


# Scripts whose spelling needs joiners, and those that need direction marks as well.
_JOINERS = frozenset("\u200c\u200d")
_MARKS = frozenset("\u200e\u200f")
_JOINING = frozenset("as bn fa gu hi kn ml mr ne or pa ps sa sd si ta te ug ur ckb ar dv he yi".split())
_RIGHT_TO_LEFT = frozenset("ar ckb dv fa he ps sd ug ur yi".split())

_SCRIPTS = {
    "ar": "ARABIC", "ckb": "ARABIC", "fa": "ARABIC", "ps": "ARABIC", "sd": "ARABIC", "ug": "ARABIC", "ur": "ARABIC",
    "be": "CYRILLIC", "bg": "CYRILLIC", "kk": "CYRILLIC", "ky": "CYRILLIC", "mk": "CYRILLIC", "mn": "CYRILLIC",
    "ru": "CYRILLIC", "sr": "CYRILLIC", "tg": "CYRILLIC", "uk": "CYRILLIC", "el": "GREEK", "he": "HEBREW",
    "yi": "HEBREW", "hy": "ARMENIAN", "ka": "GEORGIAN", "hi": "DEVANAGARI", "mr": "DEVANAGARI", "ne": "DEVANAGARI",
    "bn": "BENGALI", "as": "BENGALI", "gu": "GUJARATI", "kn": "KANNADA", "ml": "MALAYALAM", "or": "ORIYA",
    "pa": "GURMUKHI", "si": "SINHALA", "ta": "TAMIL", "te": "TELUGU", "th": "THAI", "lo": "LAO", "km": "KHMER",
    "my": "MYANMAR", "am": "ETHIOPIC", "dv": "THAANA", "ko": "HANGUL", "ja": "CJK", "zh": "CJK",
}  # fmt: skip
_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"})
_MICRO_UNIT = re.compile(r"μ(?:g|l|L|m|M|mol|kat|s|Sv|Gy|V|A|W)")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a text may hold: its language's primary subtag, and whether it is safety text, where nothing is excused."""

    language: str = "en"
    safety: bool = False

    @classmethod
    def sniffed(cls, text: str, *, safety: bool = False) -> Self:
        """The rules for a file by its own `language:` line."""
        found = re.search(r"^language:[ \t]*[\"']?([A-Za-z]{2,3})\b", text[:20_000], re.MULTILINE)
        return cls(found[1].lower() if found else "en", safety)

    def allowed(self) -> frozenset[str]:
        """The otherwise hidden characters that this text may hold."""
        if self.safety:
            return frozenset()
        joiners = _JOINERS if self.language in _JOINING else frozenset()
        return joiners | (_MARKS if self.language in _RIGHT_TO_LEFT else frozenset())


def decoded(data: bytes) -> str:
    """UTF-8 bytes as text with LF line ends; a byte order mark at the start is dropped. Raises NotText."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        raise NotText(before.count(b"\n") + 1, error.start + 1, data[error.start]) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


_HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0"  # soft hyphen, fillers, blanks
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # zero width, line separators, bidi controls
    "\u1680\u2000\u2001\u2004-\u2006\u2008\u200a\u205f"  # spaces too thin or too odd to be meant
    "\u0334-\u0338\u20d0-\u20ff"  # strokes and enclosures laid over the letter before
    "\ufe00-\ufe0f\ufff0-\uffff\U000e0000-\U000e0fff"  # variation selectors, specials, tags
    "\ue000-\uf8ff\U000f0000-\U0010ffff"  # private use
    "\U0001fffe\U0001ffff\ud800-\udfff"
    "]"
)
_WORD = re.compile(r"[^\W\d_]+")
_STACKED = 3  # marks on one letter; no living language needs more
_HIGH = re.compile(rf"[^\x00-\u02ff]{{{_STACKED + 1},}}")  # no mark that is laid over a letter stands below


def faults(text: str, rules: Rules) -> Iterator[Fault]:
    """Every character that may not stand in the text, in order."""
    allowed = rules.allowed()
    for found in _HIDDEN.finditer(text):
        if found[0] not in allowed:
            yield _hidden_fault(text, found.start())
    for start in _stacks(text):
        line, column = _where(text, start)
        yield Fault(
            "source.hidden-character",
            f"more than {_STACKED} marks are stacked on one letter",
            "write the letter with its own accent only",
            line,
            column,
        )
    yield from _foreign_words(text, rules)


def replaced(text: str, rules: Rules) -> str:
    """The text with U+FFFD for each hidden character, so that lines and columns stay as they are."""
    allowed = rules.allowed()
    return _HIDDEN.sub(lambda found: found[0] if found[0] in allowed else "\ufffd", text)


def hidden_in(value: str, rules: Rules) -> str:
    """The first hidden character of a value that came out of an escape or entity; "" if there is none."""
    allowed = rules.allowed()
    return next((found[0] for found in _HIDDEN.finditer(value) if found[0] not in allowed), "")


def named(char: str) -> str:
    """A character as a message names it: `U+200B ZERO WIDTH SPACE`."""
    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()


def _hidden_fault(text: str, start: int) -> Fault:
    line, column = _where(text, start)
    if text[start] == "\ufffd":
        message = "the character U+FFFD stands where another was lost when the text was converted"
        return Fault("source.hidden-character", message, "look up the lost character and type it", line, column)
    return Fault(
        "source.hidden-character",
        f"the character {named(text[start])} is not allowed: it cannot be seen, but changes what is read or found",
        "delete it; it often comes along with pasted text, so type the words on both sides of it anew",
        line,
        column,
    )


def _where(text: str, start: int) -> tuple[int, int]:
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def _stacks(text: str) -> Iterator[int]:
    if text.isascii():
        return
    for high in _HIGH.finditer(text):
        run = 0
        for index, char in enumerate(high[0], high.start()):
            run = run + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
            if run == _STACKED + 1:
                yield index


def script(char: str) -> str:
    """The script of a letter, from the first word of its Unicode name; "" for letters common to several."""
    if char.isascii():
        return "LATIN" if char.isalpha() else ""
    if char in "\u00b5\u2126\u212b\u00aa\u00ba\u02bc":  # micro, ohm, angstrom signs; ordinals; letter apostrophe
        return ""
    name = unicodedata.name(char, "UNKNOWN").split()[0]
    return "CJK" if name in _EAST_ASIAN else name


def _foreign_words(text: str, rules: Rules) -> Iterator[Fault]:
    """Words that mix scripts (a Cyrillic о in a Latin word), and in safety text whole words of a foreign script."""
    if text.isascii():
        return
    home = _SCRIPTS.get(rules.language, "LATIN")
    for found in _WORD.finditer(text):
        word = found[0]
        if word.isascii():
            continue
        scripts = {script(char) for char in word} - {""}
        if len(scripts) > 1:
            if _MICRO_UNIT.fullmatch(word) or (home == "CJK" and "CJK" in scripts):
                continue
        elif not rules.safety or scripts <= {home, "LATIN"} or (scripts == {"GREEK"} and len(word) == 1):
            continue
        line, column = _where(text, found.start())
        odd = next(char for char in word if script(char) not in ("", "LATIN" if len(scripts) > 1 else home))
        yield Fault(
            "source.mixed-scripts-safety" if rules.safety else "source.mixed-scripts",
            f"the word “{word}” has letters of another alphabet that look like its own ({named(odd)})",
            "type the word anew on the keyboard of its language; write Greek letters apart, as in “TNF-α”",
            line,
            column,
        )
