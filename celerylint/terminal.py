"""What a terminal is good for: colours, its width, and a sign of life in a long run."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

_PATIENCE = 2.0
"""After how many seconds a run says that it is still going on."""
_PACE = 1.0
"""How many seconds lie between two such signs."""
_USUAL = (80, 24)
_NARROWEST = 40


def wants_color(choice: str | None, environ: Mapping[str, str]) -> bool | None:
    """Return whether to print colours; None where a terminal is to have them and a pipe is not.

    `choice` is what the user says: always, never, auto or nothing. The environment is read as
    no-color.org, force-color.org and bixense.com/clicolors propose.
    """
    if choice in {"always", "never"}:
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    plain = environ.get("CLICOLOR") == "0" or environ.get("TERM") == "dumb"
    return False if plain else None


def width(stream: TextIO | None, environ: Mapping[str, str]) -> int:
    """Return how many columns text may take: COLUMNS, else those of the terminal, else 80.

    A pipe has 80 where COLUMNS is not set. Less than 40 is taken as 40.
    """
    if not environ.get("COLUMNS") and (stream is None or not stream.isatty()):
        return _USUAL[0]
    return max(shutil.get_terminal_size(_USUAL).columns, _NARROWEST)


@contextmanager
def progress(
    stream: TextIO | None, environ: Mapping[str, str], patience: float = _PATIENCE
) -> Iterator[None]:
    """Say on a terminal that the run is still going on, and clear that line when it has ended.

    Nothing is written to what is no terminal, nor before `patience` seconds have gone by.
    """
    if stream is None or not stream.isatty() or environ.get("TERM") == "dumb":
        yield
        return
    ended = threading.Event()
    thread = threading.Thread(target=_show, args=(stream, ended, patience), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _show(stream: TextIO, ended: threading.Event, patience: float) -> None:
    began = time.monotonic()
    wait, line = patience, ""
    while not ended.wait(wait):
        line = f"celerylint: still checking, {time.monotonic() - began:.0f} s"
        stream.write(f"\r{line}")
        stream.flush()
        wait = _PACE
    # Blanks and not an escape sequence: not every terminal of Windows knows those.
    stream.write(f"\r{' ' * len(line)}\r" if line else "")
    stream.flush()
