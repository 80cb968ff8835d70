"""What source text and paths look like on a terminal: widths, control characters, cutting."""

from __future__ import annotations

import os
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from celerylint.finding import Place
from celerylint.report import Report
from celerylint.text.source import Position

WIDTH = 80
"""How many columns a paragraph takes where nothing else is asked for."""
_TAB = "    "
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
DOTS = "..."


def visible(text: str) -> str:
    """Return the text without what would move the cursor, turn the writing or hide something."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    if char == "\t":
        return _TAB
    return _REPLACEMENT if unicodedata.category(char) in _UNSEEN else char


def width(text: str) -> int:
    """Return how many columns a visible text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def cut(text: str, start: int, end: int) -> str:
    """Return what stands in the columns from `start` to `end` (exclusive) of a visible text."""
    return "".join(char for column, char in _placed(text) if start <= column < end)


def _placed(text: str) -> Iterator[tuple[int, str]]:
    column = 0
    for char in text:
        yield column, char
        column += _columns(char)


def wrapped(text: str, width: int, indent: str) -> list[str]:
    """Return the lines of a paragraph; names and options stay whole."""
    return textwrap.wrap(
        text,
        width,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the rows of a table, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def shown_path(root: Path, path: str, cwd: Path) -> str:
    """Return a path of a project as it is called from the current directory."""
    return visible(relative_path(root, path, cwd))


def relative_path(root: Path, path: str, folder: Path) -> str:
    """Return a path of a project as seen from a folder, with forward slashes and as it is."""
    return Path(os.path.relpath(root / path, folder)).as_posix()


def position(report: Report, place: Place) -> Position:
    """Return where a place begins; the first line of a file that could not be read."""
    source = report.sources.get(place.path)
    return source.position(place.span.start) if source else Position(1, 1)


def end_position(report: Report, place: Place) -> Position:
    """Return where a place ends, the column being the first one after it."""
    source = report.sources.get(place.path)
    return source.position(place.span.end) if source else Position(1, 1)


def location(report: Report, place: Place, cwd: Path) -> str:
    """Return `path:line:column`."""
    start = position(report, place)
    return f"{shown_path(report.tree.root, place.path, cwd)}:{start.line}:{start.column}"
