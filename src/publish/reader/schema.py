"""The shape of the front matter of leaflets and safety files: types, limits, and every fault in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from publish.diagnostics import did_you_mean
from publish.model import CodeKind, Corner


def _date(value: Any) -> date:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"“{value}” is no day of the calendar; write a date such as 2026-11-22") from None
    raise ValueError("must be a date written as 2026-11-22")


def _language(value: Any) -> str:
    """A BCP 47 tag (RFC 5646, section 2.1), with the customary capitals."""
    pattern = r"([A-Za-z]{2,3})(-[A-Za-z]{4})?(-(?:[A-Za-z]{2}|[0-9]{3}))?((?:-[A-Za-z0-9]{5,8})*)"
    found = re.fullmatch(pattern, value) if isinstance(value, str) else None
    if not found:
        raise ValueError("must be a language tag such as en-US, de or fr-CH")
    language, script, region, rest = (part or "" for part in found.groups())
    return language.lower() + script.title() + region.upper() + rest.lower()


def _named(pattern: str, example: str) -> BeforeValidator:
    def check(value: Any) -> str:
        if isinstance(value, str) and len(value) <= 80 and re.fullmatch(pattern, value):
            return value
        raise ValueError(f"must be a plain name such as {example}, without path, dots in a row or spaces")

    return BeforeValidator(check)


def _one_line(value: str) -> str:
    if re.search(r"[\t\n]", value):
        raise ValueError("must be plain text on one line, without tabs")
    return value


_FILE_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.))*"
Name = Annotated[str, _named(_FILE_NAME, "“kineret”")]
Lower = Annotated[str, _named(r"[a-z][a-z0-9-]*", "“us”")]
Day = Annotated[date, BeforeValidator(_date)]
Language = Annotated[str, BeforeValidator(_language)]
OneLine = AfterValidator(_one_line)
Title = Annotated[str, Field(min_length=1, max_length=300), OneLine]
Short = Annotated[str, Field(min_length=1, max_length=100), OneLine]
State = Literal["draft", "in-review", "approved"]


def _kebab(name: str) -> str:
    return name.replace("_", "-")


class Shape(BaseModel):
    """A mapping whose unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", alias_generator=_kebab, str_strip_whitespace=True)


class WaiverShape(Shape):
    code: Short
    reason: Title
    by: Short


class EditionShape(Shape):
    version: Short
    date: Day
    author: Short
    change: Annotated[str, Field(min_length=1, max_length=500), OneLine]


def _measure(least: float, most: float, unit: str) -> BeforeValidator:
    """A number written in YAML, between two bounds; all scalars of the front matter come as text."""

    def check(value: Any) -> float:
        if isinstance(value, str) and re.fullmatch(r"\d{1,5}(\.\d{1,4})?", value) and least <= float(value) <= most:
            return float(value)
        raise ValueError(f"must be a number from {least:g} to {most:g}{unit and f' ({unit})'}, such as {least + 1:g}")

    return BeforeValidator(check)


def _count(least: int, most: int) -> BeforeValidator:
    def check(value: Any) -> int:
        if isinstance(value, str) and re.fullmatch(r"\d{1,4}", value) and least <= int(value) <= most:
            return int(value)
        raise ValueError(f"must be a whole number from {least} to {most}")

    return BeforeValidator(check)


class PressCodeShape(Shape):
    kind: CodeKind
    value: Short
    panel: Annotated[int | None, _count(1, 40)] = None
    corner: Corner = "bottom-right"
    module: Annotated[float | None, _measure(0.1, 5, "mm")] = None


class PressShape(Shape):
    fold: Annotated[str, Field(max_length=40), OneLine] = ""
    stock: Annotated[str, Field(max_length=40), OneLine] = ""
    panels: Annotated[int | None, _count(1, 20)] = None
    widths: Annotated[tuple[Annotated[float, _measure(10, 2000, "mm")], ...], Field(max_length=20)] = ()
    profile: Lower = "gwg-2022-leaflet"
    bleed: Annotated[float | None, _measure(0, 20, "mm")] = None
    codes: Annotated[tuple[PressCodeShape, ...], Field(max_length=12)] = ()


