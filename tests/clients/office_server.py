"""LibreOffice kept warm, run by the Python that has its `uno` module: one request a line, see `main`.

Its arguments are the soffice program and a folder for its profile.
"""

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from office_desk import edit  # type: ignore[import-not-found]

COMMANDS = {"accepted": ".uno:AcceptAllTrackedChanges", "rejected": ".uno:RejectAllTrackedChanges"}
FILTERS = {"pdf": "writer_pdf_Export", "docx": "MS Word 2007 XML", "odt": "writer8", "txt": "Text"}
FILTERS |= dict.fromkeys(COMMANDS, FILTERS["docx"])
START_SECONDS = 90


def setting(name, value):
    """A LibreOffice property."""
    prop = PropertyValue()
    prop.Name, prop.Value = name, value
    return prop


def started(soffice, folder):
    """The office process, its context and its desktop, reached by a pipe of our own."""
    pipe = f"publish-{os.getpid()}"
    process = subprocess.Popen(
        [
            soffice,
            "--headless",
            "--norestore",
            "--nologo",
            "--nodefault",
            "--nofirststartwizard",
            f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
    )
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            break
        except Exception:
            if time.monotonic() > end or process.poll() not in (None, 81):
                process.kill()
                raise
            time.sleep(0.1)
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    return process, context, desktop


def resolve(context, document, command):
    """Accept or reject all tracked changes, as a user does; first lift the protection that keeps them."""
    document.RedlineProtectionKey = ()
    dispatcher = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
    dispatcher.executeDispatch(document.CurrentController.Frame, command, "", 0, ())


def convert(context, desktop, source, target, kind):
    """Open a file as a reader would and store it as another kind. Macros never run, links are never updated."""
    load = [setting("Hidden", True), setting("MacroExecutionMode", 0), setting("UpdateDocMode", 0)]
    document = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, tuple(load))
    if document is None:
        raise ValueError("LibreOffice cannot open it")
    try:
        if kind in COMMANDS:
            resolve(context, document, COMMANDS[kind])
        document.storeToURL(Path(target).as_uri(), (setting("FilterName", FILTERS[kind]),))
    finally:
        document.close(True)


def main(soffice, folder):
    """Answer `kind<TAB>source<TAB>target` and `edit<TAB>source<TAB>target<TAB>steps` lines with END or BROKEN."""
    process, context, desktop = started(soffice, folder)
    try:
        for line in sys.stdin:
            kind, source, target, *steps = line.rstrip("\n").split("\t")
            try:
                if kind == "edit":
                    edit(context, desktop, source, target, json.loads(steps[0]))
                else:
                    convert(context, desktop, source, target, kind)
                print("END", flush=True)
            except Exception as error:
                print("BROKEN\t" + " ".join(repr(error).split()), flush=True)
    finally:
        with contextlib.suppress(Exception):
            desktop.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


main(*sys.argv[1:])
