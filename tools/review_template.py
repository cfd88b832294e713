"""Makes themes/base/review.docx anew: named styles and the content controls where title, body and safety block go.

Run `python tools/review_template.py [FILE]`. Colours are theme colours and fonts are theme fonts, so that publish can
give them a theme's tokens; a designer may open the result in Word and restyle whatever is not a token.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
OFFICE = "application/vnd.openxmlformats-officedocument."
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

HEADING_FONT = (
    '<w:rFonts w:asciiTheme="majorHAnsi" w:hAnsiTheme="majorHAnsi" w:eastAsiaTheme="majorEastAsia" '
    'w:cstheme="majorBidi"/>'
)
TEXT_FONT = (
    '<w:rFonts w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi" w:eastAsiaTheme="minorEastAsia" '
    'w:cstheme="minorBidi"/>'
)


def color(slot: str) -> str:
    """A run colour by theme slot; the hex value is filled in from the theme's tokens."""
    return f'<w:color w:val="000000" w:themeColor="{slot}"/>'


def side(name: str, slot: str, eighths: int, space: int) -> str:
    """One paragraph border: width in eighths of a point, distance from the text in pt."""
    return f'<w:{name} w:val="single" w:sz="{eighths}" w:space="{space}" w:color="000000" w:themeColor="{slot}"/>'


def panel(paper: str, bar: str, above: int = 2, below: int = 2, lid: str = "") -> str:
    """A tinted panel with a bar at its left, and a line above it in the colour `lid` if there is one.

    Space between paragraphs would be white; so the air above and below, in pt, is that inside of borders in the
    panel's own tint.
    """
    sides = (
        side("top", lid or paper, 12 if lid else 4, above)
        + side("left", bar, 24, 9)
        + side("bottom", paper, 4, below)
        + side("right", paper, 4, 9)
        + side("between", paper, 4, max(above, below))
    )
    return f'<w:pBdr>{sides}</w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="FFFFFF" w:themeFill="{paper}"/>'


def spacing(before: int, after: int) -> str:
    """Space before and after in twentieths of a point."""
    return f'<w:spacing w:before="{before}" w:after="{after}"/>'


def style(
    kind: str,
    id_: str,
    name: str,
    *,
    based_on: str = "Normal",
    following: str = "",
    paragraph: str = "",
    run: str = "",
    extra: str = "",
    quick: bool = True,
) -> str:
    """One style. `extra` is what a table style holds behind its run properties."""
    built_in = name in BUILT_IN
    parts = [
        f'<w:style w:type="{kind}"{"" if built_in else " w:customStyle=" + chr(34) + "1" + chr(34)} w:styleId="{id_}">',
        f'<w:name w:val="{name}"/>',
        f'<w:basedOn w:val="{based_on}"/>' if based_on else "",
        f'<w:next w:val="{following}"/>' if following else "",
        '<w:uiPriority w:val="9"/>' if kind == "paragraph" else "",
        "<w:qFormat/>" if quick else "",
        f"<w:pPr>{paragraph}</w:pPr>" if paragraph else "",
        f"<w:rPr>{run}</w:rPr>" if run else "",
        extra,
        "</w:style>",
    ]
    return "".join(parts)


BUILT_IN = {
    "Normal", "Title", "Subtitle", "heading 1", "heading 2", "heading 3", "heading 4", "heading 5", "heading 6",
    "Body Text", "List Paragraph", "Quote", "caption", "footnote text", "footnote reference", "header", "footer",
    "Hyperlink", "annotation text", "annotation reference", "line number", "Normal Table", "Default Paragraph Font",
    "No List",
}  # fmt: skip

PANEL_INDENT = '<w:ind w:left="240" w:right="220"/>'


def headings() -> str:
    """Heading 1 to 6, in the heading family and the brand colour, kept with what follows."""
    looks = {1: (360, 100), 2: (280, 60), 3: (220, 40), 4: (200, 40), 5: (200, 40), 6: (200, 40)}
    made = []
    for level, (before, after) in looks.items():
        font = HEADING_FONT if level <= 2 else ""
        hue = color("accent1") if level <= 3 else color("text1")
        slant = "<w:i/>" if level >= 5 else ""
        made.append(
            style(
                "paragraph",
                f"Heading{level}",
                f"heading {level}",
                following="BodyText",
                paragraph=f'<w:keepNext/><w:keepLines/>{spacing(before, after)}<w:outlineLvl w:val="{level - 1}"/>',
                run=f"{font}<w:b/>{slant}{hue}",
            )
        )
    return "".join(made)


