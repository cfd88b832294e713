"""A leaflet of the catalogue as one plain Markdown file for pandoc and the plain script: the same words, their dialect.

Directives become fenced divs; the safety text, the glossary's entry and the reference are put in where publish puts
them. What pandoc has no word for is left out to its advantage: codes to scan, claims, and all that publish proves.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import yaml

_DIV = re.compile(r":::\{(\w+)\} ?(.*)")


def write(project: Path, name: str, folder: Path) -> Path:
    """`folder`/`name`.md and the leaflet's pictures beside it; the file's path."""
    source = project / "source"
    leaflet = source / "leaflets" / name
    head, body = _halves(leaflet / "leaflet.md")
    safety, parts = _halves(source / "safety" / f"{head['safety']}.md")
    glossary = tomllib.loads((source / "glossary.toml").read_text("utf-8"))["active-substance"]
    works = tomllib.loads((source / "references.toml").read_text("utf-8"))
    language = str(head["language"]).split("-")[0]
    body, notes = _notes_apart(body)
    body = _divs(body, glossary.get(language, glossary), level=1)
    body = re.sub(r"\[@([\w-]+)\]", "^1^", body)
    cited = works[f"{head['product']}-study"]["text"]
    front = {"title": head["title"], "subtitle": head["subtitle"], "lang": head["language"]}
    text = (
        f"---\n{yaml.safe_dump(front, allow_unicode=True)}---\n\n::::: main\n\n{body}\n\n"
        f"# References\n\n1. {cited}\n\n:::::\n\n"
        f"::::: safety\n\n# {safety['title']}\n\n{_divs(parts, {}, level=2)}\n\n:::::\n\n{notes}\n"
    )
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(leaflet / "images", folder / "images", dirs_exist_ok=True)
    file = folder / f"{name}.md"
    file.write_text(text, "utf-8")
    return file


def _halves(file: Path) -> tuple[dict[str, object], str]:
    _, head, body = file.read_text("utf-8").split("---\n", 2)
    return yaml.safe_load(head), body


def _notes_apart(body: str) -> tuple[str, str]:
    notes = "\n".join(re.findall(r"^\[\^.*$", body, re.MULTILINE))
    return re.sub(r"^\[\^.*\]: .*$", "", body, flags=re.MULTILINE), notes


def _divs(text: str, glossary: dict[str, str], level: int) -> str:
    """Directives as fenced divs, claims and terms as their words, headings `level` - 1 deeper."""
    out: list[str] = []
    options: dict[str, str] = {}
    open_: tuple[str, str] | None = None
    for line in text.split("\n"):
        found = _DIV.fullmatch(line)
        option = re.fullmatch(r":([\w-]+): (.*)", line)
        if found:
            open_, options = (found[1], found[2]), {}
            out += _opened(*open_, glossary)
        elif open_ and option:
            options[option[1]] = option[2]
        elif open_ and line == ":::":
            out += [*_closed(open_[0], options), ":::", ""]
            open_ = None
        elif open_ and open_[0] == "figure":
            out += [f"![{line}]({open_[1]}){{alt={_quoted(options['alt'])}}}", ""] if line else []
        else:
            out.append(_plain(line, level))
    return "\n".join(out)


def _opened(kind: str, argument: str, glossary: dict[str, str]) -> list[str]:
    lines = ["", f"::: {kind}", ""]
    if kind == "glossary":
        return [*lines, f"## {argument}", "", glossary["term"], f": {glossary['definition']}", ""]
    if argument and kind in ("callout", "story", "resources"):
        return [*lines, f"## {argument}", ""]
    return lines


def _closed(kind: str, options: dict[str, str]) -> list[str]:
    return ["", f"[{options['label']}]({options['url']})", ""] if kind == "story" else [""]


def _plain(line: str, level: int) -> str:
    line = re.sub(r"\[([^\]]*)\]\{(?:claim|term)[^}]*\}", r"\1", line)
    if line.startswith("#"):
        return "#" * (level - 1) + line
    if re.fullmatch(r"\|[:\-|]+\|", line):  # pandoc takes the widths of columns from the dashes
        return line.replace(":--", ":----").replace("--:", "----:")
    return line


def _quoted(value: str) -> str:
    return '"' + value.replace('"', "”") + '"'
