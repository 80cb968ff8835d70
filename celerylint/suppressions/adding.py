"""Comments for findings that are to stay: where they go, and what they say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from celerylint.finding import Edit, Finding, Place, Span
from celerylint.options.table import UsageError
from celerylint.rulebook.book import Rulebook
from celerylint.suppressions.comments import Kind, Suppression, is_reason, suppressions
from celerylint.suppressions.problems import INVALID, UNUSED
from celerylint.suppressions.rows import Row, row_at, rows, statement
from celerylint.text.source import Source

_UNREADABLE = "CEL001"
_BLANKS = " \t\f"
_LINE_END = re.compile(r"\r\n|\r|\n")

BEYOND = frozenset((_UNREADABLE, UNUSED, INVALID))
"""What no comment on a line answers: a file that cannot be read, and the comments themselves."""


class _Spot(NamedTuple):
    """Where a comment goes: behind a row, or on a line of its own above it."""

    row: int
    above: bool


def is_within(finding: Finding, sources: Mapping[str, Source]) -> bool:
    """Return whether a comment that is written for a finding can answer it."""
    source = sources.get(finding.place.path)
    return finding.code not in BEYOND and source is not None and source.python


def additions(
    findings: Iterable[Finding], sources: Mapping[str, Source], rulebook: Rulebook, reason: str
) -> tuple[Edit, ...]:
    """Return the edits that suppress the findings, all but those that no comment can.

    Each goes behind the line that its finding begins on, into the comment of ours that is there if
    there is one. Within a string over several lines, and where a backslash ends the line, there is
    no room: then it goes above the statement. A file that is no Python gets
    none. Raise UsageError for a reason that cannot be written.
    """
    if not is_reason(reason):
        message = f"--add-ignore takes a reason that fits into a comment, not `{reason}`"
        raise UsageError(message)
    by_path: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if is_within(finding, sources):
            by_path[finding.place.path].append(finding)
    return tuple(
        edit
        for path in sorted(by_path)
        for edit in _in_file(
            by_path[path], sources[path], rulebook, _encodable(reason, sources[path])
        )
    )


def _encodable(reason: str, source: Source) -> str:
    try:
        reason.encode(source.encoding)
    except UnicodeEncodeError as error:
        message = f"The reason cannot be written in {source.path}, which is in {source.encoding}"
        raise UsageError(message) from error
    return reason


def _in_file(
    findings: Iterable[Finding], source: Source, rulebook: Rulebook, reason: str
) -> Iterator[Edit]:
    found = rows(source)
    comments = suppressions(source, rulebook)
    codes: dict[_Spot, set[str]] = defaultdict(set)
    for finding in findings:
        line = source.position(finding.place.span.start).line
        codes[_spot(found, row_at(found, line))].add(finding.code)
    for spot in sorted(codes):
        there = _there(found, spot, comments, source)
        if there is None:
            yield _new(source, found[spot.row], sorted(codes[spot]), reason, above=spot.above)
        else:
            yield _longer(there, codes[spot])


def _spot(found: Sequence[Row], index: int) -> _Spot:
    lines = found[index].lines
    if lines.first == lines.last:
        return _Spot(index, above=False)
    return _Spot(statement(found, index), above=True)


def _there(
    found: Sequence[Row], spot: _Spot, comments: Iterable[Suppression], source: Source
) -> Suppression | None:
    """Return the comment of ours that is there already and takes one more code."""
    lines = found[spot.row].lines
    for comment in comments:
        line = source.position(comment.place.span.start).line
        fits = line < lines.first <= comment.lines.last if spot.above else line == lines.first
        if fits and comment.kind is Kind.IGNORE and comment.selectors:
            return comment
    return None


def _longer(comment: Suppression, codes: Collection[str]) -> Edit:
    end = comment.entries[-1].end
    return Edit(Place(comment.place.path, Span(end, end)), "".join(f", {c}" for c in sorted(codes)))


def _new(source: Source, row: Row, codes: Sequence[str], reason: str, *, above: bool) -> Edit:
    why = f" -- {reason}" if reason else ""
    comment = f"# celerylint: ignore[{', '.join(codes)}]{why}"
    if not above:
        end = row.comment.end if row.comment else row.code[-1].span.end
        while source.text[end - 1] in _BLANKS:
            end -= 1
        return Edit(Place(source.path, Span(end, end)), f"  {comment}")
    start = source.line_span(row.lines.first).start
    indent = source.text[start : row.code[0].span.start]
    newline = _LINE_END.search(source.text, start)
    text = f"{indent}{comment}{newline[0] if newline else ''}"
    return Edit(Place(source.path, Span(start, start)), text)
