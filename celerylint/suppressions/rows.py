"""A source by the rows that a comment can end, and what an own line stands before."""

from __future__ import annotations

import bisect
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType
from typing import NamedTuple

from celerylint.finding import Span
from celerylint.text.lexing import COMMENT, NEWLINE, tokens_of
from celerylint.text.source import Source

_LONE_RETURN = re.compile(r"\r(?!\n)")
_OTHER = "other"
_TEXT = re.compile(
    rf"(?P<{COMMENT}>(?<!\S)#[^\r\n]*)|(?P<{NEWLINE}>(?<!\\)(?:\r\n|\r|\n))|[^\s\\#]+|[^\s]"
)
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_KINDS = MappingProxyType(
    {tokenize.NL: NEWLINE, tokenize.NEWLINE: NEWLINE, tokenize.COMMENT: COMMENT}
)
_UNSEEN = frozenset((tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER))


class Lines(NamedTuple):
    """The first and the last of some lines, counted from 1."""

    first: int
    last: int

    def meet(self, other: Lines) -> bool:
        """Return whether there is a line that is among both."""
        return self.first <= other.last and other.first <= self.last


class Token(NamedTuple):
    """One token; `text` says whether it is a bracket or a comma."""

    kind: str
    text: str
    span: Span


class Row(NamedTuple):
    """What one comment can stand behind: a line, or those that a string or a backslash joins.

    `depth` is how many brackets are open where it begins; `code` is empty for a line without.
    """

    lines: Lines
    depth: int
    code: tuple[Token, ...]
    comment: Span | None


def rows(source: Source) -> tuple[Row, ...]:
    """Return the rows of a source, blank ones included."""
    tokens = _tokens(source) if source.python else _marked(source)
    return tuple(_rows(source, tokens))


def row_at(found: Sequence[Row], line: int) -> int:
    """Return the index of the row that a line is part of."""
    return bisect.bisect_right(found, line, key=lambda row: row.lines.first) - 1


def statement(found: Sequence[Row], index: int) -> int:
    """Return the index of the row with which the statement of a row begins."""
    return next(number for number in range(index, -1, -1) if not found[number].depth)


def held(source: Source, found: Sequence[Row], index: int) -> Lines:
    """Return the lines that a comment in a row holds for.

    Behind code these are the lines of the row. On a line of its own they are, besides its own, the
    next statement, of a compound one the head, and within brackets the next entry.
    """
    row = found[index]
    if row.code:
        return row.lines
    following = next((n for n in range(index + 1, len(found)) if found[n].code), None)
    if following is None:
        return row.lines
    if row.depth:
        return Lines(row.lines.first, _end_of_entry(source, found[following:], row))
    after = (n for n in range(following + 1, len(found)) if not found[n].depth)
    return Lines(row.lines.first, found[next(after, len(found)) - 1].lines.last)


def _end_of_entry(source: Source, following: Sequence[Row], row: Row) -> int:
    """Return the last line before the comma, or the bracket, that ends the entry after a row."""
    depth, end = row.depth, row.lines.last
    for token in (token for each in following for token in each.code):
        depth += _step(token)
        if depth < row.depth:
            break
        end = source.position(token.span.end).line
        if token.text == "," and depth == row.depth:
            break
    return end


def _rows(source: Source, tokens: Iterable[Token]) -> Iterator[Row]:
    depth = 0
    code: list[Token] = []
    comment: Span | None = None
    first = 1
    for token in tokens:
        if token.kind == NEWLINE:
            last = source.position(token.span.start).line
            yield Row(Lines(first, last), depth, tuple(code), comment)
            depth = max(0, depth + sum(map(_step, code)))
            code, comment, first = [], None, last + 1
        elif token.kind == COMMENT:
            comment = token.span
        else:
            code.append(token)
    yield Row(Lines(first, max(first, source.line_count())), depth, tuple(code), comment)


def _step(token: Token) -> int:
    return (token.text in _OPENING) - (token.text in _CLOSING)


# --- tokens ------------------------------------------------------------------------------------


def _marked(source: Source) -> Iterator[Token]:
    """Yield the tokens of a text that is no Python, of which only comments are known.

    A backslash at the end of a line joins it to the next one.
    """
    for match in _TEXT.finditer(source.text):
        yield Token(match.lastgroup or _OTHER, "", Span(*match.span()))


def _tokens(source: Source) -> tuple[Token, ...]:
    try:
        return tuple(_tokenized(source))
    except (tokenize.TokenError, SyntaxError):
        return tuple(_lexed(source))


def _tokenized(source: Source) -> Iterator[Token]:
    # Of a carriage return alone `tokenize` makes no line end, as Python does.
    text = _LONE_RETURN.sub("\n", source.text)
    inside = 0
    for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
        name = tokenize.tok_name[token.type]
        # Python 3.12 and later take f-strings apart; no comment can stand within them before.
        inside += name.endswith("STRING_START") - name.endswith("STRING_END")
        if token.type in _UNSEEN:
            continue
        start = source.line_span(token.start[0]).start + token.start[1]
        end = source.line_span(token.end[0]).start + token.end[1]
        kind = _OTHER if inside else _KINDS.get(token.type, _OTHER)
        text = token.string if token.type == tokenize.OP else ""
        yield Token(kind, text, Span(start, end))


def _lexed(source: Source) -> Iterator[Token]:
    for token in tokens_of(source.text):
        kind = token.kind if token.kind in {COMMENT, NEWLINE} else _OTHER
        yield Token(kind, token.text, Span(token.start, token.end))
