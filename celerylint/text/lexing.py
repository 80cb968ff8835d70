"""Python text as tokens, however broken it is: for what has to be known of any text at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from celerylint.finding import Span

STRING, COMMENT, NAME, NEWLINE = "string", "comment", "name", "newline"

# These begin a statement: a bracket that is open before one at the margin was never closed.
_MARGIN = re.compile(
    r"(?:assert|break|class|continue|def|del|elif|except|finally|global|import|pass|raise|return|try"
    r"|while|with|from[^\S\r\n]+[\w.]+[^\S\r\n]+import)\b"
)
# Whatever is not closed ends with the line or the text, so that no pattern is tried in vain.
_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\r\n]*)
    |(?P<string>[rbuftRBUFT]{0,2}(?:
        \"{3}[^\"\\]*(?:(?:\\(?:.|\Z)|\"(?!\"\"))[^\"\\]*)*(?:\"{3}|\Z)
        |'{3}[^'\\]*(?:(?:\\(?:.|\Z)|'(?!''))[^'\\]*)*(?:'{3}|\Z)
        |\"[^\"\\\r\n]*(?:\\(?:\r\n|.|\Z)[^\"\\\r\n]*)*(?:\"|(?=[\r\n])|\Z)
        |'[^'\\\r\n]*(?:\\(?:\r\n|.|\Z)[^'\\\r\n]*)*(?:'|(?=[\r\n])|\Z)
    ))
    |(?P<name>\w+)
    |(?P<continuation>\\(?:\r\n|\r|\n))
    |(?P<newline>\r\n|\r|\n)
    |(?P<operator>[-+*/%&|^@:!<>=]?==?|[^\s\w])
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """One token; the content of a string is what is between its quotes, else all of it.

    Offsets are in characters of the text, `end` and `content_end` are exclusive.
    """

    kind: str
    text: str
    content: str
    start: int
    end: int
    content_start: int
    content_end: int


def tokens_of(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Yield strings, comments, names (and numbers), line ends and, of other kinds, the rest.

    They are those between two offsets, `end` being exclusive, as if nothing stood around.
    """
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        kind = match.lastgroup or ""
        if kind == "continuation":
            continue
        inner = _between_quotes(match) if kind == STRING else match.span()
        yield Token(kind, match[0], text[slice(*inner)], *match.span(), *inner)


def _between_quotes(match: re.Match[str]) -> tuple[int, int]:
    body = match[0].lstrip("rbuftRBUFT")
    quotes = body[:3] if body[:3] in {'"""', "'''"} else body[:1]
    closed = len(body) >= 2 * len(quotes) and body.endswith(quotes)
    end = match.end() - len(quotes) if closed else match.end()
    return match.end() - len(body) + len(quotes), end


class Line(NamedTuple):
    """A logical line of code; `code` goes from its first token to its last.

    `start` is that of its indentation, `column` counts tabs as Python 2 does.
    """

    start: int
    code: Span
    column: int
    word: str


def logical_lines(text: str) -> Iterator[Line]:
    """Yield the logical lines that hold code, as far as they can be told in a broken text."""
    depth, start, first, end, word = 0, 0, -1, 0, ""
    for token in tokens_of(text):
        at_margin = token.start > start and text[token.start - 1] in "\r\n"
        unclosed = depth and at_margin and _MARGIN.match(text, token.start)
        if unclosed and first >= 0:
            yield _line(text, start, Span(first, end), word)
            depth, start, first = 0, token.start, -1
        if token.kind == NEWLINE and not depth:
            if first >= 0:
                yield _line(text, start, Span(first, end), word)
            start, first = token.end, -1
        elif token.kind not in {NEWLINE, COMMENT}:
            depth = max(
                0, depth + (token.text in {"(", "[", "{"}) - (token.text in {")", "]", "}"})
            )
            first, word = (token.start, token.text) if first < 0 else (first, word)
            end = token.end
    if first >= 0:
        yield _line(text, start, Span(first, end), word)


def _line(text: str, start: int, code: Span, word: str) -> Line:
    # A form feed takes the tokenizer back to the margin.
    indent = text[start : code.start].rpartition("\f")[2]
    return Line(start, code, len(indent.expandtabs(8)), word)