def body_styles() -> str:
    """What the leaflet's own text is set in."""
    return "".join(
        [
            style("paragraph", "BodyText", "Body Text", paragraph=spacing(0, 120)),
            style(
                "paragraph", "Title", "Title", following="Subtitle",
                paragraph=f"<w:keepNext/><w:keepLines/><w:suppressLineNumbers/>{spacing(0, 80)}",
                run=f"{HEADING_FONT}<w:b/>{color('accent1')}",
            ),
            style(
                "paragraph", "Subtitle", "Subtitle", following="BodyText",
                paragraph=f"<w:keepLines/><w:suppressLineNumbers/>{spacing(0, 160)}", run=color("text2"),
            ),
            headings(),
            style("paragraph", "LabelHeading", "Label Heading", based_on="Heading1", following="BodyText",
                  paragraph="<w:keepNext/>"),
            style("paragraph", "ListParagraph", "List Paragraph", paragraph=spacing(0, 80)),
            style(
                "paragraph", "Quote", "Quote",
                paragraph=f"<w:pBdr>{side('left', 'accent3', 18, 10)}</w:pBdr>{spacing(0, 120)}"
                '<w:ind w:left="360" w:right="360"/>',
                run="<w:i/>",
            ),
            style("paragraph", "Figure", "Figure", following="Caption",
                  paragraph=f"<w:keepNext/>{spacing(160, 60)}"),
            style("paragraph", "Caption", "caption", following="BodyText",
                  paragraph=f"<w:keepLines/>{spacing(40, 200)}", run=color("text2")),
            style(
                "paragraph", "CodeBlock", "Code Block",
                paragraph=f"<w:keepLines/>{panel('background2', 'background2', 4, 4)}{spacing(0, 160)}{PANEL_INDENT}",
            ),
            style("paragraph", "ThematicBreak", "Thematic Break",
                  paragraph=f"<w:pBdr>{side('bottom', 'accent3', 6, 1)}</w:pBdr>{spacing(60, 180)}"),
            style("paragraph", "Spacer", "Spacer", quick=False,
                  paragraph='<w:suppressLineNumbers/><w:spacing w:before="0" w:after="0" w:line="120" '
                  'w:lineRule="exact"/>', run='<w:sz w:val="4"/><w:szCs w:val="4"/>'),
            style("paragraph", "DefinitionTerm", "Definition Term", following="DefinitionText",
                  paragraph=f"<w:keepNext/><w:keepLines/>{spacing(60, 0)}", run=f"<w:b/>{color('accent1')}"),
            style("paragraph", "DefinitionText", "Definition Text",
                  paragraph=f'{spacing(0, 100)}<w:ind w:left="360"/>'),
            style("paragraph", "Reference", "Reference", paragraph=spacing(0, 60)),
            style("paragraph", "TableHead", "Table Head", paragraph=f"<w:keepNext/>{spacing(60, 60)}",
                  run=f"<w:b/>{color('accent1')}"),
            style("paragraph", "TableText", "Table Text", paragraph=spacing(60, 60)),
            style("paragraph", "CalloutTitle", "Callout Title", based_on="CalloutText", following="CalloutText",
                  paragraph=f"<w:keepNext/>{panel('background2', 'accent1', 6, 1)}",
                  run=f"{HEADING_FONT}<w:b/>{color('accent1')}"),
            style("paragraph", "CalloutText", "Callout Text",
                  paragraph=f"<w:keepLines/>{panel('background2', 'accent1')}{spacing(0, 0)}{PANEL_INDENT}"),
            style("paragraph", "StoryTitle", "Story Title", based_on="StoryText", following="StoryText",
                  paragraph=f"<w:keepNext/>{panel('background2', 'accent2', 6, 1)}",
                  run=f"{HEADING_FONT}<w:b/>{color('accent2')}"),
            style("paragraph", "StoryText", "Story Text",
                  paragraph=f"<w:keepLines/>{panel('background2', 'accent2')}{spacing(0, 0)}{PANEL_INDENT}"),
        ]
    )  # fmt: skip


