"""Settings of a Word file that change what its readers see, or may do."""

from __future__ import annotations

from collections.abc import Iterator

from publish.wordfile import Element, is_on, q, value

_SWITCHED = {
    "printFormsData": "prints what is typed into forms, and not the text",
    "saveFormsData": "saves what is typed into forms, and not the text",
    "formsDesign": "is open for the design of a form",
    "saveThroughXslt": "is altered by a transformation when it is saved",
    "useXSLTWhenSaving": "is altered by a transformation when it is saved",
    "bookFoldPrinting": "prints as a folded book",
    "bookFoldRevPrinting": "prints as a folded book, from right to left",
    "printTwoOnOne": "prints two pages on one",
}
_PRESENT = {
    "mailMerge": "is a form letter, and is filled from other data when it is opened",
    "attachedTemplate": "is attached to another file, which may replace its styles",
    "writeProtection": "asks for a password",
}
_FOLDING = ("outline", "masterPages")


def setting_faults(settings: Element | None) -> Iterator[str]:
    """What the settings do to the file, as ends of the sentence “the file …”."""
    if settings is None:
        return
    for name, said in _SWITCHED.items():
        if is_on(settings.find(q(name))):
            yield said
    for name, said in _PRESENT.items():
        if settings.find(q(name)) is not None:
            yield said
    if value(settings.find(q("view"))) in _FOLDING:
        yield "opens as an outline, in which headings fold away what stands below them"
    protection = settings.find(q("documentProtection"))
    enforced = value(protection, "enforcement", "0").lower() in ("1", "true", "on")
    if enforced and value(protection, "edit", "none") not in ("none", "trackedChanges", "comments"):
        yield f"is protected ({value(protection, 'edit')}), so that reviewers cannot write into it"
    shown = settings.find(q("revisionView"))
    if shown is not None and any(value(shown, name) in ("0", "false", "off") for name in ("markup", "insDel")):
        yield "hides tracked changes from who opens it"