class LeafletShape(Shape):
    title: Title
    product: Name
    safety: Name
    market: Lower
    audience: Literal["patient", "professional"]
    language: Language
    status: State
    version: Short
    job_code: Short
    prepared: Day
    subtitle: Annotated[str, Field(max_length=300), OneLine] = ""
    theme: Name = "base"
    expires: Day | None = None
    waivers: Annotated[tuple[WaiverShape, ...], Field(max_length=100)] = ()
    history: Annotated[tuple[EditionShape, ...], Field(max_length=200)] = ()
    press: PressShape | None = None


class SafetyShape(Shape):
    title: Title
    product: Name
    market: Lower
    audience: Literal["patient", "professional"]
    language: Language
    profile: Lower
    label_version: Short
    status: State
    approved_by: Short | None = None
    approved_on: Day | None = None
    valid_until: Day | None = None
    text_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not fit, in words, and the path of the key that it concerns."""

    kind: Literal["unknown", "missing", "value"]
    path: tuple[str | int, ...]
    message: str
    hint: str


S = TypeVar("S", bound=Shape)


def checked(shape: type[S], data: Any) -> S | list[Fault]:
    """The data in its shape, or every fault of it."""
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        return list(_faults(shape, error.errors(include_url=False, include_input=True)))


def keys_of(shape: type[Shape]) -> tuple[str, ...]:
    """The keys that a shape knows, as they are written."""
    return tuple(field.alias or name for name, field in shape.model_fields.items())


def _faults(shape: type[Shape], errors: Sequence[Any]) -> Iterator[Fault]:
    missing = [str(error["loc"][-1]) for error in errors if error["type"] == "missing" and len(error["loc"]) == 1]
    if missing:
        keys = ", ".join(f"“{key}”" for key in missing)
        one = len(missing) == 1
        yield Fault(
            "missing",
            (),
            f"the {'key' if one else 'keys'} {keys} {'is' if one else 'are'} missing",
            f"add the {'line' if one else 'lines'} " + ", ".join(f"`{key}: …`" for key in missing),
        )
    for error in errors:
        path = tuple(part for part in error["loc"] if part != "[key]")
        key = str(path[-1]) if path else ""
        if error["type"] == "missing":
            if len(path) > 1:
                yield Fault("missing", path[:-1], f"the key “{key}” is missing here", f"add `{key}: …`")
        elif error["type"] == "extra_forbidden":
            known = keys_of(_innermost(shape, path))
            yield Fault("unknown", path, f"there is no key “{key}”", did_you_mean(key, known))
        else:
            named = ".".join(str(part) for part in path)
            yield Fault("value", path, f"“{named}” {_reason(error)}", "correct the value")


_TABLES: Mapping[str, type[Shape]] = {
    "waivers": WaiverShape, "history": EditionShape, "press": PressShape, "codes": PressCodeShape,
}  # fmt: skip


def _innermost(shape: type[Shape], path: Sequence[str | int]) -> type[Shape]:
    """The shape of the mapping that holds the last key of a path."""
    return next((_TABLES[part] for part in reversed(path[:-1]) if isinstance(part, str) and part in _TABLES), shape)


def _reason(error: Any) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "value_error":
            return str(context.get("error", "does not fit"))
        case "literal_error":
            choices = context.get("expected", "").replace("'", "").replace(" or ", ", ")
            return f"is “{str(error['input'])[:60]}”; it must be one of {choices}"
        case "string_too_long":
            return f"is too long: at most {context['max_length']} characters"
        case "string_too_short":
            return "is empty"
        case "string_type":
            return "must be plain text on one line"
        case "string_pattern_mismatch":
            return "must be 64 digits 0–9 and letters a–f, as `publish check` prints them"
        case "too_long":
            return f"has too many entries: at most {context.get('max_length')}"
        case "tuple_type" | "list_type":
            return "must be a list: lines that begin with “- ”"
        case "dict_type" | "model_type" | "model_attributes_type":
            return "must be a mapping: `key: value` lines, indented"
        case _:
            return str(error["msg"]).lower()