def safety_styles() -> str:
    """The safety block: a calm panel of its own paper, plain upright text, real headings."""
    return "".join(
        [
            style("paragraph", "SafetyLabel", "Safety Label", following="SafetyTitle",
                  paragraph=f"<w:keepNext/><w:keepLines/>{spacing(360, 100)}", run=f"<w:b/>{color('accent1')}"),
            style("paragraph", "SafetyText", "Safety Text",
                  paragraph=f"<w:keepLines/>{panel('accent4', 'accent1', 2, 3)}{spacing(0, 0)}{PANEL_INDENT}",
                  run=color("accent5")),
            style("paragraph", "SafetyTitle", "Safety Title", based_on="SafetyText", following="SafetyText",
                  paragraph=f"<w:keepNext/>{panel('accent4', 'accent1', 8, 2, 'accent1')}"
                  '<w:outlineLvl w:val="0"/>',
                  run=f"{HEADING_FONT}<w:b/>{color('accent5')}"),
            style("paragraph", "SafetyHeading", "Safety Heading", based_on="SafetyText", following="SafetyText",
                  paragraph=f"<w:keepNext/>{panel('accent4', 'accent1', 9, 1)}<w:outlineLvl w:val=\"1\"/>",
                  run=f"<w:b/>{color('accent5')}"),
            style("paragraph", "SafetyList", "Safety List", based_on="SafetyText",
                  paragraph=panel("accent4", "accent1", 1, 1)),
            style("paragraph", "Remarks", "Remarks", based_on="Normal", following="Remarks",
                  paragraph=f"<w:suppressLineNumbers/>{spacing(120, 240)}", run=f"<w:i/>{color('text2')}"),
        ]
    )  # fmt: skip


def review_styles() -> str:
    """What the review copy carries around the leaflet: header, footer, facts, comments, notes."""
    return "".join(
        [
            style("paragraph", "Header", "header", quick=False,
                  paragraph=f"<w:pBdr>{side('bottom', 'accent3', 6, 4)}</w:pBdr>{spacing(0, 0)}", run=color("text2")),
            style("paragraph", "Footer", "footer", quick=False, paragraph=f'{spacing(0, 0)}<w:jc w:val="right"/>',
                  run=color("text2")),
            style("paragraph", "FactName", "Fact Name", quick=False,
                  paragraph=f"<w:suppressLineNumbers/>{spacing(30, 30)}", run=color("text2")),
            style("paragraph", "Fact", "Fact", quick=False, paragraph=f"<w:suppressLineNumbers/>{spacing(30, 30)}",
                  run="<w:b/>"),
            style("paragraph", "FootnoteText", "footnote text", quick=False, paragraph=spacing(0, 40)),
            style("paragraph", "CommentText", "annotation text", quick=False, paragraph=spacing(0, 60)),
            style("character", "FootnoteReference", "footnote reference", based_on="DefaultParagraphFont",
                  quick=False, run='<w:vertAlign w:val="superscript"/>'),
            style("character", "CommentReference", "annotation reference", based_on="DefaultParagraphFont",
                  quick=False, run='<w:sz w:val="16"/><w:szCs w:val="16"/>'),
            style("character", "LineNumber", "line number", based_on="DefaultParagraphFont", quick=False,
                  run=f'{TEXT_FONT}{color("text2")}<w:sz w:val="14"/><w:szCs w:val="14"/>'),
            style("character", "Hyperlink", "Hyperlink", based_on="DefaultParagraphFont",
                  run=f'{color("accent1")}<w:u w:val="single"/>'),
            style("character", "Term", "Term", based_on="DefaultParagraphFont", run=color("accent1")),
            style("character", "Claim", "Claim", based_on="DefaultParagraphFont",
                  run='<w:u w:val="dotted" w:color="000000" w:themeColor="accent2"/>'),
            style("character", "Citation", "Citation", based_on="DefaultParagraphFont",
                  run=f'{color("accent1")}<w:vertAlign w:val="superscript"/>'),
            style("character", "CodeText", "Code Text", based_on="DefaultParagraphFont", run=color("text2")),
        ]
    )  # fmt: skip


