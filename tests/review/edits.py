"""What reviewers do in an editor, and what it must make of the source: cases for tests/review/test_edits.py.

Each case is a name, the steps of an editor (methods of tests/clients/office_desk.Desk), and what changes in the source
of tests/review/made.py: old text, new text. The cases of a round are done in one sitting, and come back together.
"""

# ruff: noqa: E501  # a case is read best in one line

from __future__ import annotations

from typing import Any

Step = list[Any]
Case = tuple[str, list[Step], list[tuple[str, str]]]

BOLD, ITALIC = ["do", "Bold"], ["do", "Italic"]
ENTER, DELETE, BACK = ["enter"], ["do", "Delete"], ["do", "SwBackspace"]


def select(words: str) -> Step:
    return ["select", words]


def type_(words: str) -> Step:
    return ["type", words]


def after(words: str) -> Step:
    return ["after", words]


def before(words: str) -> Step:
    return ["before", words]


def whole(words: str) -> Step:
    return ["paragraph", words]


ROUNDS: dict[str, list[Case]] = {
    "words and marks": [
        ("a word replaced", [select("accident"), type_("chance")], [("accident", "chance")]),
        ("words put in", [after("found in the"), type_(" late")], [("found in the year", "found in the late year")]),
        ("words deleted", [select(" why it works"), DELETE], [("knows why it works.", "knows.")]),
        ("bold", [select("pharmacist"), BOLD], [("your pharmacist.", "your **pharmacist**.")]),
        ("no longer bold", [select("your doctor"), BOLD], [("Ask **your doctor**", "Ask your doctor")]),
        ("italic", [select("Some"), ITALIC], [("Some never", "*Some* never")]),
        ("no longer italic", [select("uncertain"), ITALIC], [("*uncertain*", "uncertain")]),
        ("superscript", [select("1999"), ["do", "SuperScript"]], [("1999", "^1999^")]),
        ("subscript", [select("dose as"), ["do", "SubScript"]], [("next dose as", "next ~dose\\ as~")]),
        ("lowered no more", [select("H2O"), ["do", "SubScript"], ["do", "SubScript"]], [("H~2~O", "H2O")]),
        ("bold in a cell", [select("morning"), BOLD], [("| morning |", "| **morning** |")]),
        ("a new link", [select("enough"), ["link", "enough", "https://e.example.com/"]],
         [("That is enough.", "That is [enough](https://e.example.com/).")]),
        ("the words of a link", [select("site"), type_("page")], [("[our site]", "[our page]")]),
        ("bold that grows", [select(" medicine"), BOLD], [("**strong** medicine", "**strong medicine**")]),
        ("code", [select("code stays"), type_("code *goes*")], [("code stays", "code *goes*")]),
        ("a claim", [select("8 hours"), type_("9 hours")], [("sleep 8 hours", "sleep 9 hours")]),
        ("a hard break", [after("is short"), ["do", "InsertLinebreak"], type_("Indeed")],
         [("The last paragraph is short.", "The last paragraph is short\\\nIndeed.")]),
    ],
    "characters": [
        ("stars", [after("a day"), type_(" *now*")], [("\\* a day.", "\\* a day \\*now\\*.")]),
        ("underscores", [after("pharmacist"), type_(" _x_")], [("pharmacist.", "pharmacist \\_x\\_.")]),
        ("all at once", [after("for more"), type_(" *_<>&[]")], [("for more.", "for more *_<>&[].")]),
        ("a tag", [after("by accident"), type_(" <b>")], [("by accident,", "by accident \\<b>,")]),
        ("an entity", [after("as usual"), type_(" &amp; x")], [("as usual.", "as usual \\&amp; x.")]),
        ("a link's brackets", [after("at once"), type_(" [a](b)")], [("at once.", "at once \\[a](b).")]),
        ("a number that begins a line", [before("The last"), type_("1. ")], [("The last", "1\\. The last")]),
        ("a hash that begins a line", [before("Nothing is"), type_("# ")], [("> Nothing", "> \\# Nothing")]),
        ("a dash that begins an item", [before("wine"), type_("- ")], [("- wine", "- \\- wine")]),
        ("typographic quotes", [after("sleep badly"), type_(" “so to ‘say’”")],
         [("sleep badly.", "sleep badly “so to ‘say’”.")]),
        ("a non-breaking space", [after("Adults"), type_("\u00a0only")], [("| Adults |", "| Adults\u00a0only |")]),
        ("a bar in a cell", [after("nothing"), type_(" | x")], [("| nothing  |", "| nothing \\| x  |")]),
        ("braces", [after("That is enough"), type_(" {{ product.name }}")],
         [("That is enough.", "That is enough \\{{ product.name }}.")]),
        ("a backslash", [after("What that means"), type_(" \\ *")], [("What that means.", "What that means \\ *.")]),
        ("signs of dosing", [after("A story"), type_(" ≥ 5 µg – 10 %")], [("A story", "A story ≥ 5 µg – 10 %")]),
    ],
    "paragraphs": [
        ("split", [before("Ask your"), ENTER], [("a day. Ask", "a day.\n\nAsk")]),
        ("split at a soft break", [before("found in"), ENTER], [("It was\nfound", "It was\n\nfound")]),
        ("put in", [after("never do."), ENTER, type_("A new paragraph.")],
         [("Some never do.\n", "Some never do.\n\nA new paragraph.\n")]),
        ("two put in", [after("is enough."), ENTER, type_("One."), ENTER, type_("Two.")],
         [("That is enough.\n", "That is enough.\n\nOne.\n\nTwo.\n")]),
        ("merged", [after("as usual."), type_(" "), DELETE], [("as usual.\n\nNever", "as usual. Never")]),
        ("a heading's level", [before("Who should"), ["style", "Heading 2"]], [("### Who should", "## Who should")]),
        ("a heading's words", [select("The end"), type_("The very end")], [("# The end", "# The very end")]),
        ("a heading made a paragraph", [before("How to take"), ["style", "Text body"]],
         [("## How to take it", "How to take it")]),
        ("a paragraph made a heading", [before("Do not take it"), ["style", "Heading 3"]],
         [("Do not take it with:", "### Do not take it with:")]),
        ("a quotation's second paragraph", [after("as sleep."), ENTER, type_("Nothing at all.")],
         [("> Nothing is as good as sleep.\n", "> Nothing is as good as sleep.\n>\n> Nothing at all.\n")]),
        ("at the very end", [after("is short."), ENTER, type_("The end.")], [("is short.\n", "is short.\n\nThe end.\n")]),
        ("a hard break deleted", [after("the address"), DELETE], [("address\\\nSecond", "addressSecond")]),
    ],
    "lists": [
        ("an item", [after("milk"), ENTER, type_("cream")], [("- milk\n", "- milk\n- cream\n")]),
        ("a nested item", [after("of apples"), ENTER, type_("of pears")],
         [("  - of apples\n", "  - of apples\n  - of pears\n")]),
        ("an item at the end", [after("wine"), ENTER, type_("beer")], [("- wine\n", "- wine\n- beer\n")]),
        ("a numbered item", [after("Open the box."), ENTER, type_("Look inside.")],
         [("3. Take one", "3. Look inside.\n4. Take one")]),
        ("an item of a loose list", [after("Third loose item."), ENTER, type_("Fourth.")],
         [("* Third loose item.\n", "* Third loose item.\n\n* Fourth.\n")]),
        ("a paragraph in an item", [select("a second paragraph"), type_("another one")],
         [("It has a second paragraph", "It has another one")]),
        ("words of an item", [select("Wash your"), type_("Clean your")], [("Wash your", "Clean your")]),
    ],
    "lists again": [
        ("an item deleted", [whole("milk"), DELETE], [("- milk\n", "")]),
        ("an item moved up", [before("of oranges"), ["do", "MoveUp"]],
         [("  - of apples\n  - of oranges\n", "  - of oranges\n  - of apples\n")]),
        ("a numbered item deleted", [whole("Open the box"), DELETE], [("2. Open the box.\n3. Take", "2. Take")]),
        ("a loose item deleted", [whole("First loose"), DELETE], [("* First loose item.\n\n", "")]),
        ("a paragraph made an item", [before("H2O and"), ["do", "DefaultBullet"]], [("H~2~O", "- H~2~O")]),
    ],
    "lists once more": [
        ("deleted", [whole("H2O and"), DELETE],
         [("H~2~O and 10^3^ units are in it. See [our site](https://example.com/site) for more.\n\n", "")]),
        ("an item set out", [before("of oranges"), ["do", "IncrementLevel"]], [("  - of oranges\n", "- of oranges\n")]),
        ("an item made a paragraph", [before("wine"), ["do", "DefaultBullet"]], [("- wine\n", "\nwine\n")]),
        ("numbered items swapped", [before("Wash your"), ["do", "MoveDown"]],
         [("1. Wash your hands.\n2. Open the box.", "1. Open the box.\n2. Wash your hands.")]),
        ("an item split", [after("First loose"), ENTER],
         [("* First loose item.\n", "* First loose\n\n* item.\n")]),
    ],
    "tables": [
        ("an item set in", [before("wine"), ["do", "DecrementLevel"]], [("- wine\n", "  - wine\n")]),
        ("a cell", [select("25 mg"), type_("30 mg")], [("25 mg", "30 mg")]),
        ("a heading's cell", [select("How much"), type_("How many")], [("How much", "How many")]),
        ("a row deleted", [after("Teens"), ["do", "DeleteRows"]], [("| Teens  | 12 mg    | evening |\n", "")]),
        ("a row put in", [after("Others"), ["do", "InsertRowsAfter"], ["do", "GoDown"], type_("Kids")],
         [("| Others | nothing  | never   |\n", "| Others | nothing  | never   |\n| Kids |  |  |\n")]),
        ("a new table", [after("Some never do."), ENTER, ["wide", 2, 2], type_("A"), ["do", "JumpToNextCell"], type_("B"),
                         ["do", "JumpToNextCell"], type_("C"), ["do", "JumpToNextCell"], type_("D")],
         [("Some never do.\n", "Some never do.\n\n| A | B |\n|---|---|\n| C | D |\n")]),
    ],
    "notes, pictures, boxes": [
        ("a note's words", [select("told so"), type_("said so")], [("They told so in", "They said so in")]),
        ("a new note", [after("by accident"), ["do", "InsertFootnote"], type_("Or not.")],
         [("by accident,", "by accident[^note-1],"), ("a survey.\n", "a survey.\n\n[^note-1]: Or not.\n")]),
        ("a caption", [select("One tablet a day"), type_("Two tablets a day")], [("One tablet a day", "Two tablets a day")]),
        ("a picture's words", [["alt", "A day with", "A night with *two*."]],
         [(":alt: A day with one tablet.", ":alt: A night with *two*.")]),
        ("a call-out's words", [select("as usual"), type_("as planned")], [("as usual", "as planned")]),
        ("a call-out's title", [select("you forget it"), type_("it is late")], [("When you forget it", "When it is late")]),
        ("a call-out's new end", [after("two at once."), ENTER, type_("Be calm.")],
         [("two at once.\n", "two at once.\n\nBe calm.\n")]),
        ("a term", [select("Term one"), type_("The first term")], [("Term one", "The first term")]),
        ("what a term means", [select("What it means"), type_("All it means")], [(": What it", ": All it")]),
        ("a new term", [after("What that means."), ENTER, ["style", "Definition Term"], type_("Term three"), ENTER,
                        ["style", "Definition Text"], type_("Third.")],
         [(": What that means.\n", ": What that means.\n\nTerm three\n: Third.\n")]),
        ("a story's title", [select("Quinn takes it"), type_("Robin takes it")], [("Quinn takes it", "Robin takes it")]),
        ("a story's words", [select("A story about"), type_("A tale about")], [("A story about", "A tale about")]),
        ("a story's link", [select("example.com"), type_("See it")],
         [(":url: https://example.com/quinn\n", ":url: https://example.com/quinn\n:label: See it\n")]),
        ("a quotation", [select("as sleep"), type_("as rest")], [("as good as sleep", "as good as rest")]),
        ("the leaflet's title", [select("of every kind"), type_("of all kinds")], [("of every kind", "of all kinds")]),
    ],
    "what goes": [
        ("a note", [after("sleep badly."), DELETE],
         [("badly.[^sleep]", "badly."), ("\n[^sleep]: They told so in\n    a survey.\n", "")]),
        ("a table", [after("Adults"), ["do", "DeleteTable"]],
         [("""\
| Who    | How much | When    |
|:-------|---------:|---------|
| Adults | 25 mg    | morning |
| Teens  | 12 mg    | evening |
| Others | nothing  | never   |

""", "")]),
        ("a quotation", [whole("Nothing is"), DELETE], [("> Nothing is as good as sleep.\n\n", "")]),
        ("a call-out", [["through", "When you", "two at once."], DELETE, DELETE],
         [("""\
:::{callout} When you forget it
:kind: note

Take the next dose as usual.

Never take two at once.
:::

""", "")]),
        ("a nested list", [whole("of apples"), DELETE, whole("of oranges"), DELETE],
         [("  - of apples\n  - of oranges\n", "")]),
    ],
}  # fmt: skip
