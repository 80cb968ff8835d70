"""Colours as the environment and the user want them, and the sign of life of a long run."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Mapping

import pytest

from celerylint.terminal import progress, wants_color, width


@pytest.mark.parametrize(
    ("choice", "environ", "wanted"),
    [
        (None, {}, None),
        ("auto", {}, None),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
        (None, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (None, {"NO_COLOR": ""}, None),
        (None, {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        (None, {"FORCE_COLOR": "0"}, None),
        (None, {"CLICOLOR_FORCE": "1"}, True),
        (None, {"CLICOLOR_FORCE": "0"}, None),
        (None, {"CLICOLOR": "0"}, False),
        (None, {"CLICOLOR": "1"}, None),
        (None, {"TERM": "dumb"}, False),
        (None, {"TERM": "xterm"}, None),
    ],
)
def test_colour_is_as_user_and_environment_say(
    choice: str | None, environ: Mapping[str, str], wanted: bool | None
) -> None:
    assert wants_color(choice, environ) is wanted


class Terminal(io.StringIO):
    """A terminal that tells when it was written to."""

    def __init__(self) -> None:
        """Begin with nothing written."""
        super().__init__()
        self.written = threading.Event()

    def isatty(self) -> bool:
        """Return that this is a terminal."""
        return True

    def write(self, text: str) -> int:
        """Take a text, and tell those who wait for one."""
        count = super().write(text)
        self.written.set()
        return count


def test_long_run_is_seen_to_go_on_and_leaves_no_trace() -> None:
    terminal = Terminal()

    with progress(terminal, {}, patience=0):
        assert terminal.written.wait(10)

    line = "celerylint: still checking, 0 s"
    assert terminal.getvalue() == f"\r{line}\r{' ' * len(line)}\r"


def test_short_run_shows_nothing() -> None:
    terminal = Terminal()

    with progress(terminal, {}, patience=60):
        pass

    assert terminal.getvalue() == ""


def failing_run(terminal: Terminal) -> None:
    """Fail once something was shown."""
    with progress(terminal, {}, patience=0):
        terminal.written.wait(10)
        raise ZeroDivisionError


def test_line_is_cleared_when_the_run_fails() -> None:
    terminal = Terminal()

    with pytest.raises(ZeroDivisionError):
        failing_run(terminal)

    assert terminal.getvalue().endswith(" \r")


@pytest.mark.parametrize(
    ("stream", "environ"), [(None, {}), (io.StringIO(), {}), (Terminal(), {"TERM": "dumb"})]
)
def test_only_a_terminal_gets_a_sign_of_life(
    stream: io.StringIO | None, environ: Mapping[str, str]
) -> None:
    before = threading.active_count()

    with progress(stream, environ, patience=0):
        assert threading.active_count() == before

    assert stream is None or stream.getvalue() == ""


@pytest.mark.parametrize(
    ("stream", "columns", "wanted"),
    [
        (None, "", 80),
        (io.StringIO(), "", 80),
        (io.StringIO(), "120", 120),
        (io.StringIO(), "3", 40),
        (Terminal(), "60", 60),
        (Terminal(), "", 132),
    ],
)
def test_width_is_that_of_columns_or_of_a_terminal(
    stream: io.StringIO | None, columns: str, wanted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    if isinstance(stream, Terminal):
        monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((132, 50)))

    assert width(stream, os.environ) == wanted
