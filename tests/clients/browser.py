"""Chromium, driven by Playwright, cut off from every network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from clients import not_checked, surroundings
from publish import programs

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless; only 127.0.0.1 can be reached from it."""
    found = programs.CHROMIUM.probe()
    if found is None:
        not_checked(programs.CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.path, headless=True, args=FLAGS, env=surroundings())
        try:
            yield browser
        finally:
            browser.close()
