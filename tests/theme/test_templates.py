"""Each slot stands exactly once, in plain sight, under no condition: by syntax, and by a rendering with a marker."""

from __future__ import annotations

import pytest

from publish.theme.check import check_theme
from publish.theme.templates import check_templates

from .conftest import MakeTheme

HEAD = '<!DOCTYPE html><html lang="en"><head><title>{{ title }}</title></head><body>\n'
TAIL = "\n</body></html>"
SOUND = "{{ safety_html }}{{ body_html }}"


@pytest.mark.parametrize(
    "body",
    [
        SOUND,
        '<div class="panel">{{ safety_html }}</div>\n<main>{{ body_html }}</main>',
        "{% if subtitle %}<p>{{ subtitle }}</p>{% endif %}" + SOUND,
        "{% block page %}{{ body_html }}{% endblock %}{{ safety_html }}",
        "{% macro place() %}{{ safety_html }}{% endmacro %}{{ place() }}{{ body_html }}",
        "{% include 'part.html.j2' %}{{ body_html }}",
        "{% with x = 1 %}{{ safety_html }}{% endwith %}{{ body_html }}",
        "{% for key in ['a', 'b'] %}<i>{{ key }}</i>{% endfor %}" + SOUND,
        "{# {{ safety_html }} #}" + SOUND,
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
        '<path d="M0 0h9v9z"/></svg>' + SOUND,
    ],
)
def test_templates_that_place_each_slot_once_are_sound(make_theme: MakeTheme, body: str) -> None:
    theme = make_theme({"leaflet.html.j2": HEAD + body + TAIL, "part.html.j2": "<div>{{ safety_html }}</div>"})
    assert list(check_theme(theme)) == []


def test_a_template_that_extends_the_base_is_sound(make_theme: MakeTheme) -> None:
    child = '{% extends "base/leaflet.html.j2" %}'
    assert list(check_theme(make_theme({"leaflet.html.j2": child}))) == []


REFUSED = [
    ("the slot is left out", "{{ body_html }}", "theme.slot-missing"),
    ("the text is left out", "{{ safety_html }}", "theme.slot-missing"),
    ("twice", "{{ safety_html }}" + SOUND, "theme.slot-twice"),
    (
        "twice by a macro",
        "{% macro m() %}{{ safety_html }}{% endmacro %}{{ m() }}{{ m() }}{{ body_html }}",
        "theme.slot-twice",
    ),
    (
        "under a condition",
        "{% if meta.status == 'draft' %}{{ safety_html }}{% endif %}{{ body_html }}",
        "theme.slot-conditional",
    ),
    ("under else", "{% if subtitle %}x{% else %}{{ safety_html }}{% endif %}{{ body_html }}", "theme.slot-conditional"),
    ("under elif", "{% if 0 %}{% elif 1 %}{{ safety_html }}{% endif %}{{ body_html }}", "theme.slot-conditional"),
    ("in a conditional expression", "{{ safety_html if subtitle else '' }}{{ body_html }}", "theme.slot-altered"),
    ("in a loop", "{% for i in range(1) %}{{ safety_html }}{% endfor %}{{ body_html }}", "theme.slot-conditional"),
    (
        "in a macro that nobody calls",
        "{% macro m() %}{{ safety_html }}{% endmacro %}{{ body_html }}",
        "theme.slot-missing",
    ),
    (
        "a macro called under a condition",
        "{% macro m() %}{{ safety_html }}{% endmacro %}{% if subtitle %}{{ m() }}{% endif %}{{ body_html }}",
        "theme.slot-conditional",
    ),
    ("replaced in by a filter", "{{ safety_html|replace('a', 'b') }}{{ body_html }}", "theme.slot-altered"),
    ("cut by a filter", "{{ safety_html|truncate(60) }}{{ body_html }}", "theme.slot-altered"),
    ("in upper case", "{{ safety_html|upper }}{{ body_html }}", "theme.slot-altered"),
    (
        "in a filter block",
        "{% filter upper %}{{ safety_html }}{% endfilter %}{{ body_html }}",
        "theme.slot-conditional",
    ),
    ("sliced", "{{ safety_html[:50] }}{{ body_html }}", "theme.slot-altered"),
    ("joined", "{{ safety_html ~ '' }}{{ body_html }}", "theme.slot-altered"),
    ("assigned", "{% set s = safety_html %}{{ s }}{{ body_html }}", "theme.slot-altered"),
    ("captured", "{% set s %}{{ safety_html }}{% endset %}{{ body_html }}", "theme.slot-conditional"),
    (
        "handed to a macro",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(safety_html) }}{{ body_html }}",
        "theme.slot-altered",
    ),
    ("shown by with", "{% with s = safety_html %}{{ s }}{% endwith %}{{ body_html }}", "theme.slot-altered"),
    ("raw", "{% raw %}{{ safety_html }}{% endraw %}{{ body_html }}", "theme.slot-missing"),
    ("in a comment of HTML", "<!-- {{ safety_html }} -->{{ body_html }}", "theme.slot-missing"),
    ("in a script", "<script type='text/plain'>{{ safety_html }}</script>{{ body_html }}", "theme.slot-missing"),
    ("in a style", "<style>{{ safety_html }}</style>{{ body_html }}", "theme.slot-missing"),
    ("in an attribute", '<p title="{{ safety_html }}">x</p>{{ body_html }}', "theme."),
    ("in a text area", "<textarea>{{ safety_html }}</textarea>{{ body_html }}", "theme.slot-missing"),
    (
        "a block shown again by self",
        "{% block b %}{{ safety_html }}{% endblock %}{{ self.b() }}{{ body_html }}",
        "theme.slot-twice",
    ),
    ("an overriding block that drops it", '{% extends "base/parent.html.j2" %}', "theme.template-missing"),
    ("a template that is not there", "{% include 'nowhere.html.j2' %}" + SOUND, "theme.template-missing"),
    ("a file outside", "{% include '../../../../etc/passwd' %}" + SOUND, "theme.template-missing"),
    ("an absolute file", "{% include '/etc/passwd' %}" + SOUND, "theme.template-missing"),
    ("an include that may fail silently", "{% include 'x.j2' ignore missing %}" + SOUND, "theme.template-broken"),
    ("an include chosen at run time", "{% include meta.status %}" + SOUND, "theme.template-broken"),
    ("an include of itself", "{% include 'leaflet.html.j2' %}" + SOUND, "theme.template-broken"),
    ("a macro that calls itself", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}" + SOUND, "theme.template-broken"),
    ("a mistake in the syntax", "{% if %}" + SOUND, "theme.template-broken"),
    ("a filter that is not given", "{{ title|format('x') }}" + SOUND, "theme.template-broken"),
    ("an unknown variable", "{{ titel }}" + SOUND, "theme.template-broken"),
    ("struck out", "<del>{{ safety_html }}</del>{{ body_html }}", "theme."),
    ("folded away", "<details><summary>More</summary>{{ safety_html }}</details>{{ body_html }}", "theme."),
    ("for no script", "<noscript>{{ safety_html }}</noscript>{{ body_html }}", "theme."),
    ("hidden from readers", '<div aria-hidden="true">{{ safety_html }}</div>{{ body_html }}', "theme."),
    ("hidden", "<div hidden>{{ safety_html }}</div>{{ body_html }}", "theme."),
    ("removed by a script", SOUND + "<script>document.querySelector('.safety').remove()</script>", "theme."),
    ("an object from outside", '<object data="file:///etc/passwd"></object>' + SOUND, "theme."),
]


