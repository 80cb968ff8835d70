"""The comments of a source that silence findings, and what they hold for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from celerylint.finding import Place, Span
from celerylint.rulebook.book import Rulebook
from celerylint.suppressions.rows import Lines, Row, held, rows
from celerylint.text.source import Source

_OWN_MARK = "celerylint:"
# Many files have such a comment for other tools, and few of those speak to us.
_NOQA_MARK = re.compile(r"noqa\s*:[^\r\n]*\bcel(?:\d|\b)", re.IGNORECASE)
# The reason goes on to the next comment, which is not the `#12` of "see #12".
_REASON = r"(?:(?!\s#[\snt])[^\r\n])*"
_OWN = re.compile(
    r"#\s*celerylint:\s*(?P<word>[\w-]+)[^\S\r\n]*(?P<list>\[(?P<selectors>[^\]\r\n#]*)\])?"
    + _REASON
)
# What follows a list and a comma is the name of a rule of another tool.
_NOQA = re.compile(
    r"#\s*noqa\s*:\s*(?P<list>(?:[A-Z]+\d\w*|CEL\b)(?:[\s,]+(?:[A-Z]+\d\w*|CEL\b))*)"
    rf"(?P<rest>\s*,[\s,]*(?=[^\s,#]))?{_REASON}",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\s,]+")
_OURS = re.compile(r"CEL(?:\d\w*)?", re.IGNORECASE)
_ENCODING = re.compile(r"coding[:=]")

BLANKET = frozenset(("ALL", "CEL"))


def is_reason(text: str) -> bool:
    """Return whether a text can stand in a suppression as its reason.

    It has to be read back as a part of the comment, and must not declare an encoding.
    """
    alone = _OWN.fullmatch(f"# celerylint: ignore[CEL101] -- {text}")
    return bool(alone) and text.isprintable() and not _ENCODING.search(text)


class Kind(Enum):
    """What a comment is."""

    IGNORE = "ignore"
    FILE_IGNORE = "file-ignore"
    NOQA = "noqa"
    UNKNOWN = "unknown"


OWN_WORDS = (Kind.IGNORE.value, Kind.FILE_IGNORE.value)


class Selector(NamedTuple):
    """One word in the list of a suppression: its place, and the codes it stands for."""

    place: Place
    text: str
    codes: frozenset[str]


class Suppression(NamedTuple):
    """One comment: its place, its word, its lines, and what it silences.

    `lines` are those it holds for. `entries` are the words of its list, those that are meant for
    other tools included.
    """

    place: Place
    kind: Kind
    word: str
    lines: Lines
    selectors: tuple[Selector, ...]
    entries: tuple[Span, ...]


def suppressions(source: Source, rulebook: Rulebook) -> tuple[Suppression, ...]:
    """Return the comments of a source that speak to celerylint, in order."""
    text = source.text
    if _OWN_MARK not in text and not _NOQA_MARK.search(text):
        return ()
    found = rows(source)
    return tuple(
        suppression
        for index, row in enumerate(found)
        for suppression in _of_row(source, found, index, row, rulebook)
    )


def _of_row(
    source: Source, found: Sequence[Row], index: int, row: Row, rulebook: Rulebook
) -> Iterator[Suppression]:
    if row.comment is None:
        return
    for match in _OWN.finditer(source.text, *row.comment):
        if match["word"] in OWN_WORDS or match["list"]:
            yield _own(source, match, held(source, found, index), rulebook)
    for match in _NOQA.finditer(source.text, *row.comment):
        suppression = _noqa(source, match, row.lines, rulebook)
        if suppression.selectors:
            yield suppression


def _own(source: Source, match: re.Match[str], lines: Lines, rulebook: Rulebook) -> Suppression:
    word = match["word"]
    kind = Kind(word) if word in OWN_WORDS else Kind.UNKNOWN
    entries = () if kind is Kind.UNKNOWN else _words(source.text, match, "selectors")
    if kind is Kind.FILE_IGNORE:
        lines = Lines(1, source.line_count())
    selectors = tuple(_selector(source, span, rulebook) for span in entries)
    return Suppression(_place(source, match), kind, word, lines, selectors, entries)


def _noqa(source: Source, match: re.Match[str], lines: Lines, rulebook: Rulebook) -> Suppression:
    entries = _words(source.text, match, "list")
    ours = (span for span in entries if _OURS.fullmatch(source.text, *span))
    selectors = tuple(_selector(source, span, rulebook, upper=True) for span in ours)
    if match["rest"]:
        entries += (Span(match.end("rest"), match.end()),)
    return Suppression(_place(source, match), Kind.NOQA, "noqa", lines, selectors, entries)


def _words(text: str, match: re.Match[str], group: str) -> tuple[Span, ...]:
    if match[group] is None:
        return ()
    return tuple(Span(*word.span()) for word in _WORD.finditer(text, *match.span(group)))


def _selector(source: Source, span: Span, rulebook: Rulebook, *, upper: bool = False) -> Selector:
    text = source.text[span.start : span.end]
    word = text.upper() if upper else text
    codes = frozenset() if word in BLANKET else rulebook.matching(word)
    return Selector(Place(source.path, span), word, codes)


def _place(source: Source, match: re.Match[str]) -> Place:
    start = match.start()
    return Place(source.path, Span(start, start + len(match[0].rstrip())))