def table_styles() -> str:
    """Word's own plain table and the house table: hairlines between rows, a rule under the head."""
    cells = (
        '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>'
        '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar>'
    )
    lines = (
        '<w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="000000" w:themeColor="accent1"/>'
        '<w:bottom w:val="single" w:sz="8" w:space="0" w:color="000000" w:themeColor="accent1"/>'
        '<w:insideH w:val="single" w:sz="4" w:space="0" w:color="000000" w:themeColor="accent3"/></w:tblBorders>'
    )
    head = (
        '<w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr><w:tcBorders><w:bottom w:val="single" w:sz="8" '
        'w:space="0" w:color="000000" w:themeColor="accent1"/></w:tcBorders></w:tcPr></w:tblStylePr>'
    )
    plain = (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        f'<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        f"{cells}</w:tblPr></w:style>"
    )
    house = style(
        "table", "LeafletTable", "Leaflet Table", based_on="TableNormal", extra=f"<w:tblPr>{lines}</w:tblPr>{head}"
    )
    facts = style(
        "table", "FactsTable", "Facts Table", based_on="TableNormal", quick=False,
        extra='<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="6" w:space="0" w:color="000000" '
        'w:themeColor="accent3"/><w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000" '
        'w:themeColor="accent3"/></w:tblBorders></w:tblPr>',
    )  # fmt: skip
    return plain + house + facts


def styles() -> str:
    """word/styles.xml."""
    return (
        f'<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>{TEXT_FONT}{color("text1")}'
        '<w:sz w:val="20"/><w:szCs w:val="20"/><w:lang w:val="en-US" w:eastAsia="en-US" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        "<w:pPr><w:widowControl/></w:pPr></w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/><w:unhideWhenUsed/></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/></w:style>'
        f"{table_styles()}{body_styles()}{safety_styles()}{review_styles()}</w:styles>"
    )


