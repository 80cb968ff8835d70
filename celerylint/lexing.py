"""Python text as tokens, however broken it is: for what has to be known of any text at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

STRING, COMMENT, NAME, NEWLINE = "string", "comment", "name", "newline"

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
