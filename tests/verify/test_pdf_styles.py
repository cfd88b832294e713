"""Styles of a theme's CSS held against the proofs of the PDF: those that spoil the safety block, and honest ones."""

from __future__ import annotations

import pytest

from verify.pdf_bench import codes, draw

CHECKS = ("pdf_safety", "pdf_words")

SPOILING = [
    # gone
    ("not displayed", ".safety{display:none}", "pdf.safety-missing"),
    ("a part not displayed", ".serious{display:none}", "pdf.safety-altered"),
    ("an item not displayed", ".safety li:nth-child(2){display:none}", "pdf.safety-altered"),
    ("a word not displayed", ".safety strong{display:none}", "pdf.safety-altered"),
    ("not visible", ".safety{visibility:hidden}", "pdf.safety-missing"),
    ("a word not visible", ".safety strong{visibility:hidden}", "pdf.safety-altered"),
    ("collapsed", ".reporting p{visibility:collapse}", "pdf.safety-altered"),
    ("no font size", ".safety{font-size:0}.safety *{font-size:0}", "pdf.safety-missing"),
    ("taken out for a margin that never shows it", ".safety{position:running(x)}", "pdf.safety-missing"),
    ("cut with an ellipsis", ".safety p{white-space:nowrap;overflow:hidden;text-overflow:ellipsis;width:40mm}",
     "pdf.safety-altered"),
    ("cut after two lines", ".reporting p{width:60mm;line-clamp:2;block-ellipsis:'…'}", "pdf.safety-altered"),
    # other letters
    ("capitals", ".safety{text-transform:uppercase}", "pdf.safety-altered"),
    ("capitals in one word", ".safety strong{text-transform:capitalize}", "pdf.safety-altered"),
    ("small letters", ".safety{text-transform:lowercase}", "pdf.safety-altered"),
    ("small capitals", ".safety p{font-variant-caps:small-caps}", "pdf.safety-glyph"),
    ("all small capitals", ".safety li{font-variant-caps:all-small-caps}", "pdf.safety-altered"),
    ("figures as superscripts", ".safety p{font-feature-settings:'sups'}", "pdf.safety-glyph"),
    ("fractions", ".safety li{font-feature-settings:'subs'}", "pdf.safety-glyph"),
    ("read backwards", ".safety p{unicode-bidi:bidi-override;direction:rtl}", "pdf.safety-altered"),
    ("a word put before an item", ".safety li::before{content:'not '}", "pdf.safety-altered"),
    ("a word put inside", ".safety strong::after{content:' rarely'}", "pdf.safety-altered"),
    ("a denial in front", ".safety::before{content:'The following is not valid: '}", "pdf.words-added"),
    ("a denial behind", ".safety::after{content:'None of this applies.'}", "pdf.words-added"),
    ("a denial in the margin", "@page{@bottom-center{content:'Ignore the box above'}}", "pdf.words-added"),
    ("other numbers", ".safety ol{counter-reset:list-item 4}", "pdf.safety-number"),
    ("numbers for bullets", ".contraindications ul{list-style:decimal}", "pdf.safety-number"),
    # another order
    ("columns from the bottom", ".safety{display:flex;flex-direction:column-reverse}", "pdf.safety-order"),
    ("a part moved to the front", ".safety{display:flex;flex-direction:column}.reporting{order:-1}",
     "pdf.safety-order"),
    ("a part lifted above the others",
     ".safety{position:relative;padding-top:30mm}.reporting{position:absolute;top:0;left:0}", "pdf.safety-order"),
    # too small, squeezed, turned
    ("4 pt", ".safety,.safety *{font-size:4pt}", "pdf.safety-small"),
    ("a little too small", ".safety p{font-size:7.9pt}", "pdf.safety-small"),
    ("scaled to half", ".safety{transform:scale(.5)}", "pdf.safety-small"),
    ("a tiny superscript", ".safety sup{font-size:3pt}", "pdf.safety-small"),
    ("squeezed", ".safety{transform:scaleX(.7)}", "pdf.safety-condensed"),
    ("flattened", ".safety{font-size:14pt;transform:scaleY(.6)}", "pdf.safety-condensed"),
    ("slanted", ".safety{transform:skewX(35deg)}", "pdf.safety-turned"),
    ("turned a little", ".safety{transform:rotate(4deg)}", "pdf.safety-turned"),
    ("upside down", ".safety{transform:rotate(180deg)}", "pdf.safety-turned"),
    ("one word turned", ".safety strong{display:inline-block;transform:rotate(90deg)}", "pdf.safety-turned"),
    ("mirrored", ".safety{transform:scaleX(-1)}", "pdf.safety-mirrored"),
    ("mirrored lengthwise", ".safety{transform:scaleY(-1)}", "pdf.safety-mirrored"),
    # run together, scattered
    ("letters on top of each other", ".safety{letter-spacing:-.5em}", "pdf.safety-spacing"),
    ("letters pushed together", ".safety p{letter-spacing:-.2em}", "pdf.safety-spacing"),
    ("letters far apart", ".safety p{letter-spacing:.6em}", "pdf.safety-spacing"),
    ("no gaps between words", ".safety p{word-spacing:-.2em}", "pdf.safety-spacing"),
    ("words far apart", ".safety{word-spacing:9em}.safety p{width:150mm}", "pdf.safety-spacing"),
    ("lines on top of each other", ".safety{line-height:0}", "pdf.safety-spacing"),
    ("a floated initial, which the PDF writer sets over the word",
     ".reporting p::first-letter{float:left;font-size:28pt;line-height:.9}", "pdf.safety-spacing"),
    ("lines that touch", ".safety{line-height:.6}", "pdf.safety-spacing"),
    ("one part upon another", ".serious{margin-top:-30mm}", "pdf.safety-order"),
    # off the page, cut, covered
    ("off to the left", ".safety{position:absolute;left:-300mm}", "pdf.safety-off-page"),
    ("half off to the right", ".safety{margin-left:150mm;white-space:nowrap}", "pdf.safety-off-page"),
    ("below the page", ".safety{position:absolute;top:290mm}", "pdf.safety-missing"),
    ("half below the page", ".safety{position:relative;top:150mm}", "pdf.safety-off-page"),
    ("pushed off by a transform", ".safety{transform:translateX(-250mm)}", "pdf.safety-off-page"),
    ("no height", ".safety{height:0;overflow:hidden}", "pdf.safety-clipped"),
    ("a few millimetres high", ".safety{height:12mm;overflow:hidden}", "pdf.safety-clipped"),
    ("half a line of height", ".reporting p{height:1.5mm;overflow:hidden}", "pdf.safety-clipped"),
    ("clipped by a rectangle", ".safety{position:absolute;clip:rect(0,40mm,90mm,0)}", "pdf.safety-clipped"),
    ("a white box over it",
     ".safety{position:relative}.safety::after{content:'';position:absolute;inset:0;background:#fff}",
     "pdf.safety-covered"),
    ("a white strip over one line",
     ".safety{position:relative}.safety::after{content:'';position:absolute;left:0;top:28mm;width:100%;height:4mm;"
     "background:#fff}", "pdf.safety-covered"),
    ("a white gradient over it",
     ".safety{position:relative}.safety::after{content:'';position:absolute;inset:0;"
     "background:linear-gradient(#fff,#fff)}", "pdf.safety-covered"),
    ("a picture over it",
     ".safety{position:relative}.safety::after{content:url(\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'"
     " width='700' height='500'><rect width='700' height='500' fill='white'/></svg>\");position:absolute;top:0;left:0}",
     "pdf.safety-covered"),
    ("under the body", ".safety{position:relative;z-index:-1}main{background:#fff}", "pdf.safety-covered"),
    ("under a page margin", "@page{@bottom-left{content:'';background:#fff;height:240mm;margin-top:-200mm;width:100%}}",
     "pdf.safety-covered"),
    # faint
    ("white on white", ".safety,.safety *{color:#fff}", "pdf.safety-contrast"),
    ("nearly white", ".safety{color:#eee}", "pdf.safety-contrast"),
    ("grey of 4:1", ".safety p{color:#808080}", "pdf.safety-contrast"),
    ("one word grey", ".safety strong{color:#999}", "pdf.safety-contrast"),
    ("transparent", ".safety{color:transparent}", "pdf.safety-contrast"),
    ("opacity .1", ".safety{opacity:.1}", "pdf.safety-contrast"),
    ("opacity .4", ".safety{opacity:.4}", "pdf.safety-contrast"),
    ("alpha in the colour", ".safety{color:rgba(0,0,0,.3)}", "pdf.safety-contrast"),
    ("black on dark", ".safety{background:#234}", "pdf.safety-contrast"),
    ("yellow on white", ".safety li{color:gold}", "pdf.safety-contrast"),
    ("white on a gradient that ends white",
     ".safety{color:#fff;background:linear-gradient(90deg,#003 ,#fff)}", "pdf.safety-contrast"),
    ("a veil", ".safety{position:relative}.safety::after{content:'';position:absolute;inset:0;"
     "background:rgba(255,255,255,.75)}", "pdf.safety-contrast"),
    # struck, patterned
    ("struck through", ".safety{text-decoration:line-through}", "pdf.safety-struck"),
    ("one word struck through", ".safety strong{text-decoration:line-through}", "pdf.safety-struck"),
    ("struck through in red", ".safety li{text-decoration:line-through red}", "pdf.safety-struck"),
    ("struck by an underline pulled up", ".safety p{text-decoration:underline;text-underline-offset:-.35em}",
     "pdf.safety-struck"),
    ("a rule across", ".safety p{position:relative}.safety p::after{content:'';position:absolute;left:0;right:0;"
     "top:2.6mm;border-top:.4mm solid #000}", "pdf.safety-struck"),
    ("on stripes",
     ".safety{background:repeating-linear-gradient(45deg,#fff 0,#fff 1mm,#444 1mm,#444 2mm)}", "pdf.safety-struck"),
    ("on other words", ".safety{position:relative}.safety::after{content:'blah blah blah blah blah blah blah blah';"
     "position:absolute;left:0;top:26mm;font-size:16pt;color:#aaa;z-index:-1}", "pdf.safety-struck"),
    # fonts
    ("another font", "@font-face{font-family:X;src:url(SourceSans3-SemiBold.ttf)}.safety{font-family:X}",
     "pdf.safety-font"),
    ("the pages of a stamp", "@page{size:40mm 20mm;margin:0}", "pdf.page-size"),
    ("pages of a metre", "@page{size:1000mm 1000mm}", "pdf.page-size"),
]  # fmt: skip