def theme() -> str:
    """word/theme/theme1.xml: the slots that a theme's tokens fill."""
    slots = "dk1 lt1 dk2 lt2 accent1 accent2 accent3 accent4 accent5 accent6 hlink folHlink".split()
    hues = "17262D FFFFFF 4D5F68 E9F2F2 0B5563 B0402A B9CCCF FAF7F1 17262D 0B5563 0B5563 0B5563".split()
    colors = "".join(f'<a:{slot}><a:srgbClr val="{hue}"/></a:{slot}>' for slot, hue in zip(slots, hues, strict=True))
    font = '<a:latin typeface="{}"/><a:ea typeface=""/><a:cs typeface=""/>'
    plain_fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="6350">{plain_fill}</a:ln>'
    return (
        f'<a:theme xmlns:a="{A}" name="Leaflet"><a:themeElements><a:clrScheme name="Leaflet">{colors}</a:clrScheme>'
        f'<a:fontScheme name="Leaflet"><a:majorFont>{font.format("Source Serif 4")}</a:majorFont>'
        f"<a:minorFont>{font.format('Source Sans 3')}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="Leaflet"><a:fillStyleLst>{plain_fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{line * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{plain_fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


def control(tag: str, alias: str, id_: int) -> str:
    """A block content control with a word in it that shows a designer what will stand there."""
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{alias}"/><w:tag w:val="{tag}"/><w:id w:val="{id_}"/></w:sdtPr>'
        f"<w:sdtContent><w:p><w:r><w:t>{alias}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )


def document() -> str:
    """word/document.xml: title, body, safety block, and the sheet."""
    return (
        f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{control("title", "Title", 1)}{control("body", "Body", 2)}'
        f"{control('safety-block', 'Safety block', 3)}"
        '<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:footerReference w:type="default" r:id="rId5"/>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1701" w:right="1701" w:bottom="1361" w:left="1701" '
        'w:header="680" w:footer="567" w:gutter="0"/><w:lnNumType w:countBy="1" w:distance="340" '
        'w:restart="continuous"/><w:cols w:space="720"/></w:sectPr></w:body></w:document>'
    )


SETTINGS = (
    f'<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:embedTrueTypeFonts/><w:defaultTabStop w:val="360"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/>'
    '<w:footnotePr><w:numFmt w:val="chicago"/><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
    'w:val="15"/></w:compat><w:themeFontLang w:val="en-US"/><w:clrSchemeMapping w:bg1="light1" w:t1="dark1" '
    'w:bg2="light2" w:t2="dark2" w:accent1="accent1" w:accent2="accent2" w:accent3="accent3" w:accent4="accent4" '
    'w:accent5="accent5" w:accent6="accent6" w:hyperlink="hyperlink" w:followedHyperlink="followedHyperlink"/>'
    "</w:settings>"
)


def numbering() -> str:
    """word/numbering.xml: bullets (0) and decimal numbers (1); each list becomes a w:num of one of them."""
    made = []
    for number, kind in enumerate(("bullet", "decimal")):
        levels = ""
        for level in range(9):
            shown = "•–▪"[level % 3] if kind == "bullet" else f"%{level + 1}."
            levels += (
                f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{shown}"/>'
                f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{360 * (level + 1)}" w:hanging="360"/></w:pPr>'
                f'<w:rPr>{TEXT_FONT}<w:b w:val="0"/><w:i w:val="0"/></w:rPr></w:lvl>'
            )
        made.append(
            f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        )
    return f'<w:numbering xmlns:w="{W}">{"".join(made)}</w:numbering>'


def footnotes() -> str:
    """word/footnotes.xml: the two separators that Word wants."""
    lines = "".join(
        f'<w:footnote w:type="{kind}" w:id="{id_}"><w:p><w:pPr><w:spacing w:before="0" w:after="0"/></w:pPr>'
        f"<w:r><w:{kind}/></w:r></w:p></w:footnote>"
        for id_, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    return f'<w:footnotes xmlns:w="{W}" xmlns:r="{R}">{lines}</w:footnotes>'


def margin(root: str, style_id: str) -> str:
    """A header or footer with one empty paragraph."""
    line = f'<w:p><w:pPr><w:pStyle w:val="{style_id}"/></w:pPr></w:p>'
    return f'<w:{root} xmlns:w="{W}" xmlns:r="{R}">{line}</w:{root}>'


def parts() -> dict[str, str]:
    """Every part of the package by name."""
    word = f"{OFFICE}wordprocessingml."
    kinds = {
        "word/document.xml": f"{word}document.main+xml",
        "word/styles.xml": f"{word}styles+xml",
        "word/settings.xml": f"{word}settings+xml",
        "word/numbering.xml": f"{word}numbering+xml",
        "word/footnotes.xml": f"{word}footnotes+xml",
        "word/fontTable.xml": f"{word}fontTable+xml",
        "word/header1.xml": f"{word}header+xml",
        "word/footer1.xml": f"{word}footer+xml",
        "word/theme/theme1.xml": f"{OFFICE}theme+xml",
        "docProps/app.xml": f"{OFFICE}extended-properties+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    word_relations = "styles settings numbering header footer footnotes fontTable theme".split()
    targets = dict(
        zip(word_relations, "styles settings numbering header1 footer1 footnotes fontTable".split(), strict=False)
    )
    targets["theme"] = "theme/theme1"
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{relations}">'
        f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/>'
        '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/'
        'core-properties" Target="docProps/core.xml"/>'
        f'<Relationship Id="rId3" Type="{R}/extended-properties" Target="docProps/app.xml"/></Relationships>',
        "docProps/app.xml": f'<Properties xmlns="{R.removesuffix("relationships")}extended-properties">'
        "<Application>publish</Application></Properties>",
        "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Review copy</dc:title>'
        "</cp:coreProperties>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{relations}">'
        + "".join(
            f'<Relationship Id="rId{number}" Type="{R}/{kind}" Target="{targets[kind]}.xml"/>'
            for number, kind in enumerate(word_relations, 1)
        )
        + "</Relationships>",
        "word/document.xml": document(),
        "word/styles.xml": styles(),
        "word/settings.xml": SETTINGS,
        "word/numbering.xml": numbering(),
        "word/footnotes.xml": footnotes(),
        "word/fontTable.xml": f'<w:fonts xmlns:w="{W}" xmlns:r="{R}"/>',
        "word/header1.xml": margin("hdr", "Header"),
        "word/footer1.xml": margin("ftr", "Footer"),
        "word/theme/theme1.xml": theme(),
    }


def main(path: Path) -> None:
    """Writes the template; the same bytes each time."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, xml in parts().items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, DECLARATION + xml)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "themes" / "base" / "review.docx")
