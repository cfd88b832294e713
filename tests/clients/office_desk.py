"""A document before an editor: what a person does in LibreOffice, by the commands of its menus."""

from pathlib import Path

import uno  # noqa: F401  # it opens the com.sun.star namespace
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]


def _setting(name, value):
    prop = PropertyValue()
    prop.Name, prop.Value = name, value
    return prop


class Desk:
    """A document open before an editor: steps are what a person does, by the commands of the menus."""

    def __init__(self, context, desktop, source):
        self.document = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (_setting("Hidden", True),))
        if self.document is None:
            raise ValueError("LibreOffice cannot open it")
        self.frame = self.document.CurrentController.Frame
        self.cursor = self.document.CurrentController.ViewCursor
        self.dispatcher = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)

    def do(self, command, **arguments):
        """A command of LibreOffice's own, such as `Bold`."""
        given = tuple(_setting(name.replace("__", "."), value) for name, value in arguments.items())
        self.dispatcher.executeDispatch(self.frame, f".uno:{command}", "", 0, given)

    def track(self, on):
        """Record changes or not; the copy's own protection is lifted, as anybody can."""
        self.document.RedlineProtectionKey = ()
        self.document.RecordChanges = on

    def select(self, words):
        """Select the first place where the words stand."""
        search = self.document.createSearchDescriptor()
        search.SearchString, search.SearchCaseSensitive = words, True
        found = self.document.findFirst(search)
        if found is None:
            raise ValueError(f"{words!r} is not in the document")
        self.document.CurrentController.select(found)

    def after(self, words):
        """The cursor behind the words."""
        self.select(words)
        self.cursor.collapseToEnd()

    def before(self, words):
        """The cursor before the words."""
        self.select(words)
        self.cursor.collapseToStart()

    def through(self, first, last):
        """Select from the first words to the last."""
        self.before(first)
        start = self.cursor.Start
        self.after(last)
        end = self.cursor.End
        self.cursor.gotoRange(start, False)
        self.cursor.gotoRange(end, True)

    def paragraph(self, words):
        """Select the whole paragraph in which the words stand, with its end."""
        self.select(words)
        place = self.cursor.Text.createTextCursorByRange(self.cursor.Start)
        place.gotoStartOfParagraph(False)
        place.gotoEndOfParagraph(True)
        place.goRight(1, True)
        self.document.CurrentController.select(place)

    def type(self, words):
        """Type words; what is selected gives way."""
        self.do("InsertText", Text=words)

    def enter(self):
        """A new paragraph."""
        self.do("InsertPara")

    def style(self, name):
        """Give the paragraph a style."""
        self.do("StyleApply", Style=name, FamilyName="ParagraphStyles")

    def link(self, words, address):
        """Put in a link, or make one of what is selected."""
        self.do("SetHyperlink", Hyperlink__Text=words, Hyperlink__URL=address, Hyperlink__Type=1)

    def alt(self, words, new):
        """Say a picture in other words."""
        for shape in self.document.GraphicObjects:
            if words in shape.Description:
                shape.Description = new
                return
        raise ValueError(f"no picture says {words!r}")

    def comment(self, words, author="Ann"):
        """Comment on what is selected."""
        self.do("InsertAnnotation", Text=words, Author=author)

    def wide(self, rows, columns):
        """A table at the cursor."""
        self.do("InsertTable", Rows=rows, Columns=columns)


def edit(context, desktop, source, target, steps):
    """Open a file, take the steps, store it."""
    desk = Desk(context, desktop, source)
    try:
        for name, *arguments in steps:
            if name == "do":
                desk.do(arguments[0], **(arguments[1] if len(arguments) > 1 else {}))
            else:
                getattr(desk, name)(*arguments)
        desk.document.storeToURL(Path(target).as_uri(), (_setting("FilterName", "MS Word 2007 XML"),))
    finally:
        desk.document.close(True)
