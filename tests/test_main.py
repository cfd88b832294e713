"""The door's own housekeeping: Python looks for garbage seldom while it works, and not at all when it is done."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest

from publish.__main__ import main


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.parametrize("arguments", [("--version",), ("no-such-command",)])
def test_nothing_is_looked_through_at_the_end(monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    monkeypatch.setattr(sys, "argv", ["publish", *arguments])
    with pytest.raises(SystemExit):
        main()
    assert gc.get_freeze_count() > 10_000
    assert gc.isenabled()


def test_ctrl_c_while_code_is_loaded(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stopped() -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("publish.__main__._answered", stopped)
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 130
    assert capsys.readouterr().err == "stopped; nothing was begun\n"
