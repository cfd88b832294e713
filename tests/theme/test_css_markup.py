"""Templates that put the safety block where clients do not show it, and templates that run or load something."""

from __future__ import annotations

import pytest
from lxml import etree

from publish.diagnostics import Place
from publish.theme.css import lint_markup, lint_style

BLOCK = (
    '<section id="safety" class="safety" epub:type="notice" role="doc-notice" aria-labelledby="safety-title">'
    '<h2 id="safety-title">Safety</h2><p>Do not take <strong>Examplin</strong>.</p>'
    '<ul><li>10<sup>2</sup> mg</li></ul><p><a href="https://example.org/pi.pdf">Full text</a></p></section>'
)


def page(body: str, head: str = "") -> etree._Element:
    return etree.fromstring(
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en">'
        f"<head><title>t</title>{head}</head><body>{body}</body></html>"
    )


def codes(body: str, head: str = "") -> set[str]:
    return {each.code for each in lint_markup(page(body, head), Place("book.xhtml.j2", 1))}


@pytest.mark.parametrize(
    "around",
    [
        "<div>{}</div>",
        '<main class="m"><section>{}</section></main>',
        "<article><header>{}</header></article>",
        "<table><tbody><tr><td>{}</td></tr></tbody></table>",
        '<div lang="en" data-part="1">{}</div>',
    ],
)
def test_plain_places_are_fine(around: str) -> None:
    assert codes(around.format(BLOCK)) == set()


@pytest.mark.parametrize(
    "around",
    [
        "<div hidden=''>{}</div>",
        "<div aria-hidden='true'>{}</div>",
        "<div inert=''>{}</div>",
        "<div popover='auto'>{}</div>",
        "<div dir='rtl'>{}</div>",
        "<details>{}</details>",
        "<details open='open'><summary>More</summary>{}</details>",
        "<aside>{}</aside>",
        "<section epub:type='footnotes'>{}</section>",
        "<div epub:type='notice rearnote'>{}</div>",
        "<div role='presentation'>{}</div>",
        "<figure>{}</figure>",
        "<nav>{}</nav>",
        "<del>{}</del>",
        "<s>{}</s>",
        "<small>{}</small>",
        "<sup>{}</sup>",
        "<bdo dir='rtl'>{}</bdo>",
        "<font color='white' size='1'>{}</font>",
        "<blockquote>{}</blockquote>",
        "<a href='#x'>{}</a>",
        "<svg xmlns='http://www.w3.org/2000/svg'><foreignObject>{}</foreignObject></svg>",
    ],
)
def test_hiding_places_are_refused(around: str) -> None:
    assert "theme.hides-safety" in codes(around.format(BLOCK))


@pytest.mark.parametrize(
    "around",
    [
        "<template>{}</template>",
        "<noscript>{}</noscript>",
        "<dialog>{}</dialog>",
        "<object>{}</object>",
        "<iframe>{}</iframe>",
        "<video>{}</video>",
        "<canvas>{}</canvas>",
        "<select><option>{}</option></select>",
        "<form><textarea>{}</textarea></form>",
    ],
)
def test_places_that_are_no_text_are_refused(around: str) -> None:
    assert codes(around.format(BLOCK)) >= {"theme.hides-safety", "theme.active-content"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>Do", "<p hidden='hidden'>Do"),
        ("<p>Do", "<p aria-hidden='true'>Do"),
        ("<p>Do", "<p aria-label='Take it'>Do"),
        ("<p>Do", "<p dir='rtl'>Do"),
        ("<strong>", "<strong role='presentation'>"),
        ("<li>10", "<li><s>1</s>10"),
        ("<ul>", "<ul><details/>"),
        ("<li>", "<li><ruby>x<rt>y</rt></ruby>"),
    ],
)
def test_hiding_marks_inside_are_refused(old: str, new: str) -> None:
    assert "theme.hides-safety" in codes(BLOCK.replace(old, new, 1))


@pytest.mark.parametrize(
    "body",
    [
        "<script>document.getElementById('safety').remove()</script>",
        "<img src='a.png' alt='a' onload='x()'/>",
        "<p onclick='x()'>p</p>",
        "<iframe src='a.html'></iframe>",
        "<embed src='a.swf'/>",
        "<button>b</button>",
        "<input/>",
        "<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'><set attributeName='display' to='none'/></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'><foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>p</p>"
        "</foreignObject></svg>",
    ],
)
def test_nothing_runs(body: str) -> None:
    assert "theme.active-content" in codes(BLOCK + body)


@pytest.mark.parametrize(
    ("body", "head"),
    [
        ("<img src='https://example.org/a.png' alt='a'/>", ""),
        ("<img src='//example.org/a.png' alt='a'/>", ""),
        ("<img src='../../a.png' alt='a'/>", ""),
        ("<img src='a.png' srcset='a.png 1x, http://example.org/b.png 2x' alt='a'/>", ""),
        ("<a href='javascript:x()'>a</a>", ""),
        ("<a href='file:///etc/hostname'>a</a>", ""),
        ("", "<link rel='stylesheet' href='https://example.org/a.css'/>"),
        ("", "<link rel='attachment' href='file:///etc/hostname'/>"),
        ("", "<base href='https://example.org/'/>"),
    ],
)
def test_nothing_comes_from_outside(body: str, head: str) -> None:
    assert "theme.outside-address" in codes(BLOCK + body, head)


@pytest.mark.parametrize(
    "body",
    [
        "<svg xmlns='http://www.w3.org/2000/svg'><style>#safety{display:none}</style></svg>",
        "<m:style xmlns:m='http://www.w3.org/1998/Math/MathML'>#safety{display:none}</m:style>",
        "<style>#safety{display:none}</style>",
        "<svg xmlns='http://www.w3.org/2000/svg'><link rel='stylesheet' href='a.css'/></svg>",
    ],
)
def test_no_style_sheet_escapes_the_proof(body: str) -> None:
    assert "theme.hidden-style" in codes(BLOCK + body)


def test_a_refresh_is_active_content() -> None:
    assert "theme.active-content" in codes(BLOCK, "<meta http-equiv='refresh' content='0; url=https://example.org/'/>")


def test_links_and_pictures_of_the_leaflet_are_fine() -> None:
    body = "<p><a href='https://example.org/'>w</a> <a href='tel:+1'>t</a></p><img src='images/a.svg' alt='a'/>"
    assert codes(BLOCK + body, "<link rel='stylesheet' href='styles/book.css'/>") == set()


@pytest.mark.parametrize(
    ("where", "style", "code"),
    [
        ("section", "display:none", "css.hides"),
        ("body", "visibility: hidden", "css.hides"),
        ("html", "text-transform: uppercase", "css.alters"),
        ("p", "text-decoration: line-through", "css.alters"),
        ("div", "position: fixed; inset: 0; background: white", "css.covers"),
        ("div", "background: url(http://example.org/)", "css.outside"),
    ],
)
def test_a_style_attribute_is_judged_like_a_rule(where: str, style: str, code: str) -> None:
    root = page(f"<div>decoration</div>{BLOCK}")
    element = next(root.iter(f"{{http://www.w3.org/1999/xhtml}}{where}"))
    assert code in {each.code for each in lint_style(style, root, element, Place("book.xhtml", 7), "epub")}