@pytest.mark.parametrize(("body", "code"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_templates_that_could_lose_the_block_are_refused(make_theme: MakeTheme, body: str, code: str) -> None:
    whole = body if body.startswith("{% extends") else HEAD + body + TAIL
    found = list(check_theme(make_theme({"leaflet.html.j2": whole})))
    assert any(finding.code.startswith(code) for finding in found), [str(finding) for finding in found]


EXHAUSTING = [
    "{% for i in range(10**9) %}x{% endfor %}",
    "{{ 10**(10**8) }}",
    "{{ 'a'.ljust(10**10) }}",
    "{{ 'a' * 10**9 }}",
    "{{ '%9999999999d' % 1 }}",
    "{{ '{:>9999999999}'.format(1) }}",
    "{{ [1] * 10**8 }}",
    "{{ ['a']|batch(10**9, 'x')|list }}",
    "{{ 1|round(10**9, 'floor') }}",
    "{{ 'a'|center(10**10) }}",
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
]
ESCAPING = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ['']|map(attribute='__class__')|list }}",
    "{{ [title]|groupby('__class__')|list }}",
    "{{ title.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ lipsum.__globals__ }}",
    "{{ cycler.__init__ }}",
    "{{ meta.clear() }}",
]


@pytest.mark.parametrize("trick", EXHAUSTING + ESCAPING)
def test_templates_that_exhaust_or_escape_are_refused_with_their_place(make_theme: MakeTheme, trick: str) -> None:
    found = list(check_theme(make_theme({"leaflet.html.j2": HEAD + trick + SOUND + TAIL})))
    assert found
    assert all(finding.code.startswith("theme.") for finding in found)
    assert any(finding.place and finding.place.file == "tried/leaflet.html.j2" for finding in found)
    assert all("object at 0x" not in str(finding) and "<class" not in finding.message for finding in found)


def test_a_template_that_is_not_utf8_is_refused(make_theme: MakeTheme) -> None:
    found = list(check_templates(make_theme({"leaflet.html.j2": (HEAD + SOUND + TAIL).encode() + b"\xff"})))
    assert [finding.code for finding in found] == ["theme.template-broken"]


def test_the_template_of_the_epub_is_held_to_the_same(make_theme: MakeTheme) -> None:
    found = list(check_templates(make_theme({"book.xhtml.j2": "<html>{{ body_html }}</html>"})))
    assert [(finding.code, str(finding.place)) for finding in found] == [
        ("theme.slot-missing", "tried/book.xhtml.j2:1")
    ]


def test_the_template_of_the_epub_must_be_well_formed(make_theme: MakeTheme) -> None:
    head = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head>'
    page = head + "<body>{{ safety_html }}<br>{{ body_html }}</body></html>"
    assert "theme.markup" in [finding.code for finding in check_theme(make_theme({"book.xhtml.j2": page}))]