HONEST = [
    ("as it comes", ""),
    ("a border", ".safety{border:.6mm solid #000;padding:4mm}"),
    ("a heavy border all around each part", ".part{border:2mm double #900;padding:2mm;margin:2mm 0}"),
    ("a tint", ".safety{background:#fff3c4;padding:3mm}"),
    ("a tint with round corners",
     ".safety{background:#eef4ff;border-radius:4mm;padding:4mm;border:1pt solid #89a}"),
    ("white on dark", ".safety{background:#036;color:#fff;padding:3mm}"),
    ("white on a dark gradient",
     ".safety{color:#fff;padding:3mm;background:linear-gradient(90deg,#003,#135 60%,#246)}"),
    ("dark on a light gradient", ".safety{padding:3mm;background:linear-gradient(#fff,#dde6f0)}"),
    ("two columns with a rule", ".safety{columns:2;column-rule:.3mm solid #333;column-gap:8mm}"),
    ("three columns", ".safety{columns:3;font-size:8.5pt}"),
    ("columns under a title across", ".safety{columns:2}.safety>h2{column-span:all}"),
    ("justified and hyphenated", ".safety{columns:3;text-align:justify;hyphens:auto}"),
    ("centred", ".safety{text-align:center}"),
    ("to the right", ".safety{text-align:right}"),
    ("bold and red", ".safety{color:#b00000;font-weight:bold}"),
    ("italic", ".safety p{font-style:italic}"),
    ("a serif", ".safety{font-family:'Source Serif 4'}"),
    ("a first line in bold", ".safety p::first-line{font-weight:bold}"),
    ("a lowered initial", ".reporting p::first-letter{font-size:24pt;line-height:1;vertical-align:-.3em}"),
    ("a raised initial", ".reporting p::first-letter{font-size:20pt}"),
    ("links underlined", ".safety a{text-decoration:underline}"),
    ("everything underlined", ".safety p{text-decoration:underline}"),
    ("lead-ins underlined, commas and all", ".safety li, .safety h2{text-decoration:underline}"),
    ("an underline set lower", ".safety p{text-decoration:underline;text-underline-offset:.2em}"),
    ("highlighted words", ".safety strong{background:#ffe98a;padding:0 .5mm}"),
    ("reversed words", ".safety strong{background:#222;color:#fff;padding:0 1mm}"),
    ("opacity .9", ".safety{opacity:.9}"),
    ("opacity .8 on a tint", ".safety{opacity:.8;background:#fff8e0}"),
    ("a little tracking", ".safety{letter-spacing:.05em}"),
    ("tracked heading", ".safety h2{letter-spacing:.15em}"),
    ("wide word gaps", ".safety{word-spacing:.2em}"),
    ("tight tracking", ".safety{letter-spacing:-.01em}"),
    ("ligatures", ".safety{font-variant-ligatures:common-ligatures discretionary-ligatures}"),
    ("old style figures", ".safety{font-variant-numeric:oldstyle-nums}"),
    ("tabular figures", ".safety{font-variant-numeric:tabular-nums lining-nums slashed-zero}"),
    ("a stylistic set", ".safety{font-feature-settings:'ss01','ss02'}"),
    ("small headings, tight lines", ".safety{line-height:1.15}.safety h3{font-size:9pt;margin:0}"),
    ("wide lines", ".safety{line-height:2}"),
    ("square bullets", ".safety ul{list-style:square inside}"),
    ("own bullets", ".safety ul{list-style-type:'– '}"),
    ("numbers inside", ".safety ol{list-style-position:inside}"),
    ("letters for numbers", ".safety ol{list-style:lower-alpha}"),
    ("picture bullets", ".safety ul{list-style-image:url(\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' "
     "width='8' height='8'><circle cx='4' cy='4' r='3'/></svg>\")}"),
    ("a rule above each part", ".part{border-top:.3mm solid #000;padding-top:2mm}"),
    ("a coloured bar at the left", ".safety{border-left:4mm solid #c33;padding-left:4mm}"),
    ("a big sign behind nothing", ".safety{padding-left:20mm;background:url(\"data:image/svg+xml,<svg xmlns='http://www."
     "w3.org/2000/svg' width='40' height='40'><circle cx='20' cy='20' r='18' fill='red'/></svg>\") no-repeat 2mm 2mm}"),
    ("a grid of two", ".safety{display:grid;grid-template-columns:1fr 1fr;gap:4mm}.safety>h2{grid-column:1/3}"),
    ("a flex row", ".safety{display:flex;gap:3mm}.safety>*{flex:1}.safety>h2{font-size:11pt}"),
    ("floated parts", ".contraindications{float:left;width:48%}.serious{margin-left:52%}.reporting{clear:both}"),
    ("a page of its own", ".safety{break-before:page}"),
    ("over two pages", ".safety{font-size:24pt}"),
    ("at the foot of the page", ".safety{position:absolute;bottom:0;left:0;right:0}"),
    ("turned by a quarter", ".safety{transform:rotate(90deg);width:120mm;margin:40mm 0 0 20mm}"),
    ("on A5", "@page{size:A5;margin:10mm}.safety{font-size:8pt}.safety h2{font-size:10pt}.safety h3{font-size:9pt}"),
    ("on a letter sheet", "@page{size:letter}"),
    ("on a narrow panel", "@page{size:97mm 210mm;margin:6mm}"),
    ("page numbers", "@page{@bottom-center{content:'Page ' counter(page) ' of ' counter(pages)}}"),
    ("a running title", "h1{string-set:t content()}@page{@top-right{content:string(t)}}"),
    ("its heading in the header", ".safety h2{string-set:t content()}@page{@top-right{content:string(t)}}"),
    ("a tint elsewhere", "main{position:relative}main::after{content:'';position:absolute;right:0;top:0;width:20mm;"
     "height:10mm;background:#eee;z-index:-1}"),
    ("a mark across the page, below", "body::before{content:'Draft';position:fixed;top:210mm;left:20mm;font-size:60pt;"
     "color:#f6f6f6;z-index:-1}"),
    ("small superscripts", ".safety sup{font-size:.65em}"),
    ("links in colour", ".safety a{color:#0645ad;text-decoration:underline}"),
    ("bleed and marks", "@page{bleed:3mm;marks:crop}"),
    ("a little larger than life", ".safety{transform:scale(1.1);transform-origin:top left;width:80%}"),
]  # fmt: skip


@pytest.mark.parametrize(("css", "code"), [case[1:] for case in SPOILING], ids=[case[0] for case in SPOILING])
def test_a_style_that_spoils_the_block_is_found(css: str, code: str) -> None:
    assert code in codes(draw(css=css), checks=CHECKS)


@pytest.mark.parametrize("css", [case[1] for case in HONEST], ids=[case[0] for case in HONEST])
def test_an_honest_style_passes(css: str) -> None:
    assert codes(draw(css=css), checks=CHECKS) == set()
