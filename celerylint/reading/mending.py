"""Make a text that does not parse readable: set aside the statements that nothing can be made of.

Each of them is replaced by a statement of the same length that does nothing, so that every offset
and every block stays as it is.
"""

from __future__ import annotations

import bisect
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from celerylint.facts import SkippedRegion
from celerylint.finding import Span
from celerylint.reading.python2 import masked, words_of
from celerylint.text.lexing import Line, logical_lines
from celerylint.text.source import UnreadableError

_BLOCK = "if 1:\n"
_HEADS = frozenset({"async", "for", "if", "try", "while"})
_CLAUSES = frozenset({"elif", "else", "except", "finally"})
# Statements that bind nothing, whatever they are about.
_HARMLESS = re.compile(r"(?:assert|print|raise|return)\b(?:(?!:=)[^\r\n;])*")
_CONFLICT = re.compile(r"(?m)^(?:<{7}|>{7})(?: [^\r\n]*)?\r?$")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_LINE_START = re.compile(r"(?<=[\r\n])[^\r\n]")
_CODE = re.compile(r"[^\r\n]")
# Whatever is nested deeper is set aside as a whole.
_DEEPEST = 20


class Mended(NamedTuple):
    """A text that can be parsed, and what is different in it.

    `unresolved` are the statements that were set aside and may bind names, `blanks` the lines that
    were. `names` are those that stand for `async` and `await`.
    """

    text: str
    skipped: tuple[SkippedRegion, ...] = ()
    unresolved: tuple[Span, ...] = ()
    blanks: tuple[Span, ...] = ()
    names: tuple[tuple[str, str], ...] = ()


def mend(text: str, reads: Callable[[str], bool]) -> Mended | None:
    """Return the text in a form that `reads` says yes to, None where nothing of it is left.

    Raise UnreadableError where a merge was not finished: nobody knows which half is to count.
    """
    _refuse_conflicts(text)
    other = masked(text)
    blanks = other.blanks
    work = _Work(_without(other.text, blanks, "#"), reads)
    if not reads(work.text):
        work.settle(work.lines, 0)
    gone = work.gone()
    lost = sum(gone.holds(line.code) for line in work.lines)
    if lost == len(work.lines) or not reads(work.text):
        return None
    left_out = [
        SkippedRegion(span, words_of(text[slice(*span)]), left_out=True)
        for span in (*gone.spans, *blanks)
    ]
    skipped = [*left_out, *(each for each in other.skipped if not gone.holds(each.span))]
    unresolved = tuple(span for span in gone.spans if _may_bind(text[slice(*span)]))
    in_order = tuple(sorted(skipped, key=lambda region: region.span))
    return Mended(work.text, in_order, unresolved, blanks, other.names)


def _refuse_conflicts(text: str) -> None:
    marks = list(_CONFLICT.finditer(text))
    if {"<", ">"} <= {mark[0][0] for mark in marks}:
        line = len(_NEWLINE.findall(text, 0, marks[0].start())) + 1
        raise UnreadableError("The file has the marks of a merge that was not finished", line)


def _may_bind(text: str) -> bool:
    """Return whether a statement that cannot be read may bind a name."""
    return not _HARMLESS.fullmatch(text)


def _without(text: str, spans: Sequence[Span], filler: str) -> str:
    """Return the text with a filler in place of each span."""
    pieces: list[str] = []
    position = 0
    for span in spans:
        pieces += (text[position : span.start], _filled(text[slice(*span)], filler))
        position = span.end
    return "".join(pieces) + text[position:]


def _filled(text: str, filler: str) -> str:
    """Return a filler of the same length and lines; not of blanks, of which LibCST loses some."""
    return filler + _LINE_START.sub("#", _CODE.sub(" ", text))[1:]


class _Apart(NamedTuple):
    """Spans that are sorted and apart from each other."""

    spans: tuple[Span, ...]

    def holds(self, span: Span) -> bool:
        """Return whether one of the spans holds another."""
        at = bisect.bisect_right(self.spans, (span.start, sys.maxsize)) - 1
        return at >= 0 and self.spans[at].holds(span)


class _Work:
    """The text in the making."""

    def __init__(self, text: str, reads: Callable[[str], bool]) -> None:
        self._characters = list(text)
        self._reads = reads
        self.lines = tuple(logical_lines(text))
        self._gone: list[Span] = []

    @property
    def text(self) -> str:
        """Return the text as it is by now."""
        return "".join(self._characters)

    def gone(self) -> _Apart:
        """Return what was set aside."""
        outermost: list[Span] = []
        for span in sorted(self._gone, key=lambda span: (span.start, -span.end)):
            if not (outermost and outermost[-1].holds(span)):
                outermost.append(span)
        return _Apart(tuple(outermost))

    def settle(self, lines: Sequence[Line], depth: int) -> None:
        """Set aside whatever of these lines cannot be read."""
        for group in _groups(lines):
            if self._is_readable(group):
                continue
            clauses = tuple(_clauses(group))
            if len(clauses) < len(group) and depth < _DEEPEST and self._has_frame(clauses):
                for clause in clauses:
                    self.settle(clause[1:], depth + 1)
                if self._is_readable(group):
                    continue
            self._set_aside(group)

    def _set_aside(self, lines: Sequence[Line]) -> None:
        span = Span(lines[0].code.start, lines[-1].code.end)
        self._characters[slice(*span)] = _filled("".join(self._characters[slice(*span)]), "0")
        self._gone.append(span)

    def _is_readable(self, lines: Sequence[Line]) -> bool:
        text = "".join(self._characters[lines[0].start : lines[-1].code.end])
        return self._reads(_as_block(text, lines[0]))

    def _has_frame(self, clauses: Sequence[Sequence[Line]]) -> bool:
        """Return whether the headers of a compound statement can be read, its blocks left out."""
        start, end = clauses[0][0].start, clauses[-1][-1].code.end
        text = "".join(self._characters[start:end])
        bodies = (Span(c[1].code.start - start, c[-1].code.end - start) for c in clauses if c[1:])
        return self._reads(_as_block(_without(text, tuple(bodies), "0"), clauses[0][0]))


def _as_block(text: str, first: Line) -> str:
    return f"{_BLOCK}{text}\n" if first.column else f"{text}\n"


def _groups(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Yield the statements of a block, each with its own blocks, clauses and decorators."""
    start = 0
    for number, line in enumerate(lines):
        first, before = lines[start], lines[number - 1]
        deeper = line.column > first.column
        clause = first.word in _HEADS and line.column == first.column and line.word in _CLAUSES
        decorated = line.column == before.column and before.word == "@"
        if number > start and not (deeper or clause or decorated):
            yield lines[start:number]
            start = number
    if lines:
        yield lines[start:]


def _clauses(group: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Yield each header of a statement with the lines of its block."""
    heads = [n for n, line in enumerate(group) if line.column <= group[0].column]
    for head, following in zip(heads, (*heads[1:], len(group)), strict=True):
        yield group[head:following]
