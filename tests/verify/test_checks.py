"""Each format gets all checks that apply to it, and loads no others."""

from __future__ import annotations

import subprocess
import sys

import pytest

from publish import formats, verify


@pytest.mark.parametrize("format_name", formats.names())
def test_a_format_gets_every_check_that_applies(format_name: str) -> None:
    applying = [verify.load(name) for name in verify.names()]
    assert list(verify.checks_for(format_name)) == [check for check in applying if format_name in check.APPLIES_TO]


def test_what_only_the_press_needs_is_not_loaded_for_a_pdf() -> None:
    code = "import sys; from publish import verify; verify.checks_for('pdf'); print(*sorted(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    loaded = {name for name in ran.stdout.split() if name.startswith("publish.verify.")}
    assert "publish.verify.pdf_safety" in loaded
    assert not {name for name in loaded if "press" in name or "preflight" in name or "docx" in name}
