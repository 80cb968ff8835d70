"""Pieces of source with line numbers: what a finding points at, and what its fix makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby, pairwise
from typing import NamedTuple

import click

from celerylint.finding import Edit, Span
from celerylint.output.screen import DOTS, cut, visible, width
from celerylint.text.hiding import Hidden
from celerylint.text.masking import NOTHING, Known, hidden_texts, mask, masked_slice, secrets
from celerylint.text.source import Source, apply

_WIDEST = 100
"""How many columns of a source line are shown."""
_LEAD = 20
"""How many columns are shown before what is pointed at, where a line is cut."""
_TALLEST = 4
"""How many lines of one span are shown."""


class Mark(NamedTuple):
    """What is pointed at in a frame; `style` is the colour of its underline."""

    span: Span
    text: str
    sign: str
    style: str


class Row(NamedTuple):
    """A line of a frame: what stands left of the bar, and right of it."""

    number: str
    text: str
    sign: str = "|"


class Shown:
    """A source with its secrets, looked for once."""

    def __init__(self, source: Source, told: Known = NOTHING) -> None:
        """Look for the secrets of a source, and for those that are known already."""
        self.source = source
        self.hidden: tuple[Hidden, ...] = secrets(source.text, told, python=source.python)

    @cached_property
    def told(self) -> Known:
        """Return the secrets themselves, ready to be looked for in other texts."""
        return Known(hidden_texts(self.source.text, self.hidden))

    def slice(self, start: int, end: int) -> str:
        """Return a stretch of the text as it may be shown."""
        return visible(masked_slice(self.source.text, self.hidden, start, end))


class Files:
    """The sources of a report, each looked through for secrets once, and only if it is shown."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        """Take the sources by path."""
        self._sources = sources
        self._shown: dict[str, Shown] = {}

    def get(self, path: str) -> Shown | None:
        """Return a source with its secrets; None for a file that could not be read."""
        if path not in self._shown and path in self._sources:
            self._shown[path] = Shown(self._sources[path])
        return self._shown.get(path)

    def masked(self, text: str, path: str) -> str:
        """Return what is said of a file, without the secrets of the file."""
        shown = self.get(path)
        return mask(text, shown.told if shown else NOTHING)


def rows(shown: Shown, marks: Sequence[Mark]) -> Iterator[Row]:
    """Yield the lines that the marks are on, underlined, with dots where lines are left out."""
    source = shown.source
    pieces = sorted(
        ((line, piece) for mark in marks for line, piece in _by_line(source, mark)),
        key=lambda item: (item[0], item[1].span, item[1].sign),
    )
    previous = None
    for line, group in groupby(pieces, key=lambda item: item[0]):
        if previous is not None and line > previous + 1:
            yield Row("", "", DOTS)
        yield from _marked(shown, line, [piece for _, piece in group])
        previous = line


def _by_line(source: Source, mark: Mark) -> Iterator[tuple[int, Mark]]:
    """Cut a mark at the line ends; its text stands at the last line that is shown."""
    first = source.position(mark.span.start).line
    last = source.position(max(mark.span.start, mark.span.end - 1)).line
    last = min(last, first + _TALLEST - 1)
    for line in range(first, last + 1):
        whole = source.line_span(line)
        content = source.text[whole.start : whole.end]
        start = mark.span.start if line == first else whole.end - len(content.lstrip())
        span = Span(start, max(start, min(mark.span.end, whole.end)))
        yield line, Mark(span, mark.text if line == last else "", mark.sign, mark.style)


def _marked(shown: Shown, line: int, marks: Sequence[Mark]) -> Iterator[Row]:
    whole = shown.source.line_span(line)
    cuts = sorted({whole.start, whole.end, *_ends(marks)})
    columns = {whole.start: 0}
    text = ""
    for start, end in pairwise(cuts):
        text += shown.slice(start, end)
        columns[end] = width(text)
    window = _window(width(text), columns[marks[0].span.start], columns[marks[0].span.end])
    yield Row(str(line), _framed(text, window))
    for mark in marks:
        yield Row("", _underline(mark, columns, window))


def _ends(marks: Iterable[Mark]) -> Iterator[int]:
    for mark in marks:
        yield mark.span.start
        yield mark.span.end


def _window(total: int, start: int, end: int) -> tuple[int, int]:
    """Return which columns of a line are shown."""
    if total <= _WIDEST:
        return 0, total
    if end <= _WIDEST - len(DOTS):
        return 0, _WIDEST - len(DOTS)
    left = max(0, start - _LEAD)
    return left, left + _WIDEST - 2 * len(DOTS)


def _framed(text: str, window: tuple[int, int]) -> str:
    left, right = window
    before, after = DOTS if left else "", DOTS if right < width(text) else ""
    return before + cut(text, left, right) + after


def _underline(mark: Mark, columns: Mapping[int, int], window: tuple[int, int]) -> str:
    left, right = window
    shift = len(DOTS) - left if left else 0
    start = min(max(columns[mark.span.start], left), right)
    end = min(max(columns[mark.span.end], start + 1), max(right, start + 1))
    text = f" {mark.text}" if mark.text else ""
    return " " * (start + shift) + click.style(mark.sign * (end - start) + text, fg=mark.style)


# --- what a fix makes of it --------------------------------------------------------------------


def changed(shown: Shown, edits: Sequence[Edit]) -> Iterator[Row]:
    """Yield the lines that the edits of one file touch, before and after."""
    source = shown.source
    ordered = sorted(set(edits))
    after = Shown(replace(source, text=apply(source.text, ordered)), shown.told)
    grown = 0
    for group in _neighbours(source, ordered):
        start, end = _lines_of(source, group)
        growth = sum(len(e.text) - (e.place.span.end - e.place.span.start) for e in group)
        old = tuple(_signed(shown, start, end, "-"))
        new = tuple(_signed(after, start + grown, end + grown + growth, "+"))
        yield from _differing(old, new)
        grown += growth


def _differing(old: Sequence[Row], new: Sequence[Row]) -> Iterator[Row]:
    """Yield lines without those at either end that stay what they were."""
    pairs = list(zip(old, new, strict=False))
    same = [one.text == other.text for one, other in pairs]
    first = same.index(False) if False in same else len(same)
    ends = zip(reversed(old[first:]), reversed(new[first:]), strict=False)
    last = next((i for i, (one, other) in enumerate(ends) if one.text != other.text), None)
    last = min(len(old), len(new)) - first if last is None else last
    yield from old[first : len(old) - last]
    yield from new[first : len(new) - last]


def _neighbours(source: Source, edits: Iterable[Edit]) -> Iterator[list[Edit]]:
    """Yield the edits by the lines that they touch together."""
    group: list[Edit] = []
    reached = -1
    for edit in edits:
        start, end = _lines_of(source, [edit])
        if group and start >= reached:
            yield group
            group = []
        group.append(edit)
        reached = max(reached, end)
    yield group


def _lines_of(source: Source, edits: Sequence[Edit]) -> tuple[int, int]:
    """Return the span of the whole lines that the edits touch, with the last line end."""
    first = source.position(edits[0].place.span.start).line
    span = edits[-1].place.span
    last = source.position(max(span.start, span.end - 1)).line
    return source.line_span(first).start, _next_line(source, last)


def _next_line(source: Source, line: int) -> int:
    at_end = line == source.line_count()
    return len(source.text) if at_end else source.line_span(line + 1).start


def _signed(shown: Shown, start: int, end: int, sign: str) -> Iterator[Row]:
    while start < end:
        line = shown.source.position(start).line
        content = shown.source.line_span(line)
        text = shown.slice(start, content.end)
        yield Row(str(line), _framed(text, _window(width(text), 0, 0)), sign)
        start = _next_line(shown.source, line)
