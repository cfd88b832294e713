"""The guards must bite: a test that a library complained in fails, and a caller of the listener is counted."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.expects_logs  # the inner sessions' records pass through the outer one, too

NOISY = """
import logging
import pytest

{mark}
def test_noisy():
    logging.getLogger("some.library").{level}("picture not loaded")
"""


def outcomes(pytester: pytest.Pytester, test: str) -> dict[str, int]:
    pytester.makeini("[pytest]\nmarkers = expects_logs: on purpose\n")
    pytester.makeconftest("from guards import no_network, no_stray_logs")
    pytester.makepyfile(test)
    return pytester.runpytest_inprocess("-p", "no:xdist", "-p", "no:hypothesispytest").parseoutcomes()


def test_a_warning_fails_the_test(pytester):
    assert outcomes(pytester, NOISY.format(mark="", level="warning")) == {"passed": 1, "errors": 1}


def test_a_note_does_not(pytester):
    assert outcomes(pytester, NOISY.format(mark="", level="info")) == {"passed": 1}


def test_a_warning_on_purpose_does_not(pytester):
    assert outcomes(pytester, NOISY.format(mark="@pytest.mark.expects_logs", level="error")) == {"passed": 1}


def test_a_call_over_the_network_fails_the_test(pytester):
    caller = """
        import contextlib
        import urllib.request

        def test_calls(no_network):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(no_network.url, timeout=5)
    """
    assert outcomes(pytester, caller) == {"passed": 1, "errors": 1}


def test_no_call_passes(no_network):
    assert no_network.url.startswith("http://127.0.0.1:")
    assert no_network.hits == 0
