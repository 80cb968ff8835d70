"""What the command line asks of a run, and what comes out of it."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from celerylint.options.loading import Wanted
from celerylint.options.table import Show
from celerylint.report import Fixed
from celerylint.writing.files import NewFile


class Exit(IntEnum):
    """What the exit code says."""

    CLEAN = 0
    FOUND = 1
    FAILED = 2


class Request(NamedTuple):
    """What the command line asks for.

    `checkout` is the folder of the repository that a CI job works on, `summary` the file that the
    steps of a job on GitHub add to. `quiet` leaves out all that is said besides the findings,
    `exit_zero` lets no finding fail the run, `columns` is how wide paragraphs on stdout may be.
    """

    paths: tuple[Path, ...]
    stdin_filename: Path
    wanted: Wanted
    show: Show | None = None
    checkout: Path | None = None
    quiet: bool = False
    exit_zero: bool = False
    summary: Path | None = None
    columns: int = 80


class Outcome(NamedTuple):
    """What is to be printed: lines or bytes on stdout, and lines on stderr.

    `fixes` and `outputs` are to be written once all of it is printed: who reads of no fix has none.
    """

    code: Exit
    out: tuple[str, ...] = ()
    raw: bytes = b""
    talk: tuple[str, ...] = ()
    fixes: tuple[Fixed, ...] = ()
    outputs: tuple[NewFile, ...] = ()
